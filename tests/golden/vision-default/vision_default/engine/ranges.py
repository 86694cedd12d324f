"""Ranges of settings: a value outside is refused in one sentence, before it is used."""

from collections.abc import Sequence
from typing import Annotated, Any

from cyclopts import Parameter, Token
from cyclopts.validators import Number


def whole(kind: Any, tokens: Sequence[Token]) -> Any:
    """A number or a list of them; cyclopts would round 1.5."""
    numbers = [int(token.value) for token in tokens]
    return numbers[0] if kind is int else numbers


# Beyond the largest numbers is a slip.
FROM_ONE = Parameter(converter=whole, validator=Number(gte=1, lte=10**9))
Count = Annotated[int, FROM_ONE]
Counts = Annotated[list[int], FROM_ONE]
Natural = Annotated[int, Parameter(converter=whole, validator=Number(gte=0, lte=10**9))]
Positive = Annotated[float, Parameter(validator=Number(gt=0, lte=10**6))]
NonNegative = Annotated[float, Parameter(validator=Number(gte=0, lte=10**6))]
Fraction = Annotated[float, Parameter(validator=Number(gte=0, lte=1))]
FractionBelowOne = Annotated[float, Parameter(validator=Number(gte=0, lt=1))]
FractionAboveZero = Annotated[float, Parameter(validator=Number(gt=0, lte=1))]
FractionBetween = Annotated[float, Parameter(validator=Number(gt=0, lt=1))]
