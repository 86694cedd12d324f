"""Ranges of settings: a value outside is refused in one sentence, before it is used."""

from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

LARGEST = 1e6  # beyond it, and infinity too, a value is a slip

Count = Annotated[int, Parameter(validator=Number(gte=1))]
"""1, 2, ..."""
Natural = Annotated[int, Parameter(validator=Number(gte=0))]
"""0, 1, ..."""
Positive = Annotated[float, Parameter(validator=Number(gt=0, lte=LARGEST))]
NonNegative = Annotated[float, Parameter(validator=Number(gte=0, lte=LARGEST))]
Fraction = Annotated[float, Parameter(validator=Number(gte=0, lte=1))]
"""From 0 to 1, both included."""
FractionBelowOne = Annotated[float, Parameter(validator=Number(gte=0, lt=1))]
"""From 0 to 1 without 1."""
