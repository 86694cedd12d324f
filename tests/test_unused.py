"""Nothing is generated that nothing uses: a function serves the project that it stands in."""

import ast
import re
from collections import Counter

import pytest
from combinations import RENDERED, Choices, label
from slots import texts_of

KIND = ("form", "output", "target", "pretrained", "chem", "distributed")
# With report and tuning, whose commands are all that uses some functions.
ROWS = {tuple(row[key] for key in KIND): row for row in RENDERED if row["report"] and row["tune"]}


@pytest.mark.parametrize("row", ROWS.values(), ids=label)
def test_functions_are_used_by_the_package_itself(row: Choices) -> None:
    """Those of commands are named in texts or decorated; tests alone are no use."""
    texts = {
        name: text
        for name, text in texts_of(row).items()
        if name.startswith(row["package"]) and name.endswith(".py")
    }
    words = Counter(word for text in texts.values() for word in re.findall(r"\w+", text))
    unused = [
        f"{name}: {node.name}"
        for name, text in texts.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.decorator_list
        and not node.name.startswith("__")
        and words[node.name] < 2
    ]
    assert not unused
