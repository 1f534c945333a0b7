"""The monthly report on A4: an embedded, subset font with Chinese, bars as vectors, every page marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos

from lianqiao.bridge.result_document.fonts import embed, finished
from lianqiao.service.month_chart import HEIGHT, MonthChart
from lianqiao.service.report_tables import Cell, Table

FAMILY = "report"
MARGIN_MM, WIDTH_MM = 18.0, 174.0
INK, GREY, LINE, HEAD = (20, 20, 20), (95, 95, 95), (200, 200, 200), (238, 242, 242)
# of the screen's colours, those that tell each other apart also where paper has no colour
TONES = {"kept": (45, 122, 60), "broken": (178, 52, 38), "owed": (160, 196, 198)}
ROW_MM, CHART_MM = 6.4, 42.0
# of tables of figures the first and the last column, the others share what is left
FIRST_MM, LAST_MM = 50.0, 20.0
# number, title, promise, person, due, escalated to
BROKEN_MM = (30.0, 50.0, 26.0, 24.0, 20.0, 24.0)


@dataclass(frozen=True)
class Words:
    """Every text of the report; `legend` are (tone, word), `broken` rows of text under `broken_heads`."""

    title: str
    subtitle: str
    mark: str
    foot: str
    figure: str
    figure_words: str
    tables: list[Table]
    chart_title: str
    legend: list[tuple[str, str]]
    broken_title: str
    broken_heads: tuple[str, ...]
    broken: list[tuple[str, ...]]
    broken_more: str
    definitions_title: str
    definitions: list[tuple[str, str]]
    language: str


class _Paper(FPDF):
    foot = ""

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font(FAMILY, size=8)
        self.set_text_color(*GREY)
        self.cell(WIDTH_MM, 5, f"{self.foot}　{self.page_no()} / {{nb}}", align="C")


def report_pdf(words: Words, chart: MonthChart) -> bytes:
    """Return the report as PDF. Raises Refusal `pdf-font-missing`."""
    sheet = _Sheet(words)
    sheet.head()
    sheet.bars(chart)
    for table in words.tables:
        sheet.table(table.name, table.heads, [_texts(row) for row in table.rows])
    if words.broken:
        sheet.table(words.broken_title, words.broken_heads, words.broken, texts=True)
        sheet.line(words.broken_more, 8.5, color=GREY)
    sheet.explained()
    return finished(sheet.paper)


class _Sheet:
    def __init__(self, words: Words) -> None:
        self.words = words
        self.paper = paper = _Paper(format="A4")
        paper.set_title(words.title)
        paper.set_lang(words.language)
        paper.set_margins(MARGIN_MM, 16, MARGIN_MM)
        paper.set_auto_page_break(True, margin=20)
        paper.foot = words.foot
        embed(paper, FAMILY, "".join(_all_texts(words)))
        paper.add_page()

    def line(self, text: str, size: float, *, color: tuple[int, int, int] = INK, align: str = "L") -> None:
        """Set a paragraph over the whole width."""
        self.paper.set_font(FAMILY, size=size)
        self.paper.set_text_color(*color)
        self.paper.multi_cell(
            WIDTH_MM, size * 0.58, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT,
            wrapmode=WrapMode.CHAR,
        )  # fmt: skip

    def head(self) -> None:
        words, paper = self.words, self.paper
        if words.mark:
            self.line(words.mark, 10, color=TONES["broken"], align="C")
            paper.ln(1)
        self.line(words.title, 21, align="C")
        paper.ln(2)
        self.line(words.subtitle, 10, color=GREY, align="C")
        paper.ln(6)
        self.line(words.figure, 34, align="C")
        self.line(words.figure_words, 10, color=GREY, align="C")
        paper.ln(6)

    def bars(self, chart: MonthChart) -> None:
        paper, words = self.paper, self.words
        self.heading(words.chart_title, room=CHART_MM + 24)
        top, scale = paper.get_y() + 5, CHART_MM / HEIGHT
        across = min(WIDTH_MM / max(1, chart.width), 0.6)
        paper.set_font(FAMILY, size=7.5)
        for bar in chart.bars:
            for piece in bar.segments:
                paper.set_fill_color(*TONES[piece.tone])
                paper.rect(
                    MARGIN_MM + bar.x * across, top + piece.y * scale, 18 * across, piece.height * scale, "F"
                )
            paper.set_text_color(*INK)
            middle = MARGIN_MM + bar.middle * across
            paper.set_xy(middle - 8, top + bar.top * scale - 4.5)
            paper.cell(16, 4, str(bar.total), align="C")
            paper.set_text_color(*GREY)
            paper.set_xy(middle - 8, top + CHART_MM + 0.8)
            paper.cell(16, 4, bar.label, align="C")
        paper.set_draw_color(*LINE)
        paper.line(MARGIN_MM, top + CHART_MM, MARGIN_MM + WIDTH_MM, top + CHART_MM)
        paper.set_xy(MARGIN_MM, top + CHART_MM + 7)
        for tone, word in words.legend:
            paper.set_fill_color(*TONES[tone])
            paper.rect(paper.get_x(), paper.get_y() + 1, 3, 3, "F")
            paper.set_x(paper.get_x() + 4.5)
            paper.cell(paper.get_string_width(word) + 7, 5, word)
        paper.ln(9)

    def heading(self, text: str, *, room: float) -> None:
        """Set a heading that stays with `room` millimetres of what follows it."""
        if self.paper.will_page_break(room):
            self.paper.add_page()
        self.paper.ln(2)
        self.line(text, 13)
        self.paper.ln(2)

    def table(
        self, name: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, texts: bool = False
    ) -> None:
        """Set a table; of figures, or of the broken promises as texts. Its head is set again on each page."""
        self.heading(name, room=ROW_MM * 3 + 8)
        between = len(heads) - 2
        figures = [FIRST_MM, *[(WIDTH_MM - FIRST_MM - LAST_MM) / between] * between, LAST_MM]
        widths = BROKEN_MM if texts else figures
        self._row(heads, widths, head=True, texts=texts)
        for row in rows:
            if self.paper.will_page_break(ROW_MM):
                self.paper.add_page()
                self._row(heads, widths, head=True, texts=texts)
            self._row(row, widths, head=False, texts=texts)
        self.paper.ln(4)

    def _row(self, row: Sequence[str], widths: Sequence[float], *, head: bool, texts: bool) -> None:
        paper = self.paper
        paper.set_font(FAMILY, size=8.5)
        paper.set_fill_color(*HEAD)
        paper.set_draw_color(*LINE)
        paper.set_text_color(*(GREY if head else INK))
        for at, (text, width) in enumerate(zip(row, widths, strict=True)):
            align = "L" if at == 0 or texts else "R"
            paper.cell(width, ROW_MM, _fitting(paper, text, width - 2), border="B", align=align, fill=head)
        paper.ln(ROW_MM)

    def explained(self) -> None:
        self.heading(self.words.definitions_title, room=40)
        for word, meaning in self.words.definitions:
            self.line(f"{word}　{meaning}", 9, color=GREY)
            self.paper.ln(0.8)


def _fitting(paper: FPDF, text: str, width: float) -> str:
    """Return the text as far as the width holds it; what is cut ends in an ellipsis."""
    if paper.get_string_width(text) <= width:
        return text
    while text and paper.get_string_width(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…"


def _texts(row: Sequence[Cell]) -> list[str]:
    """Return a row of figures as text: the last is a share in percent, empty where nothing came due."""
    *counts, share = row
    words = "" if share is None else f"{float(share):.1f}".removesuffix(".0") + "%"
    return [*(str(one) for one in counts), words]


def _all_texts(words: Words) -> Iterable[str]:
    yield from (str(value) for value in vars(words).values())
    # the figures, and what is set between texts
    yield "".join(map(chr, range(32, 127))) + "…　·"
