"""Answers that were given decide the questions before them, and contradictions are refused by name."""

import pytest
from combinations import QUESTIONS, RENDERED, Choices, label

from scaffold import prompt
from scaffold.answers import Given
from scaffold.errors import ScaffoldError
from scaffold.narrow import resolve

ROWS = {(row["task"], row["architecture"], row["loss"]): row for row in RENDERED}


def answered(**given: object) -> Choices:
    """Answer as `scaffold new` does without a terminal."""
    ask = prompt.answerer(defaults=True, interactive=False, from_folder=True)
    answers = {key: Given(value) for key, value in given.items()}
    return resolve(QUESTIONS, answers, "demo", ask, must_decide=True).visible


@pytest.mark.parametrize("row", ROWS.values(), ids=label)
def test_what_decides_the_domain_is_enough(row: Choices) -> None:
    """Whatever is given stands, and so does the domain that it belongs to."""
    given = {key: row[key] for key in ("architecture", "loss")}
    found = answered(**given)
    assert found == {**found, **given, "domain": row["domain"]}
    assert answered(**given, task=row["task"])["task"] == row["task"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "at least --domain"),
        ({"loss": "huber"}, "at least --domain"),
        ({"task": "classification", "architecture": "gcn"}, "'gcn' does not go with .*'classification'"),
        ({"domain": "nlp", "architecture": "gcn"}, "architecture 'gcn' does not go with domain 'nlp'"),
        ({"architecture": "gcn", "loss": "hubber"}, "no loss 'hubber' .did you mean 'huber'"),
        ({"architecture": "textcn"}, "no architecture 'textcn' .did you mean 'textcnn'"),
    ],
)
def test_what_contradicts_or_stays_open_is_said(given: dict[str, object], says: str) -> None:
    """In one sentence, with what would go together."""
    with pytest.raises(ScaffoldError, match=says):
        answered(**given)
