"""The sample: digits of scikit-learn, up to three on a canvas. Delete it with the lines for it."""

import random
from functools import cache

import numpy as np
from PIL import Image

from .engine.label_sets import make_label
from .sources import Example, Splits


@cache
def read_sample() -> Splits:
    """Grey canvases of 16x16 pixels in four quarters, labelled with the digits that stand there.

    Each of the 1,797 handwritten digits stands on one canvas only, so none is seen in two splits.
    """
    from sklearn.datasets import load_digits  # takes a second, which other data need not pay

    digits, draw = load_digits(), random.Random(0)  # values from 0 to 16
    left = draw.sample(range(len(digits.images)), len(digits.images))
    examples: list[Example] = []
    while left:
        count = 1 + len(examples) % 3
        chosen, left = left[:count], left[count:]
        canvas = np.zeros((16, 16), dtype=np.uint8)
        for quarter, number in zip(draw.sample(range(4), 4), chosen, strict=False):
            top, side = 8 * (quarter // 2), 8 * (quarter % 2)
            canvas[top : top + 8, side : side + 8] = digits.images[number] * 255 / 16
        names = {str(digits.target[number]) for number in chosen}
        label = make_label(names, f"canvas {len(examples)}")
        examples.append(Example(str(len(examples)), Image.fromarray(canvas), label))
    return {"train": examples}
