"""The sample: digits of scikit-learn, up to three on a canvas. Delete it with the lines for it."""

import random
from functools import cache

import numpy as np
from PIL import Image

from .engine.labels import Label
from .sources import Example, Splits

SIZES = (1, 2, 3)  # digits on a canvas, in turn


@cache
def read_sample() -> Splits:
    """Grey canvases of 16x16 pixels in four quarters, labelled with the digits that stand there.

    Each of the 1,797 handwritten digits stands on one canvas only, so none is seen in two splits.
    """
    from sklearn.datasets import load_digits  # takes a second, which other data need not pay

    digits = load_digits()  # values from 0 to 16
    draw = random.Random(0)
    left = draw.sample(range(len(digits.images)), len(digits.images))
    examples: list[Example] = []
    while left:
        count = min(len(left), SIZES[len(examples) % len(SIZES)])
        chosen = [left.pop() for _ in range(count)]
        canvas = np.zeros((16, 16), dtype=np.uint8)
        for quarter, number in zip(draw.sample(range(4), count), chosen, strict=True):
            top, side = 8 * (quarter // 2), 8 * (quarter % 2)
            canvas[top : top + 8, side : side + 8] = digits.images[number] * 255 / 16
        names = sorted({str(digits.target[number]) for number in chosen})
        label = Label("; ".join(names), f"canvas {len(examples)}", dict.fromkeys(names, 1.0))
        examples.append(Example(str(len(examples)), Image.fromarray(canvas), label))
    return {"train": examples}
