"""Ranges of settings: a value outside is refused in one sentence, before it is used."""

from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

Count = Annotated[int, Parameter(validator=Number(gte=1))]
Natural = Annotated[int, Parameter(validator=Number(gte=0))]
Positive = Annotated[float, Parameter(validator=Number(gt=0, lte=1e6))]  # beyond it is a slip
NonNegative = Annotated[float, Parameter(validator=Number(gte=0, lte=1e6))]
Fraction = Annotated[float, Parameter(validator=Number(gte=0, lte=1))]
FractionBelowOne = Annotated[float, Parameter(validator=Number(gte=0, lt=1))]
