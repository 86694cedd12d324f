"""What an example is in words, for `show data` and reports."""

from typing import NamedTuple

from ..engine.labels import Label


class Described(NamedTuple):
    name: str
    label: Label
    text: str
    sizes: dict[str, float]
    content: bytes  # equal for equal examples
    fault: str  # empty if nothing looks wrong
