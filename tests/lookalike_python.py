"""Python files whose parts look alike."""

import random
from functools import partial

from lookalike_siblings import some, told, twins
from lookalikes import Node

CODE = ["x = self.norm(x)", "x = self.linear(x)", "x = x + y", "y = x", "check(x)"]
STATEMENTS = ("{} = 1", "# {} is better", "print('{}')")
FUNCTION = partial(Node, marks=STATEMENTS)
ENTRY = partial(Node, foot=["},"], marks=('"{}": 1,',))


def module(rng: random.Random, parts: list[Node]) -> Node:
    """Make a Python file of parts."""
    top: list[Node | str] = ["import torch", "from torch import nn"]
    bottom = Node(["if __name__ == '__main__':"], ["main()"], gap=2, marks=STATEMENTS, sole=True)
    return Node([], [*top[: rng.randint(0, 2)], *parts, bottom], indent=0, marks=STATEMENTS)


def functions(rng: random.Random, heads: tuple[str, str], token: str, gap: int = 2) -> list[Node]:
    found = told(partial(FUNCTION, gap=gap), rng, heads, token, some(rng, CODE))
    for node in found:
        if len(node.head) > 2:  # a decorator of several lines
            node.slot = (rng.randint(2, len(node.head) - 2), "    {}=1,")
    return found


def classes(rng: random.Random) -> Node:
    lines = some(rng, CODE)
    methods: list[Node | str] = [
        FUNCTION([f"def {name}(self, x):"], list(lines), gap=1)
        for name in rng.sample(["__init__", "forward", "reset"], rng.randint(1, 3))
    ]
    heads = ("class {}(nn.Module):", "class Block(nn.Module):")
    return module(rng, told(partial(FUNCTION, gap=2), rng, heads, "kind = '{}'", methods))


def dispatch(rng: random.Random) -> Node:
    heads = rng.choice(
        [
            ("@describe.register({})\ndef _(value):", "@describe.register\ndef _(value):"),
            ("@overload\ndef convert(value: {}):", "@overload\ndef convert(value):"),
            ("@{}.setter\ndef value(x):", "@value.setter\ndef value(x):"),
            ("def {}(value):", "def _(value):"),
        ]
    )
    return module(rng, functions(rng, heads, "name = '{}'"))


def decorators(rng: random.Random) -> Node:
    head = "@register(\n    {}kind=1,\n    size=2,\n)\ndef {}(value):"
    other = rng.choice([head.format("'{}',\n    ", "_"), head.format("", "{}")])
    return module(rng, functions(rng, (other, head.format("", "_")), "name = '{}'"))


def branches(rng: random.Random) -> Node:
    lines = some(rng, CODE)
    parts: list[Node] = []
    tries = rng.random() < 0.5
    heads = ("try:", "try:") if tries else ("if HAS_{}:", "if FAST:")
    inner: list[Node | str] = [FUNCTION(["def load(path):"], list(lines))]
    for node in told(FUNCTION, rng, heads, "import {}", inner):
        node.gap = 2
        parts.append(node)
        if tries or rng.random() < 0.7:
            other = ["except ImportError:" if tries else "else:"]
            parts.append(FUNCTION(other, twins(inner)))
    return module(rng, parts)


def nested(rng: random.Random) -> Node:
    inner: list[Node | str] = [
        "x = 1",
        FUNCTION(["def wrapper(x):"], some(rng, CODE), gap=1),
        FUNCTION(["def inner(x):"], some(rng, CODE), gap=1),
        "return x",
    ]
    heads = ("def {}(function):", "def wrap(function):")
    return module(rng, told(partial(FUNCTION, gap=2), rng, heads, "name = '{}'", inner))


def entries(rng: random.Random) -> Node:
    """Make dictionaries, lists and calls, whose entries have several lines."""
    lines: list[str] = ['"lr": 0.1,', '"decay": 0,', '"steps": [1, 2],']
    keyed = ENTRY(['"optimizer": {'], list(lines))
    body: list[Node | str] = [*some(rng, lines, 3), *([keyed] if rng.random() < 0.4 else [])]
    calls = some(rng, ["size=3,", "stride=1,", "bias=False,"], 3)
    layer = partial(Node, foot=["),"], marks=("{}=1,",))
    outers = {
        "CONFIGS = {": ("}", told(ENTRY, rng, ('"{}": {{', '"same": {{'), '"name": "{}",', body)),
        "CONFIGS = [": ("]", told(ENTRY, rng, ("{{  # {}", "{{"), '"name": "{}",', body)),
        "LAYERS = [": ("]", told(layer, rng, ("{}(", "dict("), 'name="{}",', calls)),
        "net = nn.Sequential(": (")", told(layer, rng, ("nn.{}(", "nn.Conv2d("), 'name="{}",', calls)),
    }
    parts = []
    for head in rng.sample(list(outers), rng.randint(1, 3)):
        foot, inner = outers[head]
        parts.append(Node([head], list(inner), [foot], gap=1))
    if rng.random() < 0.5:
        parts = [FUNCTION([f"def {name}(x):"], [p], gap=2) for name, p in zip("fgh", parts, strict=False)]
    return module(rng, parts)


def calls(rng: random.Random) -> Node:
    heads = rng.choice(
        [("parser.{}(", "parser.add_argument("), ("app.{}(", "app.add("), ("{} = make(", "register(")]
    )
    call = partial(Node, foot=[")"], marks=("{}=1,", "# {} is better"))
    body = some(rng, ["type=int,", "default=1,", 'help="a number",'], 3)
    return module(rng, told(call, rng, heads, 'dest="--{}",', body))


def strings(rng: random.Random) -> Node:
    text: list[Node | str] = ["It says what it does.", "def wrapper(x):"]
    text += ["# Usage", "    x = 1"][: rng.randint(0, 2)]
    said = partial(Node, foot=['"""'], flush=True, marks=("{} is better.", "    {} = 1"))
    if rng.random() < 0.3:
        return module(rng, told(partial(said, gap=1), rng, ('{} = """', 'HELP = """'), "It is {}.", text))
    body: list[Node | str] = [said(['"""Say it.'], text), *some(rng, CODE)]
    return module(rng, told(partial(FUNCTION, gap=2), rng, ("def {}(x):", "def _(x):"), "n = '{}'", body))


def blocks(rng: random.Random) -> Node:
    heads = rng.choice(
        [
            ("for batch in {}:", "for batch in loader:"),
            ("if step == {}:", "if step % 10:"),
            ("with {}.no_grad():", "with torch.no_grad():"),
        ]
    )
    body: list[Node | str] = some(rng, CODE)
    inner = told(FUNCTION, rng, heads, "n = '{}'", body)
    return module(rng, [FUNCTION(["def train(x):"], ["x = 1", *inner, "return x"], gap=2)])


def newer(rng: random.Random) -> Node:
    """Make a Python file with a line that Python 3.11 does not know."""
    root = rng.choice([classes, dispatch, decorators, branches, entries, calls, strings])(rng)
    odd = ["type Pair = tuple[int, int]", 'print(f"{f"{x}"}")', "%matplotlib inline", "!pip list"]
    place = rng.choice(["top", "bottom", "head"])
    if place == "head":
        new = FUNCTION(["def first[T](x: T):"], ["return x"], gap=2)
        root.body.insert(0, new)
    else:
        root.body.insert(0 if place == "top" else len(root.body), rng.choice(odd))
    return root
