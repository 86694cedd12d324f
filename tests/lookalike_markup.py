"""YAML, TOML and Markdown whose parts look alike."""

import random
from functools import partial

from lookalike_siblings import WORDS, some, told, twins
from lookalikes import Node

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
    indent, jobs = rng.choice([0, 2]), Node(["jobs:"], indent=2, sole=True)
    for name in rng.sample(["test", "lint", "docs"], rng.randint(1, 2)):
        items = told(MAPPING, rng, heads, "id: {}", body)
        jobs.body.append(
            keyed(name, ["runs-on: linux", Node(["steps:"], list(items), indent=indent, sole=True)])
        )
    return Node([], ["name: CI", "on: push", jobs], indent=0, marks=("{}: 1",))


def hooks(rng: random.Random) -> Node:
    indent = rng.choice([0, 2])
    inner = told(
        MAPPING, rng, ("- id: {}", "- id: check"), "name: {}", some(rng, ["args: [--fix]", "stages: [x]"], 2)
    )
    body: list[Node | str] = ["rev: v1", Node(["hooks:"], list(inner), indent=indent, sole=True)]
    repos = told(MAPPING, rng, ("- repo: https://host/{}", "- repo: local"), "name: {}", body)
    return Node(
        [],
        ["fail_fast: true", Node(["repos:"], list(repos), indent=indent, sole=True)],
        indent=0,
        marks=("{}: 1",),
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
