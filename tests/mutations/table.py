"""The table of a whole run, as benchmarks/mutations.md."""

from collections import Counter, defaultdict
from statistics import median

from .catalogue import CATALOGUE
from .run import ROOT, Outcome

PATH = ROOT / "benchmarks/mutations.md"


def write_table(outcomes: list[Outcome]) -> None:
    """Write what was caught by which test, how long that took, and what need not be caught."""
    by_mutation: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_mutation[outcome.mutation].append(outcome)
    missed = [name for name, found in by_mutation.items() if not all(outcome.failed for outcome in found)]
    sections = [
        [
            "# Mutations of generated projects",
            "",
            "Made by `python -m tests.mutations` (`--quick`: each mutation in its first project only). Seconds are",
            "those from the first test to the one that failed, with the tests closest to the changed file first.",
            "",
            f"{len(by_mutation) - len(missed)} of {len(by_mutation)} mutations were caught, in {len(outcomes)} runs.",
        ],
        summarize(by_mutation),
        list_checks(outcomes),
        list_mutations(by_mutation),
        list_equivalents(),
    ]
    PATH.write_text("\n\n".join("\n".join(lines) for lines in sections) + "\n")


def row(*cells: object) -> str:
    """Write one row of a table."""
    return f"| {' | '.join(str(cell).replace('|', '/') for cell in cells)} |"


def summarize(by_mutation: dict[str, list[Outcome]]) -> list[str]:
    """Count by changed file."""
    lines = [row("file", "mutations", "runs", "caught", "median seconds"), row(*["---"] * 5)]
    for component in dict.fromkeys(m.component for m in CATALOGUE.values() if m.name in by_mutation):
        runs = [o for n, found in by_mutation.items() for o in found if CATALOGUE[n].component == component]
        caught = [outcome for outcome in runs if outcome.failed]
        seconds = f"{median(outcome.seconds for outcome in runs):.1f}"
        names = {outcome.mutation for outcome in runs}
        lines.append(row(component, len(names), len(runs), len(caught), seconds))
    return lines


def list_checks(outcomes: list[Outcome]) -> list[str]:
    """List the checks that caught something, with the time of one run of all their cases."""
    catches = Counter(outcome.failed.partition("[")[0] for outcome in outcomes if outcome.failed)
    seconds: dict[str, list[float]] = defaultdict(list)
    for outcome in outcomes:
        cases: dict[str, float] = defaultdict(float)
        for test, duration in outcome.durations.items():
            cases[test.partition("[")[0]] += duration
        for check, duration in cases.items():
            if check != outcome.failed.partition("[")[0]:  # a failed one has not run all its cases
                seconds[check].append(duration)
    lines = ["## Checks", "", row("check", "caught first", "median seconds"), row(*["---"] * 3)]
    for check, count in catches.most_common():
        time = f"{median(seconds[check]):.2f}" if check in seconds else ""
        lines.append(row(check.removeprefix("tests/"), count, time))
    return lines


def list_mutations(by_mutation: dict[str, list[Outcome]]) -> list[str]:
    """List every run."""
    head = (
        "file",
        "mutation",
        "what goes wrong",
        "fault (Humbatova et al. 2020)",
        "project",
        "caught by",
        "seconds",
    )
    lines = ["## Mutations", "", row(*head), row(*["---"] * len(head))]
    for name, mutation in CATALOGUE.items():
        for outcome in sorted(by_mutation.get(name, []), key=lambda outcome: outcome.project):
            cells = [mutation.component, name, mutation.mistake, mutation.fault, outcome.project]
            test = outcome.failed.removeprefix("tests/") or "**nothing**"
            lines.append(row(*cells, test, f"{outcome.seconds:.1f}"))
    return lines


def list_equivalents() -> list[str]:
    """List the mutations that need not be caught."""
    head = ("mutation", "what changes", "why no test need see it")
    lines = ["## Equivalent mutations", "", row(*head), row(*["---"] * 3)]
    return lines + [row(m.name, m.mistake, m.equivalent) for m in CATALOGUE.values() if m.equivalent]
