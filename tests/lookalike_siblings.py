"""Siblings that are known by a word in their head, by a line of their body, or by nothing."""

import random
from collections.abc import Callable

from lookalikes import Node

WORDS = ["adam", "bert", "cifar", "dropout", "euler", "fourier", "gelu", "huber"]


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
