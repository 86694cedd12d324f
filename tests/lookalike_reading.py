"""Read texts of look-alikes by their own simple grammar; scaffold itself has other parsers."""

import re
from collections.abc import Sequence

from lookalikes import Node


class Reading:
    """The parts that are open while a text is read, each with the depth of what opened it."""

    def __init__(self) -> None:
        """Start with the file."""
        self.root = Node([])
        self.open: list[tuple[float, Node]] = [(-2, self.root)]

    def close(self, depth: float) -> None:
        """Leave what is as deep, or deeper."""
        while self.open[-1][0] >= depth:
            self.open.pop()

    def line(self, line: str) -> None:
        """Put a line into what is open."""
        self.open[-1][1].body.append(line)

    def part(self, depth: float, *head: str) -> None:
        """Open a part."""
        new = Node(list(head))
        self.open[-1][1].body.append(new)
        self.open.append((depth, new))


def read(text: str, suffix: str) -> Node:
    """Return the structure of a text."""
    reading = Reading()
    READERS[suffix](reading, [line for line in text.removeprefix("\ufeff").splitlines() if line.strip()])
    return reading.root


def python(reading: Reading, lines: Sequence[str]) -> None:
    decorators: list[str] = []
    string = False
    for line in lines:
        text, depth = line.strip(), len(line) - len(line.lstrip())
        if string:
            if text == '"""':
                string = False
                reading.open.pop()
            else:
                reading.line(line)
            continue
        if decorators or text.startswith("@"):
            margin = depth if not decorators else len(decorators[0]) - len(decorators[0].lstrip())
            if not re.match(r"def |class ", text):
                decorators.append(line)
                continue
            head = [each[margin:] for each in decorators]
            decorators = []
        else:
            head = []
        reading.close(depth)
        if re.match(r"[)\]}]", text):
            continue
        if text.count('"""') == 1:
            reading.part(depth, *head, text)
            string = True
        elif re.search(r"[(\[{:](  # \w+)?$", text) and not text.startswith("#"):
            reading.part(depth, *head, text)
        else:
            for each in [*head, text]:
                reading.line(each)


def yaml(reading: Reading, lines: Sequence[str]) -> None:
    block = -1
    for line in lines:
        text, depth = line.strip(), len(line) - len(line.lstrip())
        if 0 <= block < depth:
            reading.line(text)
            continue
        block = -1
        if text == "---":
            reading.close(-1)
            reading.part(-1, text)
        elif text.startswith("- "):
            reading.close(depth + 0.5)
            if re.match(r"- [\w-]+: ", text):
                reading.part(depth + 0.5, text)
            else:
                reading.line(text)
        else:
            reading.close(depth)
            if re.match(r"[\w-]+:( &\w+)?( \|)?$", text):
                reading.part(depth, text)
                block = depth if text.endswith("|") else -1
            else:
                reading.line(text)


def toml(reading: Reading, lines: Sequence[str]) -> None:
    above = ""
    for line in lines:
        text = line.strip()
        if header := re.fullmatch(r"\[+([\w.]+)\]+", text):
            inside = above and header[1].startswith(f"{above}.")
            reading.close(1 if inside else 0)
            reading.part(1 if inside else 0, text)
            above = header[1] if text.startswith("[[") else above if inside else ""
        elif text.endswith("["):
            reading.part(2, text)
        elif text == "]":
            reading.close(2)
        else:
            reading.line(text)


def markdown(reading: Reading, lines: Sequence[str]) -> None:
    fenced = False
    for line in lines:
        text = line.strip()
        if text == "```" and fenced:
            reading.close(9)
            fenced = False
        elif fenced:
            reading.line(text)
        elif heading := re.match(r"#+ ", text):
            reading.close(len(heading[0]))
            reading.part(len(heading[0]), text)
        elif text.startswith("```"):
            reading.close(9)
            reading.part(9, text)
            fenced = True
        else:
            if not line.startswith(" "):
                reading.close(9)
            if re.match(r"- \w+:$", text):
                reading.part(9, text)
            else:
                reading.line(text)


READERS = {"py": python, "yaml": yaml, "yml": yaml, "toml": toml, "md": markdown}
