"""The sample: the digits of scikit-learn. Delete it with the lines that read it."""

from functools import cache

import numpy as np
from PIL import Image

from .engine.labels import LabelReader
from .sources import Example, Splits


@cache
def read_sample(read_label: LabelReader) -> Splits:
    """1,797 grey images of 8x8 pixels, and the digit that each shows."""
    from sklearn.datasets import load_digits  # takes a second, which other data need not pay

    digits = load_digits()  # values from 0 to 16
    images = [Image.fromarray(np.uint8(image * 255 / 16)) for image in digits.images]
    labels = [str(digit) for digit in digits.target.tolist()]
    return {
        "train": [
            Example(str(number), image, read_label({"label": label}, f"digit {number}"))
            for number, (image, label) in enumerate(zip(images, labels, strict=True))
        ]
    }
