"""Set a decision on A4: an embedded, subset font, vector QR code, and no time but the decision's own."""

from __future__ import annotations

import segno
from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos

from lianqiao.bridge.result_document.decision import Decision, day, moment
from lianqiao.bridge.result_document.fonts import embed, finished
from lianqiao.engine.beijing import BEIJING

FAMILY = "document"
MARGIN_MM, WIDTH_MM = 25.0, 160.0
RED, INK, GREY, LINE = (176, 30, 36), (20, 20, 20), (105, 105, 105), (190, 190, 190)
LABEL_MM = 36.0
SAID = (
    "本文书由系统依据办理记录生成，与记录逐字对应。"
    "任何人可扫描二维码，或在上述网址输入验证码，查验真伪及是否已被替代。"
)


def pdf(decision: Decision) -> bytes:
    """Return the document as PDF; the same decision, font and product give the same bytes."""
    sheet = _Sheet(decision)
    sheet.head()
    sheet.decided()
    sheet.times()
    sheet.reasons()
    sheet.signed()
    sheet.verification()
    return finished(sheet.paper)


class _Paper(FPDF):
    """A4 with a line at the foot of every page."""

    foot = ""

    def footer(self) -> None:
        self.set_y(-16)
        self.set_font(FAMILY, size=8)
        self.set_text_color(*GREY)
        self.cell(WIDTH_MM, 5, f"{self.foot}　第 {self.page_no()} 页", align="C")


class _Sheet:
    def __init__(self, told: Decision) -> None:
        self.told = told
        self.paper = paper = _Paper(format="A4")
        paper.set_creation_date(told.at.astimezone(BEIJING))
        paper.set_title(f"{told.number} {told.decision}")
        paper.set_author(told.zone)
        paper.set_lang("zh-CN")
        paper.set_margins(MARGIN_MM, 20, MARGIN_MM)
        paper.set_auto_page_break(True, margin=24)
        paper.foot = f"{told.number}　验证码 {told.code}" + ("　示例数据，不具效力" if told.example else "")
        embed(paper, FAMILY, _all_words(told) + paper.foot)
        paper.add_page()

    def line(
        self,
        text: str,
        size: float,
        *,
        color: tuple[int, int, int] = INK,
        align: str = "L",
        height: float = 0,
    ) -> None:
        """Set a paragraph over the whole width."""
        self.paper.set_font(FAMILY, size=size)
        self.paper.set_text_color(*color)
        self.paper.multi_cell(
            WIDTH_MM, height or size * 0.6, text, align=align,
            new_x=XPos.LMARGIN, new_y=YPos.NEXT, wrapmode=WrapMode.CHAR,
        )  # fmt: skip

    def rule(self, color: tuple[int, int, int], width: float) -> None:
        y = self.paper.get_y()
        self.paper.set_draw_color(*color)
        self.paper.set_line_width(width)
        self.paper.line(MARGIN_MM, y, MARGIN_MM + WIDTH_MM, y)

    def head(self) -> None:
        told, paper = self.told, self.paper
        self.line(told.zone, 26, color=RED, align="C", height=15)
        self.line("办理结果文书", 13, color=RED, align="C", height=8)
        paper.ln(2)
        self.rule(RED, 0.9)
        paper.ln(3)
        self.line(f"文书编号　{told.number} 第 {told.seq} 号", 10, color=GREY, align="R", height=6)
        paper.ln(3)
        self.line(told.promise, 18, align="C", height=11)
        self.line(told.promise_en, 10, color=GREY, align="C", height=6)
        paper.ln(4)
        if told.firm:
            self.line(f"{told.firm}：", 12.5, height=8)
        opened = day(told.opened_at.astimezone(BEIJING).date())
        self.line(
            f"　　你单位于 {opened} 申报的“{told.title}”已经办理，现将结果告知如下：",
            12.5, height=8,
        )  # fmt: skip
        paper.ln(4)

    def decided(self) -> None:
        paper = self.paper
        top = paper.get_y()
        paper.set_fill_color(250, 246, 244)
        paper.rect(MARGIN_MM, top, WIDTH_MM, 24, style="F")
        paper.set_fill_color(*RED)
        paper.rect(MARGIN_MM, top, 1.2, 24, style="F")
        paper.ln(3.5)
        self.line(self.told.decision, 19, align="C", height=11)
        self.line(self.told.decision_en, 10, color=GREY, align="C", height=6)
        paper.set_y(top + 29)
        self.pair("作出岗位", self.told.decided_by)
        self.pair("作出时间", f"{moment(self.told.at)}（北京时间）")

    def pair(self, label: str, text: str) -> None:
        paper = self.paper
        paper.set_font(FAMILY, size=11)
        if paper.will_page_break(7):
            paper.add_page()
        paper.set_text_color(*GREY)
        paper.cell(LABEL_MM, 7, label, new_x=XPos.RIGHT, new_y=YPos.TOP)
        paper.set_text_color(*INK)
        left = WIDTH_MM - LABEL_MM
        paper.multi_cell(
            left, 7, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT, wrapmode=WrapMode.CHAR
        )
        paper.ln(1)
        self.rule(LINE, 0.15)
        paper.ln(1)

    def times(self) -> None:
        for what, promised, kept in self.told.times:
            self.pair(f"{what}时限", f"{promised}\n{kept}")

    def reasons(self) -> None:
        for title, text in self.told.reasons:
            self.paper.ln(3)
            self.line(title, 11, color=GREY, height=7)
            for paragraph in text.split("\n"):
                self.line(f"　　{paragraph}", 12, height=7.5)

    def signed(self) -> None:
        paper = self.paper
        paper.ln(5)
        if paper.will_page_break(20):
            paper.add_page()
        self.line(self.told.zone, 12.5, align="R", height=8)
        self.line(day(self.told.at.astimezone(BEIJING).date()), 12.5, align="R", height=8)

    def verification(self) -> None:
        paper, told = self.paper, self.told
        paper.ln(4)
        if paper.will_page_break(38):
            paper.add_page()
        self.rule(LINE, 0.2)
        top = paper.get_y() + 4
        _draw_qr(paper, told.address, x=MARGIN_MM, y=top, size=30)
        paper.set_left_margin(MARGIN_MM + 36)
        paper.set_y(top)
        width = WIDTH_MM - 36
        for text, size, color in (
            (f"验证码　{told.code}", 12.0, INK),
            (told.address, 8.5, GREY),
            (SAID, 8.5, GREY),
            (f"办理记录指纹　{told.entry_hash}", 7.0, GREY),
        ):
            paper.set_font(FAMILY, size=size)
            paper.set_text_color(*color)
            paper.multi_cell(
                width,
                size * 0.55,
                text,
                align="L",
                new_x=XPos.LMARGIN,
                new_y=YPos.NEXT,
                wrapmode=WrapMode.CHAR,
            )
            paper.ln(0.8)
        paper.set_left_margin(MARGIN_MM)


def _draw_qr(paper: FPDF, address: str, *, x: float, y: float, size: float) -> None:
    matrix = segno.make(address, error="m", micro=False).matrix
    cell = size / len(matrix)
    paper.set_fill_color(*INK)
    for row, dots in enumerate(matrix):
        for column, dot in enumerate(dots):
            if dot:
                # a hair wider than its place: no white seams between the squares
                paper.rect(x + column * cell, y + row * cell, cell * 1.02, cell * 1.02, style="F")


def _all_words(told: Decision) -> str:
    """Return every character the document can need, those of its fixed words too."""
    moved = "".join(f"{a}{b}{c}" for a, b, c in told.times) + "".join(a + b for a, b in told.reasons)
    words = [str(value) for value in vars(told).values()]
    fixed = (
        "办理结果文书编号第号页你单位于申报的“”（）已经，现将告知如下：作出岗位时间北京"
        "限验证码记录指纹年月日示例数据不具效力　"
    )
    printable = "".join(map(chr, range(32, 127)))
    return "".join(words) + moved + fixed + printable + SAID
