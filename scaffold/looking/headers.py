"""Sizes and colours of images, from the first bytes of their files.

No library for images is among the dependencies of the command, and a few bytes of the formats that projects
read say both; the suite compares with Pillow.
"""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple


class Header(NamedTuple):
    """What the first bytes of an image say."""

    width: int
    height: int
    colour: bool
    format: str
    kind: str = ""
    """`palette` or `deep` (more than 8 bits per channel), else empty."""
    camera: bool = False
    """It has notes of a camera, which may say that it was turned."""


def read_header(path: Path) -> Header | None:
    """Read it; None if the file is no image of these formats."""
    try:
        with path.open("rb") as file:
            start = file.read(32)
            for mark, read in READERS.items():
                if start.startswith(mark):
                    return read(file, start)
    except (OSError, struct.error, ValueError, IndexError):
        pass
    return None


def _png(_: BinaryIO, start: bytes) -> Header:
    width, height, depth, colour = struct.unpack(">IIBB", start[16:26])
    kind = "palette" if colour == 3 else "deep" if depth == 16 and colour == 0 else ""
    return _checked(Header(width, height, colour in {2, 3, 6}, "PNG", kind))


def _pair(form: str, content: bytes) -> tuple[int, int]:
    first, second = struct.unpack(form, content)
    return first, second


def _gif(_: BinaryIO, start: bytes) -> Header:
    return _checked(Header(*_pair("<HH", start[6:10]), True, "GIF", "palette"))


def _bmp(_: BinaryIO, start: bytes) -> Header:
    width, height = struct.unpack("<ii", start[18:26])
    bits = struct.unpack("<H", start[28:30])[0]
    return _checked(Header(width, abs(height), bits > 8, "BMP", "palette" if bits <= 8 else ""))


def _jpeg(file: BinaryIO, _: bytes) -> Header | None:
    """Go from segment to segment until one says the size."""
    file.seek(2)
    camera = False
    while (mark := file.read(2))[:1] == b"\xff":
        code = mark[1]
        if code == 0xFF:  # filling
            file.seek(-1, 1)
            continue
        if code == 0x01 or 0xD0 <= code <= 0xD9:
            continue
        (length,) = struct.unpack(">H", file.read(2))
        if 0xC0 <= code <= 0xCF and code not in {0xC4, 0xC8, 0xCC}:
            _, height, width, channels = struct.unpack(">BHHB", file.read(6))
            return _checked(Header(width, height, channels > 1, "JPEG", camera=camera))
        content = file.read(min(length - 2, 4))
        camera = camera or (code == 0xE1 and content == b"Exif")
        file.seek(length - 2 - len(content), 1)
    return None


def _webp(_: BinaryIO, start: bytes) -> Header | None:
    if start[8:12] != b"WEBP":
        return None
    kind = start[12:16]
    if kind == b"VP8 ":
        width, height = (size & 0x3FFF for size in struct.unpack("<HH", start[26:30]))
    elif kind == b"VP8L":
        bits = struct.unpack("<I", start[21:25])[0]
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width = int.from_bytes(start[24:27], "little") + 1
        height = int.from_bytes(start[27:30], "little") + 1
    return _checked(Header(width, height, True, "WebP"))


def _tiff(file: BinaryIO, start: bytes) -> Header | None:
    order = "<" if start[:2] == b"II" else ">"
    file.seek(struct.unpack(f"{order}I", start[4:8])[0])
    found: dict[int, int] = {}
    for _ in range(struct.unpack(f"{order}H", file.read(2))[0]):
        tag, kind, count, raw = struct.unpack(f"{order}HHI4s", file.read(12))
        if kind in {3, 4} and (count == 1 or tag == 258):
            found[tag] = struct.unpack(
                f"{order}H" if kind == 3 else f"{order}I", raw[: 2 if kind == 3 else 4]
            )[0]
    colour = found.get(262, 1) in {2, 3, 5, 6}
    deep = not colour and found.get(258, 1) > 8
    kind_said = "palette" if found.get(262) == 3 else "deep" if deep else ""
    return _checked(Header(found.get(256, 0), found.get(257, 0), colour, "TIFF", kind_said))


def _checked(header: Header) -> Header:
    if header.width < 1 or header.height < 1:
        raise ValueError("no size")
    return header


READERS: dict[bytes, Callable[[BinaryIO, bytes], Header | None]] = {
    b"\x89PNG\r\n\x1a\n": _png,
    b"\xff\xd8": _jpeg,
    b"GIF8": _gif,
    b"BM": _bmp,
    b"RIFF": _webp,
    b"II*\x00": _tiff,
    b"MM\x00*": _tiff,
}
