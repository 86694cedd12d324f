"""What `--data` knows of files is what projects read, and what it reads of images is what Pillow reads."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from PIL import Image

from scaffold.looking import files
from scaffold.looking.headers import read_header
from scaffold.looking.values import read_values

SOURCES = ROOT / "template/parts/sources"
ENGINE = ROOT / "template/project/{{ package }}/engine"


def constant(path: Path, name: str) -> Any:
    """Return the value that a file of the template gives a name, of which other lines need not be Python."""
    (line,) = re.findall(rf"^{name} = (.*?)(?:  #.*)?$", path.read_text(), re.MULTILINE)
    return ast.literal_eval(line)


def find(name: str) -> Path:
    (path,) = [path for path in ENGINE.iterdir() if name in path.name]
    return path


def test_suffixes_are_those_that_projects_read() -> None:
    assert constant(find("images.py"), "SUFFIXES") == files.IMAGES
    assert constant(SOURCES / "texts.py", "SUFFIXES") == list(files.TABLES)
    assert constant(SOURCES / "corpus.py", "SUFFIXES") == list(files.TEXTS)
    assert {*constant(find("conll.py"), "CONLL"), ".txt", ".jsonl"} == {*files.TAGGED}


@pytest.mark.parametrize("path", [find("files.py"), SOURCES / "corpus.py"], ids=["files", "corpus"])
def test_splits_are_those_that_projects_read(path: Path) -> None:
    given = re.search(r"dict.fromkeys\((\(.*?\)), \"val\"\)", path.read_text())
    assert given is not None
    assert {name for name, meant in files.SPLITS.items() if meant == "val"} == {*ast.literal_eval(given[1])}
    assert not {*files.ALMOST} & {*files.SPLITS}


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1"])
@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "WebP", "TIFF"])
def test_headers_say_what_pillow_says(form: str, mode: str, folder: Path) -> None:
    path = folder / f"a.{form.lower()}"
    try:
        Image.effect_mandelbrot((37, 21), (-2, -1, 1, 1), 20).convert(mode).save(path, form)
    except OSError:
        pytest.skip(f"{form} holds no pixels of {mode}")
    header = read_header(path)
    with Image.open(path) as image:
        assert header is not None
        assert (header.width, header.height) == image.size
        assert header.colour == (image.mode not in {"1", "L"} or form == "GIF")
        if form not in {"GIF", "BMP"}:  # which have a palette for grey too
            assert (header.kind == "palette") == (image.mode == "P")


def test_headers_behind_long_notes_of_a_camera(folder: Path) -> None:
    path, notes = folder / "a.jpg", Image.Exif()
    notes[0x010F], notes[0x010E] = "a camera", "x" * 50_000
    Image.new("RGB", (37, 21)).save(path, exif=notes, icc_profile=b"y" * 100_000)
    header = read_header(path)
    assert header is not None
    assert (header.width, header.height, header.camera) == (37, 21, True)


@pytest.mark.parametrize(("mode", "most"), [("L", 255), ("P", 255), ("P", 3), ("1", 255)])
def test_values_of_masks_are_those_of_pillow(mode: str, most: int, folder: Path) -> None:
    """Of every way in which PNG packs rows."""
    path = folder / "a.png"
    mask = Image.effect_mandelbrot((61, 43), (-2, -1, 1, 1), 90).point(lambda value: value % (most + 1))
    mask = mask.convert("1", dither=Image.Dither.NONE) if mode == "1" else mask
    if mode == "P":
        mask.putpalette(bytes(range(256)) * 3)
    mask.save(path, bits=2 if most == 3 else 8) if mode == "P" else mask.save(path)
    with Image.open(path) as image:
        wanted = {value for _, value in image.getcolors() or []}
    assert read_values([path]) == ({0, 1} if mode == "1" else wanted, True)
