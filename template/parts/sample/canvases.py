"""The sample: canvases with digits of scikit-learn. Delete it with the lines that read it."""

import random
from functools import cache

import numpy as np
from PIL import Image

from .engine.labels import LabelReader
from .sources import Example, Splits


@cache
def read_sample(read_label: LabelReader) -> Splits:
    # jinja: if target == "labels"
    """899 grey images of 16x16 pixels with one to three digits, which are the labels.

    Each of the 1,797 handwritten digits stands on one canvas only: none is seen in two splits.
    """
    # jinja: else
    """899 grey images of 16x16 pixels with one to three digits, and the sum of these.

    Each of the 1,797 handwritten digits stands on one canvas only: none is seen in two splits.
    """
    # jinja: endif
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
        found = digits.target[chosen]
        # jinja: if target == "labels"
        cell = [str(digit) for digit in sorted({*found.tolist()})]
        # jinja: else
        cell = float(found.sum())
        # jinja: endif
        label = read_label({"label": cell}, f"canvas {len(examples)}")
        examples.append(Example(str(len(examples)), Image.fromarray(canvas), label))
    return {"train": examples}
