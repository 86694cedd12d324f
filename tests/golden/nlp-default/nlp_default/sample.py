"""The sample: the English in Python's own sources. Delete it with the lines that read it.

Paragraphs from the docstrings of eight packages of the standard library and from the language
reference, labelled by where they stand, 150 of each.
"""

import ast
import random
import sysconfig
from functools import cache
from pathlib import Path

from .engine.labels import DataError, LabelReader
from .sources import Row, Splits

CLASSES = {  # and where in the standard library their texts stand
    "asyncio": "asyncio",
    "decimal": "_pydecimal.py",
    "email": "email",
    "http": "http",
    "importlib": "importlib",
    "language": "pydoc_data/topics.py",
    "logging": "logging",
    "unittest": "unittest",
    "xml": "xml",
}
SIZE = 150  # texts of each class


@cache
def read_sample(read_label: LabelReader) -> Splits:
    """Paragraphs of 8 to 60 words that end in a full stop, as prose does and code rarely."""
    rows = []
    for name, place in CLASSES.items():
        found = Path(sysconfig.get_path("stdlib"), place)
        texts: set[str] = set()
        for file in [found] if found.suffix else sorted(found.rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_bytes())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    texts |= {" ".join(text.split()) for text in node.value.split("\n\n")}
        prose = sorted(t for t in texts if t.endswith(".") and 8 <= len(t.split()) <= 60)
        if len(prose) < SIZE:
            raise DataError(f"{found} holds too little text for the sample: name a --data.path")
        label = read_label({"label": name}, place)
        rows += [Row(text, label) for text in random.Random(0).sample(prose, SIZE)]
    return {"train": rows}
