"""All combinations of answers that the questions allow, and a small selection that covers every pair."""

from itertools import combinations, product
from typing import Any

from conftest import ROOT

from scaffold.answers import Given
from scaffold.questions import Prompt, Questions

Choices = dict[str, Any]
QUESTIONS = Questions(ROOT)
# They change text only, never what is trained: fixed in the matrix, tried one by one elsewhere.
FIXED = {"name": "demo", "license": "none"}
# Yes/no questions, on which no other answer depends.
EXTRAS = [key for key in QUESTIONS.visible if QUESTIONS.specs[key]["type"] == "bool"]


class _NextAnswer(Exception):
    def __init__(self, prompt: Prompt) -> None:
        self.choices = {value: prompt.key for _, value in prompt.choices}


def _stop(prompt: Prompt) -> bool:
    if prompt.type == "bool":
        return True
    raise _NextAnswer(prompt)


def valid_combinations() -> list[Choices]:
    """Walk through the questions as a user would, giving every answer that is offered, and every extra."""
    found: list[Choices] = []
    open_answers: list[Choices] = [FIXED]
    while open_answers:
        answers = open_answers.pop()
        try:
            given = {key: Given(value) for key, value in answers.items()}
            complete = QUESTIONS.resolve(given, _stop, "demo").visible
        except _NextAnswer as question:
            open_answers += [{**answers, key: value} for value, key in question.choices.items()]
        else:
            found.append(complete)
    return found


def with_and_without_extras(rows: list[Choices]) -> list[Choices]:
    """Give each row once for each selection of extras."""
    selections = [
        dict(zip(EXTRAS, chosen, strict=True)) for chosen in product((True, False), repeat=len(EXTRAS))
    ]
    return [
        {key: selection.get(key, value) for key, value in row.items()}
        for row in rows
        for selection in selections
    ]


def pairwise(rows: list[Choices]) -> list[Choices]:
    """Choose rows, most new pairs first, until every pair of values in any row is in a chosen one."""
    pairs = {id(row): set(combinations(row.items(), 2)) for row in rows}
    missing = set().union(*pairs.values())
    chosen = []
    while missing:
        best = max(rows, key=lambda row: len(pairs[id(row)] & missing))
        missing -= pairs[id(best)]
        chosen.append(best)
    return chosen


def label(row: Choices) -> str:
    """Name a combination in a test report."""
    choices = [str(value) for key, value in row.items() if key not in {*FIXED, *EXTRAS}]
    return "-".join([*choices, *(f"no {extra}" for extra in EXTRAS if not row.get(extra, True))])


def form_of(row: Choices) -> str:
    """Return the form of the inputs, which domain and task decide."""
    return str(QUESTIONS.table("task")[row["task"]]["forms"][row["domain"]])


def target_of(row: Choices) -> str:
    """Return the kind of the targets, which the task decides."""
    return str(QUESTIONS.table("task")[row["task"]]["target"])


ALL = valid_combinations()
CHOSEN = pairwise(with_and_without_extras(ALL))
# Extras are left out of some: that changes few lines, and all selections would multiply the time.
RENDERED = ALL + [row for row in CHOSEN if row not in ALL]
