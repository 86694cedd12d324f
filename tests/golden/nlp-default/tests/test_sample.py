"""The sample: every paragraph in one split, with its own label. Delete it with the sample."""

import ast
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from nlp_default.sample import CLASSES, SIZE, read_sample
from nlp_default.targets import read_label


def test_texts_are_in_exactly_one_split_and_every_class_in_each(sample):
    splits = [sample.train.dataset, sample.validation.dataset, sample.test.dataset]
    everything = Counter(row for split in splits for row in split.rows)
    assert everything.total() == len(CLASSES) * SIZE
    assert max(everything.values()) == 1, "a text is in two splits, or twice in one"
    assert {*sample.info["classes"]} == {*CLASSES}
    for split in splits:
        counts = Counter(split.targets.tolist())
        assert counts.keys() == set(range(len(CLASSES)))
        assert max(counts.values()) - min(counts.values()) <= 1, "classes have unequal shares"
        assert [sample.info["classes"][label] for label in split.targets] == [
            row.label.text for row in split.rows
        ]


def test_the_sample_is_the_same_in_every_process():
    """Sets have another order in each: what comes out of one must be sorted."""
    code = (
        "from nlp_default.sample import CLASSES, read_sample\n"
        "from nlp_default.targets import read_label\n"
        "for name in {*CLASSES} - {'language'}: del CLASSES[name]\n"
        "print([row.text for row in read_sample(read_label)['train']])"
    )
    process = {"cwd": Path(__file__).parents[1], "env": {**os.environ, "PYTHONHASHSEED": "1"}}
    output = subprocess.check_output([sys.executable, "-c", code], text=True, **process)
    rows = read_sample(read_label)["train"]
    expected = [row.text for row in rows if row.label.text == "language"]
    assert ast.literal_eval(output) == expected
