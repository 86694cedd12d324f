"""The table of a whole run, as benchmarks/mutations.md."""

from collections import defaultdict

from .catalogue import CATALOGUE
from .run import ROOT, Outcome

PATH = ROOT / "benchmarks/mutations.md"


def write_table(outcomes: list[Outcome]) -> None:
    """Write what was caught by which test, and how long that took."""
    by_mutation: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_mutation[outcome.mutation].append(outcome)
    caught = [name for name, found in by_mutation.items() if all(outcome.failed for outcome in found)]
    lines = [
        "# Mutations of generated projects",
        "",
        "Made by `python -m tests.mutations`. Seconds are those from the first test to the one that failed.",
        "",
        f"{len(caught)} of {len(by_mutation)} mutations are caught in all the projects they were tried in "
        f"({len(outcomes)} runs).",
        "",
        "| file | mutation | what goes wrong | fault (Humbatova et al. 2020) | project | caught by | seconds |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, mutation in CATALOGUE.items():
        for outcome in sorted(by_mutation.get(name, []), key=lambda outcome: outcome.project):
            cells = [mutation.component, name, mutation.mistake, mutation.fault, outcome.project]
            test = outcome.failed.removeprefix("tests/").replace("|", "/") or "**nothing**"
            lines.append(f"| {' | '.join(cells)} | {test} | {outcome.seconds:.1f} |")
    lines += [
        "",
        "## Equivalent mutations",
        "",
        "| mutation | what changes | why no test need see it |",
        "|---|---|---|",
    ]
    for name, mutation in CATALOGUE.items():
        if mutation.equivalent:
            lines.append(f"| {name} | {mutation.mistake} | {mutation.equivalent} |")
    PATH.write_text("\n".join(lines) + "\n")
