"""The sample: canvases of digits, and their sum. Delete it with the lines that read it."""

import random
from functools import cache

import numpy as np
from PIL import Image

from .engine.labels import Label
from .sources import Example, Splits

MOST = 3  # digits on a canvas, which has room for four


@cache
def read_sample() -> Splits:
    """899 grey images of 16x16 pixels with one to three digits in four places, and their sum.

    Each of scikit-learn's 1,797 digits is on one of them. A sum needs every digit, wherever it is.
    """
    from sklearn.datasets import load_digits  # takes a second, which other data need not pay

    digits = load_digits()  # values from 0 to 16
    draw = random.Random(0)
    left = draw.sample(range(len(digits.images)), len(digits.images))
    examples: list[Example] = []
    while left:
        place = f"canvas {len(examples)}"
        chosen = [left.pop() for _ in range(min(len(left), 1 + len(examples) % MOST))]
        canvas = np.zeros((16, 16), dtype=np.uint8)
        for corner, number in zip(draw.sample(range(4), len(chosen)), chosen, strict=True):
            top, first = 8 * (corner // 2), 8 * (corner % 2)
            canvas[top : top + 8, first : first + 8] = digits.images[number] * 255 / 16
        total = float(sum(digits.target[chosen]))
        label = Label(f"{total:g}", place, {"label": total})
        examples.append(Example(str(len(examples)), Image.fromarray(canvas), label))
    return {"train": examples}
