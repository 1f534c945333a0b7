"""The font paper is set in: the machine's or our own, cut to what one paper needs, embedded in it."""

from __future__ import annotations

import io
import logging
import tempfile
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont
from fpdf import FPDF
from fpdf.fonts import TTFFont

from lianqiao.bridge import memory
from lianqiao.engine.errors import refuse

USUAL_PLACES = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-serif-cjk-fonts/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
)
# comes with Lianqiao, so that documents are made on a machine without a Chinese font; only its file is used
OUR_OWN = ("noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc")
# each step of its work on a font is a line otherwise
logging.getLogger("fontTools").setLevel(logging.WARNING)
# for texts set in columns or by rules of the script: paper here runs in lines, and FPDF sets no such thing
NOT_NEEDED = ("BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx")


def font() -> Path:
    """Return the font file documents are set in. Raises Refusal `pdf-font-missing`."""
    named = settings.ENVIRONMENT.pdf_font
    for place in (named,) if named else (*USUAL_PLACES, *_our_own()):
        if Path(place).is_file():
            return Path(place)
    raise refuse(
        "pdf-font-missing",
        f"there is no font with Chinese at {named or 'any usual place'}: documents wait",
        hint="install Noto CJK (Debian: fonts-noto-cjk) or name a font in LIANQIAO_PDF_FONT",
    )


def _our_own() -> list[str]:
    package, file = OUR_OWN
    found = find_spec(package)
    return [str(Path(found.origin).with_name(file))] if found and found.origin else []


def embed(paper: FPDF, family: str, text: str) -> None:
    """Have a paper set in the font under this name, cut to the characters of `text`; raises as `font`."""
    # read whole and let go at once: FPDF takes a font only by its path
    with tempfile.NamedTemporaryFile(suffix=".otf") as file:
        file.write(cut_font(text))
        file.flush()
        paper.add_font(family, "", file.name)
    added = paper.fonts[family]
    assert isinstance(added, TTFFont)
    # FPDF cuts once more as it writes; the boxes round the glyphs are those of the whole font, as they may be
    added.ttfont.recalcBBoxes = False


def finished(paper: FPDF) -> bytes:
    """Return a paper as PDF; what its font took, tens of megabytes in rings, goes back to the machine."""
    content = bytes(paper.output())
    paper.fonts.clear()
    memory.give_back()
    return content


def cut_font(text: str) -> bytes:
    """Return the font with only these characters, a few kilobytes; embedding is what its licence allows."""
    path = font()
    options = subset.Options(
        layout_features=[], name_IDs=[1, 2, 4, 6], notdef_outline=True, hinting=False, recalc_timestamp=False,
        desubroutinize=True,
    )  # fmt: skip
    options.drop_tables += NOT_NEEDED
    worker = subset.Subsetter(options)
    worker.populate(text=text)
    made = io.BytesIO()
    number = _chinese_face(path)
    # to draw every glyph for the boxes round them would take half of the time
    with TTFont(path, fontNumber=number, lazy=True, recalcTimestamp=False, recalcBBoxes=False) as face:
        worker.subset(face)
        face.save(made)
    return made.getvalue()


@lru_cache(maxsize=4)
def _chinese_face(path: Path) -> int:
    """Return which face of a collection is the simplified Chinese one; a single font has one."""
    if path.suffix.lower() != ".ttc":
        return -1
    with TTCollection(str(path), lazy=True) as faces:
        names = [str(face["name"].getDebugName(1)) for face in faces.fonts]
    return next((at for at, name in enumerate(names) if name.endswith("SC")), 0)
