"""Pictures of files: a photograph made small, pages of a PDF, a frame of a film; files in, files out."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image, ImageOps

LONGEST_SIDE_PX = 1600
MOST_PIXELS = 80_000_000
PAGE_WIDTH_PX, PAGE_HEIGHT_PX = 1100, 1560
MOST_PAGES = 5
QUALITY = 82
# ffmpeg asked to guess may take a file for a list of other files; it is told what the bytes are
CONTAINERS = {"video/mp4": "mov", "video/quicktime": "mov", "video/x-matroska": "matroska"}
# how far into a film its frame is taken
SHARE = 0.1


class Picture(NamedTuple):
    """One JPEG made: its file and its size in pixels."""

    path: Path
    width: int
    height: int


class NoPicture(Exception):
    """No picture can be made of a file, and why."""


def pictures_of(path: Path, media_type: str, *, into: Path) -> list[Picture]:
    """Make pictures of a file in a folder, 1.jpg and on; they carry nothing of it but what is seen.

    Raises NoPicture for one too large, broken or of a type that has none.
    """
    maker = MAKERS.get(media_type)
    if maker is None:
        raise NoPicture(f"no pictures are made of {media_type}")
    made = []
    for number, image in enumerate(maker(path, media_type), start=1):
        image.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX))
        to = into / f"{number}.jpg"
        # saved without its `info`: no EXIF, no place, no embedded preview
        plain = _on_white(image)
        plain.info.clear()
        plain.save(to, "JPEG", quality=QUALITY, optimize=True, progressive=True)
        made.append(Picture(to, plain.width, plain.height))
    return made


def _photograph(path: Path, media_type: str) -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        Image.MAX_IMAGE_PIXELS = None
        with Image.open(path, formats=["JPEG", "PNG"]) as image:
            # its header is read, its pixels are not yet
            if image.width * image.height > MOST_PIXELS:
                raise NoPicture(f"{image.width} × {image.height} pixels are too many")
            image.draft("RGB", (LONGEST_SIDE_PX, LONGEST_SIDE_PX))
            yield ImageOps.exif_transpose(image)


def _pages(path: Path, media_type: str) -> Iterator[Any]:
    import pypdfium2  # noqa: PLC0415 - a process of its own for each file loads what that file needs

    document = pypdfium2.PdfDocument(path)
    try:
        for index in range(min(len(document), MOST_PAGES)):
            page = document[index]
            width, height = page.get_size()
            if not (width > 0 and height > 0):
                raise NoPicture("a page has no size")
            scale = min(PAGE_WIDTH_PX / width, PAGE_HEIGHT_PX / height)
            yield page.render(scale=scale, may_draw_forms=False).to_pil()
    finally:
        document.close()


def _frame(path: Path, media_type: str) -> Iterator[Any]:
    import av  # noqa: PLC0415 - see above

    with av.open(str(path), format=CONTAINERS[media_type]) as film:
        if not film.streams.video:
            raise NoPicture("there is no picture in it")
        stream = film.streams.video[0]
        if stream.width * stream.height > MOST_PIXELS:
            raise NoPicture(f"{stream.width} × {stream.height} pixels are too many")
        if film.duration:
            film.seek(int(film.duration * SHARE))
        for frame in film.decode(stream):
            yield frame.to_image()  # type: ignore[no-untyped-call]
            return
        raise NoPicture("no frame can be read")


def _on_white(image: Any) -> Any:
    """Return the picture without transparency and in plain colours."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        seen = image.convert("RGBA")
        white = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(white, seen).convert("RGB")
    return image.convert("RGB")


MAKERS: dict[str, Callable[[Path, str], Iterator[Any]]] = {
    "image/jpeg": _photograph,
    "image/png": _photograph,
    "application/pdf": _pages,
    **dict.fromkeys(CONTAINERS, _frame),
}
