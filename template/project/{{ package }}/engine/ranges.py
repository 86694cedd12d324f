"""Ranges of settings: a value outside is refused in one sentence, before it is used.

Some have an upper end that is no limit but beyond what anybody could mean.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from cyclopts import Parameter, Token
from cyclopts.validators import Number


def whole(kind: Any, tokens: Sequence[Token]) -> Any:
    """A number, or a list of them, without a fraction, which cyclopts would round."""
    for token in tokens:
        if not token.value.removeprefix("-").isdecimal():
            raise ValueError(f'"{token.value}" is no whole number')
    numbers = [int(token.value) for token in tokens]
    return numbers[0] if kind is int else numbers


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
