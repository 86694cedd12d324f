"""The sample: scenes of digits of scikit-learn. Delete it with the lines that read it."""

import random
from functools import cache

import numpy as np
from PIL import Image

from .engine.labels import LabelReader
from .engine.masks import VOID
from .sources import Example, Splits


@cache
def read_sample(read_label: LabelReader) -> Splits:
    """600 grey images of 24x24 pixels with up to four digits, and masks of which is where.

    A value of a mask is 0 for the background and 1 to 10 for the digits 0 to 9. Pixels with little
    ink, at the edge of a stroke, are void. Each of the 1,797 digits stands in one scene only.
    """
    from sklearn.datasets import load_digits  # takes a second, which other data need not pay

    digits, draw = load_digits(), random.Random(0)  # values from 0 to 16
    left = draw.sample(range(len(digits.images)), len(digits.images))
    examples: list[Example] = []
    while left:
        count = 2 + len(examples) % 3
        chosen, left = left[:count], left[count:]
        scene, mask = np.zeros((2, 24, 24), dtype=np.uint8)
        for quarter, number in zip(draw.sample(range(4), 4), chosen, strict=False):
            ink = digits.images[number]
            top, side = (12 * half + draw.randint(0, 4) for half in divmod(quarter, 2))
            place = (slice(top, top + 8), slice(side, side + 8))
            scene[place] = ink * 255 / 16
            mask[place] = np.where(ink >= 6, digits.target[number] + 1, np.where(ink > 0, VOID, 0))
        label = read_label({"mask": Image.fromarray(mask)}, f"scene {len(examples)}")
        examples.append(Example(str(len(examples)), Image.fromarray(scene), label))
    return {"train": examples}
