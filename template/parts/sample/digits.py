"""The sample: the digits of scikit-learn. Delete it with the lines that read it."""

from functools import cache

import numpy as np
from PIL import Image

from .engine.labels import LabelReader
from .sources import Example, Splits


@cache
def read_sample(read_label: LabelReader) -> Splits:
    # jinja: if loss == "bce_with_logits"
    """1,797 grey images of 8x8 pixels, and whether the digit that each shows is even or odd."""
    # jinja: else
    """1,797 grey images of 8x8 pixels, and the digit that each shows."""
    # jinja: endif
    from sklearn.datasets import load_digits  # takes a second, which other data need not pay

    digits = load_digits()  # values from 0 to 16
    images = [Image.fromarray(np.uint8(image * 255 / 16)) for image in digits.images]
    # jinja: if loss == "bce_with_logits"
    labels = ["odd" if digit % 2 else "even" for digit in digits.target.tolist()]
    # jinja: else
    labels = [str(digit) for digit in digits.target.tolist()]
    # jinja: endif
    return {
        "train": [
            Example(str(number), image, read_label({"label": label}, f"digit {number}"))
            for number, (image, label) in enumerate(zip(images, labels, strict=True))
        ]
    }
