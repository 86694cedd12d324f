"""Draws the pictures of the README: a terminal, and the report of the training that is seen in it.

`python benchmarks/pictures.py` writes docs/pictures, where `scaffold` and what a project of images needs are
installed.
"""

import subprocess
import sys
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs/pictures"
# Rich's own, but for fonts that it would fetch.
SVG = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, monospace; }}
.{unique_id}-matrix {{ font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def main() -> None:
    """Run the commands, record what they print, and put the report's pictures together."""
    PICTURES.mkdir(exist_ok=True)
    console = Console(record=True, width=92, file=StringIO())
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        show(console, folder, "scaffold new digits --defaults", first=21)
        show(console, folder / "digits", "cd digits && python -m digits train", first=3, last=4)
        (run,) = folder.glob("digits/runs/*")
        report = stack([run / f"{name}.png" for name in ("curves", "confusion", "worst")])
    report.save(PICTURES / "report.png", optimize=True)
    terminal = PICTURES / "terminal.svg"
    console.save_svg(str(terminal), title="", theme=MONOKAI, code_format=SVG, unique_id="terminal")


def show(console: Console, cwd: Path, command: str, first: int, last: int = 0) -> None:
    """Print a command and what it prints, without its middle."""
    program = [sys.executable, "-m", *command.rpartition("python -m ")[2].split()]
    done = subprocess.run(program, cwd=cwd, capture_output=True, text=True, check=True)
    lines = done.stdout.replace(f"{cwd}/", "").splitlines()
    if len(lines) > first + last:
        lines[first : len(lines) - last] = ["..."] if last else []
    console.print(Text(f"$ {command}", style="bold green"))
    console.print(Text("\n".join(lines)), end="\n\n")


def stack(paths: list[Path]) -> Image.Image:
    """Put pictures below each other, on white."""
    images = [Image.open(path).convert("RGB") for path in paths]
    width = max(image.width for image in images)
    stacked = Image.new("RGB", (width, sum(image.height for image in images)), "white")
    top = 0
    for image in images:
        stacked.paste(image, ((width - image.width) // 2, top))
        top += image.height
    return stacked.quantize(64)


if __name__ == "__main__":
    main()
