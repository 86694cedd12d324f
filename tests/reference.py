"""Writes docs/reference.md from the questions: `make docs`, which runs `python -m tests.reference`."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from scaffold import explain, pairings
from scaffold.questions import Questions

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/reference.md"
HEAD = """\
# Reference

Every task, every choice, with its reason, its source and the values that it brings; `scaffold explain` says
the same in a terminal, `scaffold list --json` to a program. This page is written by `make docs` from
`template/questions/`, and the suite fails when it differs from them. Of values that are given twice the
narrower goes first: those of an output, and among them those of a target, before those of all. `adam` and
`muon` take the rates of `adamw`. "Measured" is what the defaults reached on real data, as
[benchmarks/README.md](../benchmarks/README.md) tells; where it is missing, `explain` knows of no such figure.
"""
TASKS = """\
## Tasks at a glance

The default stands first. The form is what the inputs are, the output what the model answers for, the target
what the labels are.
"""
SAMPLES = """\
### Samples and augmentation

What stands in where `data.path` is null, and how strong the augmentation is for such inputs and targets.
"""


def page() -> str:
    """Return the page as it should be."""
    questions = Questions(ROOT)
    parts = [HEAD, *_tasks(questions)]
    for key, listed in explain.choices(None, str(ROOT), None).items():
        switch = listed["type"] == "bool"
        parts += [f"## {key}\n", f"{listed['help']}{_default(listed, switch)}\n"]
        for choice in listed["choices"]:
            parts += [] if choice["choice"] == "no" and switch else _choice(choice, switch)
        if key == "task":
            parts += _forms(questions)
    return "\n".join(parts)


def _tasks(questions: Questions) -> Iterator[str]:
    tasks = questions.specs["tasks"]["default"]
    table, _ = pairings.overview(questions)
    rows = [
        (domain, f"`{task}`", row["forms"][domain], row["output"], row["target"], fits, losses)
        for domain, task, fits, losses in table[1:]
        for row in [tasks[task]]
    ]
    yield TASKS
    yield _table(("domain", "task", "form", "output", "target", "architectures", "losses"), rows)


def _default(listed: dict[str, Any], switch: bool) -> str:
    if switch:
        return f" By default {'yes' if listed['default'] else 'no'}."
    others = sorted({str(entry["default"]) for entry in listed["defaults"]} - {str(listed["default"])})
    also = f"; after other answers {', '.join(f'`{other}`' for other in others)}" if others else ""
    return f" By default `{listed['default']}`{also}."


def _choice(choice: dict[str, Any], switch: bool) -> Iterator[str]:
    if not switch:
        yield f"### `{choice['choice']}`\n"
        yield f"{choice['help'][0].upper()}{choice['help'][1:]}.\n"
    if "why" in choice:
        yield f"{choice['why']}\n"
    if "source" in choice:
        yield f"Source: {choice['source'].rstrip('.')}.\n"
    if choice["goes_with"]:
        among = (f"{key} {', '.join(map(_code, values))}" for key, values in choice["goes_with"].items())
        yield f"Goes with: {'; '.join(among)}.\n"
    yield from _values(choice["recipe"])


def _values(recipe: dict[str, Any]) -> Iterator[str]:
    rows = list(_rows(recipe))
    if rows:
        yield _table(("of", "values", "source", "measured"), rows)


def _rows(recipe: dict[str, Any], *path: str) -> Iterator[tuple[str, ...]]:
    told = [
        f"`{name}` {value}"
        for name, value in recipe.items()
        if name not in explain.ABOUT_VALUES and not isinstance(value, dict)
    ]
    about = [str(recipe.get(name, "")) for name in explain.ABOUT_VALUES]
    if told or any(about):
        yield (", ".join(path) or "training", ", ".join(told), *about)
    for name, value in recipe.items():
        if isinstance(value, dict):
            yield from _rows(value, *path, name)


def _forms(questions: Questions) -> Iterator[str]:
    yield SAMPLES
    rows = [
        (form, target, own["sample"], _told(own.get("augment", {})), own.get("augment_note", ""))
        for form, entry in questions.specs["forms"]["default"].items()
        for target, own in entry.items()
        if isinstance(own, dict) and "sample" in own
    ]
    yield _table(("form", "target", "sample", "augmentation", "note"), rows)


def _told(values: dict[str, Any]) -> str:
    return ", ".join(f"`{name}` {value}" for name, value in values.items())


def _code(value: Any) -> str:
    return f"`{value}`"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page())
