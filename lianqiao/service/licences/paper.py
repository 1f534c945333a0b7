"""The e-licence on A4: what it says, a QR code to its public page, and the credential as an attachment.

The credential lies in the file as it is, uncompressed, so that whoever verifies it need not read PDF at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import segno
from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos

from lianqiao.bridge.result_document.decision import day
from lianqiao.bridge.result_document.fonts import embed, finished
from lianqiao.engine.beijing import BEIJING

FAMILY = "licence"
MARGIN_MM, WIDTH_MM, LABEL_MM = 25.0, 160.0, 38.0
RED, INK, GREY, LINE = (176, 30, 36), (20, 20, 20), (105, 105, 105), (190, 190, 190)
ATTACHMENT = "licence.vc.jwt"
SAID = (
    "本电子证照为 W3C 可验证凭证（vc+jwt，Ed25519 签名），签名凭证随本文件附后。"
    "扫描二维码可查验真伪、是否到期或被撤销；离线可用 lianqiao licence verify 命令查验。以凭证所载为准。"
)


@dataclass(frozen=True)
class Shown:
    """What the paper shows, in Chinese as the licence is."""

    zone: str
    title: str
    title_en: str
    number: str
    holder: str
    credit_code: str
    premises: str
    scope: str
    issued_on: date
    valid_from: date
    valid_until: date
    code: str
    address: str
    token: str
    made_at: datetime
    example: bool


def licence_pdf(shown: Shown) -> bytes:
    """Return the paper; the same e-licence, font and product give the same bytes."""
    paper = _Paper(format="A4")
    made_at = shown.made_at.astimezone(BEIJING)
    paper.set_creation_date(made_at)
    paper.set_title(f"{shown.title} {shown.number}")
    paper.set_author(shown.zone)
    paper.set_lang("zh-CN")
    paper.set_margins(MARGIN_MM, 24, MARGIN_MM)
    paper.foot = f"{shown.number}　验证码 {shown.code}" + ("　示例数据，不具效力" if shown.example else "")
    rows = (
        ("持证单位", shown.holder), ("统一社会信用代码", shown.credit_code), ("证照编号", shown.number),
        ("地址", shown.premises), ("许可范围", shown.scope), ("发证日期", day(shown.issued_on)),
        ("有效期", f"{day(shown.valid_from)} 至 {day(shown.valid_until)}"),
    )  # fmt: skip
    paper.cut_to("".join(label + text for label, text in rows) + shown.zone + shown.title)
    paper.add_page()
    paper.words(shown.zone, 20, color=RED, align="C", height=12)
    paper.words("电子证照", 12, color=RED, align="C", height=8)
    paper.rule(RED, 0.9)
    paper.ln(8)
    paper.words(shown.title, 26, align="C", height=14)
    paper.words(shown.title_en, 11, color=GREY, align="C", height=7)
    paper.ln(8)
    for label, text in rows:
        if text:
            paper.pair(label, text)
    paper.verification(shown)
    paper.embed_file(
        bytes=shown.token.encode(),
        basename=ATTACHMENT,
        desc="W3C Verifiable Credential (vc+jwt)",
        mime_type="application/vc+jwt",
        modification_date=made_at,
        creation_date=made_at,
    )
    return finished(paper)


class _Paper(FPDF):
    foot = ""

    def cut_to(self, words: str) -> None:
        """Use a font with these characters and those every such paper has."""
        printable = "".join(map(chr, range(32, 127)))
        embed(self, FAMILY, words + self.foot + SAID + printable + "　电子证照第页（）")

    def footer(self) -> None:
        self.set_y(-16)
        self.set_font(FAMILY, size=8)
        self.set_text_color(*GREY)
        self.cell(WIDTH_MM, 5, f"{self.foot}　第 {self.page_no()} 页", align="C")

    def words(
        self,
        text: str,
        size: float,
        *,
        color: tuple[int, int, int] = INK,
        align: str = "L",
        height: float = 0,
    ) -> None:
        """Set a paragraph over the whole width."""
        self.set_font(FAMILY, size=size)
        self.set_text_color(*color)
        self.multi_cell(
            WIDTH_MM, height or size * 0.6, text, align=align,
            new_x=XPos.LMARGIN, new_y=YPos.NEXT, wrapmode=WrapMode.CHAR,
        )  # fmt: skip

    def rule(self, color: tuple[int, int, int], width: float) -> None:
        y = self.get_y()
        self.set_draw_color(*color)
        self.set_line_width(width)
        self.line(MARGIN_MM, y, MARGIN_MM + WIDTH_MM, y)

    def pair(self, label: str, text: str) -> None:
        self.set_font(FAMILY, size=12)
        if self.will_page_break(9):
            self.add_page()
        self.set_text_color(*GREY)
        self.cell(LABEL_MM, 9, label, new_x=XPos.RIGHT, new_y=YPos.TOP)
        self.set_text_color(*INK)
        self.multi_cell(
            WIDTH_MM - LABEL_MM,
            9,
            text,
            align="L",
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
            wrapmode=WrapMode.CHAR,
        )
        self.rule(LINE, 0.15)

    def verification(self, shown: Shown) -> None:
        self.ln(12)
        if self.will_page_break(40):
            self.add_page()
        top = self.get_y()
        matrix = segno.make(shown.address, error="m", micro=False).matrix
        cell = 32 / len(matrix)
        self.set_fill_color(*INK)
        for row, dots in enumerate(matrix):
            for column, dot in enumerate(dots):
                if dot:
                    # a hair wider than its place: no white seams between the squares
                    self.rect(
                        MARGIN_MM + column * cell, top + row * cell, cell * 1.02, cell * 1.02, style="F"
                    )
        self.set_left_margin(MARGIN_MM + 38)
        self.set_y(top)
        for text, size, color in (
            (f"验证码　{shown.code}", 12.0, INK),
            (shown.address, 8.5, GREY),
            (SAID, 8.5, GREY),
        ):
            self.set_font(FAMILY, size=size)
            self.set_text_color(*color)
            self.multi_cell(
                WIDTH_MM - 38, size * 0.55, text, align="L",
                new_x=XPos.LMARGIN, new_y=YPos.NEXT, wrapmode=WrapMode.CHAR,
            )  # fmt: skip
            self.ln(1)
        self.set_left_margin(MARGIN_MM)
