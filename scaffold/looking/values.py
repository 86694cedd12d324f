"""The values of masks: small PNG files are unpacked by hand, since no library for images is at hand."""

import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

MOST = 2**21  # pixels of all masks together: a second or two


def read_values(paths: Sequence[Path]) -> tuple[set[int], bool]:
    """Return the values of the pixels, and whether all of the masks were read."""
    found: set[int] = set()
    left, complete = MOST, True
    for path in paths:
        try:
            values, size = _values(path, left)
        except (OSError, ValueError, struct.error, zlib.error, IndexError):
            values, size = None, 0
        if values is None:
            complete = False
        else:
            found |= values
            left -= size
    return found, complete


def _values(path: Path, most: int) -> tuple[set[int] | None, int]:
    """Return those of a PNG of 8 bits or fewer for a pixel; None if it is another file, or too large."""
    content = path.read_bytes()
    if not content.startswith(b"\x89PNG") or len(content) > 2**22:
        return None, 0
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", content[16:29])
    if colour not in {0, 3} or depth > 8 or interlaced or width * height > most:
        return None, 0
    line = -(-width * depth // 8)
    packed, start = b"", 8
    while start < len(content):
        (length,) = struct.unpack(">I", content[start : start + 4])
        if content[start + 4 : start + 8] == b"IDAT":
            packed += content[start + 8 : start + 8 + length]
        start += length + 12
    raw = zlib.decompress(packed)
    found: set[int] = set()
    before = bytearray(line)
    for first in range(0, height * (line + 1), line + 1):
        before = _unfiltered(raw[first], bytearray(raw[first + 1 : first + 1 + line]), before)
        found |= set(before) if depth == 8 else _split(before, depth, width)
    return found, width * height


def _unfiltered(kind: int, row: bytearray, before: bytearray) -> bytearray:
    """Undo what PNG does to a row, to pack it better: each byte is a difference to its neighbours."""
    if kind == 0 or (kind == 2 and not any(before)):
        return row
    left = upper_left = 0
    for place, upper in enumerate(before):
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = upper
        elif kind == 3:
            guess = (left + upper) // 2
        else:
            guess = _paeth(left, upper, upper_left)
        left = row[place] = (row[place] + guess) & 255
        upper_left = upper
    return row


def _paeth(left: int, upper: int, upper_left: int) -> int:
    towards = left + upper - upper_left
    distances = abs(towards - left), abs(towards - upper), abs(towards - upper_left)
    return (left, upper, upper_left)[distances.index(min(distances))]


def _split(row: bytearray, depth: int, width: int) -> set[int]:
    """Return the values of pixels of which several share a byte."""
    values = []
    for byte in row:
        values += [byte >> shift & (1 << depth) - 1 for shift in range(8 - depth, -1, -depth)]
    return set(values[:width])
