"""Files of every kind whose parts share names, have none, or look alike line for line."""

import random
from collections.abc import Callable
from functools import partial

from lookalikes import Node

WORDS = ["adam", "bert", "cifar", "dropout", "euler", "fourier", "gelu", "huber"]
CODE = ["x = self.norm(x)", "x = self.linear(x)", "x = x + y", "y = x", "check(x)"]
STATEMENTS = ("{} = 1", "# {} is better", "print('{}')")
FUNCTION = partial(Node, marks=STATEMENTS)
ENTRY = partial(Node, foot=["},"], marks=('"{}": 1,',))


def some(rng: random.Random, lines: list[str], most: int = 5) -> list["Node | str"]:
    return list(rng.sample(lines, rng.randint(1, min(most, len(lines)))))


def twins(body: list["Node | str"]) -> list["Node | str"]:
    return [item.twin() if isinstance(item, Node) else item for item in body]


def siblings(rng: random.Random, least: int = 2, most: int = 5) -> list[tuple[str, str]]:
    """Say by what each of some siblings is known: a word in its head, one in its body, or nothing."""
    words = rng.sample(WORDS, rng.randint(least, most))
    usual = rng.choice(["head", "token", "token", "token", "nothing"])
    return [
        (word, usual if rng.random() < 0.8 else rng.choice(["head", "token", "nothing"])) for word in words
    ]


def told(
    make: Callable[..., Node],
    rng: random.Random,
    heads: tuple[str, str],
    token: str,
    body: list["Node | str"],
) -> list[Node]:
    """Make siblings whose head is the first of `heads`, with its word, or the second one, which all share."""
    made = []
    for word, by in siblings(rng):
        if by == "head" and heads[0] == heads[1]:
            by = "token"
        node = make((heads[0] if by == "head" else heads[1]).format(word).split("\n"))
        node.body = twins(body)
        node.word = word if by != "nothing" else ""
        if by == "token":
            node.token = token.format(word)
            lines = [place for place, item in enumerate(node.body) if isinstance(item, str)]
            node.body.insert(rng.choice([0, *lines]), node.token)
        made.append(node)
    return made


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
    text: list[Node | str] = ["It says what it does.", "def wrapper(x):", "# Usage", "    x = 1"]
    text = text[: rng.randint(2, 4)]
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


MAPPING = partial(Node, indent=2, marks=("{}: 1", "# {} is better"))


def keyed(key: str, lines: list["Node | str"], after: str = "", marks: tuple[str, ...] = ()) -> Node:
    """Make a part of a mapping, whose key cannot be there twice."""
    node = MAPPING([f"{key}:{after}"], lines, word=key, sole=True)
    node.marks = marks or node.marks
    return node


def steps(rng: random.Random) -> Node:
    """Make the steps of a pipeline, indented or at the indentation of their key."""
    lines = ["run: pytest", "if: always()", "shell: bash"]
    inner: list[Node | str] = [
        keyed("with", ["depth: 0", "cache: pip"]),
        keyed("env", ["A: 1", "B: 2"]),
        keyed("script", ["pip install .", "pytest"], " |", ("{} --fast",)),
    ]
    body = [*some(rng, lines, 2), *rng.sample(inner, rng.randint(0, 2))]
    heads = rng.choice(
        [("- name: Run {}", "- uses: actions/checkout"), ("- uses: actions/{}", "- run: pip install .")]
    )
    indent, jobs = rng.choice([0, 2]), Node(["jobs:"], indent=2)
    for name in rng.sample(["test", "lint", "docs"], rng.randint(1, 2)):
        items = told(MAPPING, rng, heads, "id: {}", body)
        jobs.body.append(keyed(name, ["runs-on: linux", Node(["steps:"], list(items), indent=indent)]))
    return Node([], ["name: CI", "on: push", jobs], indent=0, marks=("{}: 1",))


def hooks(rng: random.Random) -> Node:
    indent = rng.choice([0, 2])
    inner = told(
        MAPPING, rng, ("- id: {}", "- id: check"), "name: {}", some(rng, ["args: [--fix]", "stages: [x]"], 2)
    )
    body: list[Node | str] = ["rev: v1", Node(["hooks:"], list(inner), indent=indent)]
    repos = told(MAPPING, rng, ("- repo: https://host/{}", "- repo: local"), "name: {}", body)
    return Node(
        [], ["fail_fast: true", Node(["repos:"], list(repos), indent=indent)], indent=0, marks=("{}: 1",)
    )


def mappings(rng: random.Random) -> Node:
    """Make the same keys below different parents."""
    body: list[Node | str] = [
        keyed(key, some(rng, ["lr: 1", "decay: 0", "warmup: 2"], 3))
        for key in rng.sample(["optimizer", "schedule", "model"], rng.randint(1, 3))
    ]
    values = Node(["sizes:"], ["- 1", "- 2", "- 2"], indent=rng.choice([0, 2]), marks=("- {}",))
    body += [values] if rng.random() < 0.5 else []
    parts = [
        keyed(word, twins(body), rng.choice(["", f" &{word}"]))
        for word in rng.sample(WORDS, rng.randint(2, 4))
    ]
    top = ["# what to train", "seed: 1"][: rng.randint(0, 2)]
    return Node([], [*top, *parts], indent=0, marks=("{}: 1", "# {} is better"))


def documents(rng: random.Random) -> Node:
    document = partial(Node, indent=0, section=True, marks=("{}: 1", "# {} is better"))
    spec = keyed("spec", some(rng, ["replicas: 1", "image: a", "port: 80"], 3))
    parts = told(document, rng, ("---", "---"), "name: {}", ["kind: Job", spec])
    return Node([], list(parts), indent=0)


def tables(rng: random.Random) -> Node:
    table = partial(Node, indent=0, gap=1, section=True, marks=("{} = 1", "# {} is better"))
    array = Node(["codes = ["], ['"a",', '"b",'], ["]"], marks=('"{}",',), word="codes", sole=True)
    body: list[Node | str] = some(rng, ["strict = true", "level = 1", 'mode = "x"'], 2)
    body += [array] if rng.random() < 0.4 else []
    if rng.random() < 0.4:
        body += [table(["[tool.mypy.overrides.more]"], ["level = 1"], word="more", sole=True)]
    name = "[[tool.mypy.overrides]]"
    overrides = told(table, rng, (name, name), 'module = "{}"', body)
    lines: list[Node | str] = ["level = 1", "strict = true", array.twin()]
    plain = [
        table([f"[tool.{word}]"], twins(lines), word=word, sole=True)
        for word in rng.sample(WORDS, rng.randint(1, 3))
    ]
    both: list[Node | str] = [*plain, *overrides] if rng.random() < 0.5 else [*overrides, *plain]
    return Node([], both, indent=0)


def headings(rng: random.Random) -> Node:
    text = partial(Node, indent=0, gap=1, section=True, marks=("{} is better.",))
    fence = Node(["```sh"], ["# install it", "pip install .", "## run it"], ["```"], indent=0, gap=1)
    fence.marks = ("# {} is better", "{} --fast")
    item = [Node([f"- {word}:"], ["say why"], indent=2, marks=("{} is better",)) for word in ("yes", "no")]
    words = ["Take it as it is.", "It is fast.", "Nothing else is needed."]
    inner: list[Node | str] = []
    for name in rng.sample(["Usage", "Options", "Files"], rng.randint(1, 3)):
        body = [*some(rng, words, 2), *rng.sample([fence, *item], rng.randint(0, 2))]
        inner.append(text([f"### {name}"], twins(body)))
    parts = told(text, rng, ("## {}", "## Notes"), "About {}.", [*some(rng, words, 2), *inner])
    return Node([], [text(["# Project"], ["A project.", *parts])], indent=0)


KINDS: dict[str, tuple[Callable[[random.Random], Node], str]] = {
    "classes": (classes, "py"),
    "dispatch": (dispatch, "py"),
    "decorators": (decorators, "py"),
    "branches": (branches, "py"),
    "nested": (nested, "py"),
    "entries": (entries, "py"),
    "calls": (calls, "py"),
    "strings": (strings, "py"),
    "blocks": (blocks, "py"),
    "newer": (newer, "py"),
    "steps": (steps, "yaml"),
    "hooks": (hooks, "yml"),
    "mappings": (mappings, "yaml"),
    "documents": (documents, "yaml"),
    "tables": (tables, "toml"),
    "headings": (headings, "md"),
    "plain": (lambda rng: rng.choice([tables, headings, steps])(rng), "cfg"),
}
