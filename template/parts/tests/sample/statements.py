"""The sample: statements of the standard library, each once. Delete it with the sample."""

import ast
import os
import subprocess
import sys
from pathlib import Path

from package import sample as sample_module
from package.sample import KINDS, SIZE, read_sample
from package.targets import read_label


def test_statements_are_in_exactly_one_split_and_every_kind_in_each(sample):
    splits = [sample.train.dataset, sample.validation.dataset, sample.test.dataset]
    texts = [" ".join(row.words) for split in splits for row in split.rows]
    assert len(texts) == len({*texts}) == len(KINDS) * SIZE
    for split in splits:
        found = {tag for row in split.rows for tag in row.label.tags}
        assert {tag for tag in found if tag[0] == "B"} == {
            tag for tag in sample.info["tags"] if tag[0] == "B"
        }


def test_tags_say_what_names_are():
    tagged = {" ".join(row.words): row.label.tags for row in read_sample(read_label)["train"]}
    for text, tags in tagged.items():
        words = text.split()
        assert len(words) == len(tags)
        for word, before, tag in zip(words[1:], words, tags[1:], strict=False):
            if before in ("def", "class"):
                assert tag == {"def": "B-function", "class": "B-class"}[before], text
            if word == "(" and before == ")":
                assert tag == "O", text
    assert any("I-call" in tags for tags in tagged.values())


def test_the_sample_is_the_same_in_every_process(monkeypatch):
    """Sets have another order in each: what comes out of one must be sorted."""
    code = (
        "from package import sample\n"
        "from package.targets import read_label\n"
        "sample.PACKAGES, sample.SIZE = ['logging'], 15\n"
        "print([row.words for row in sample.read_sample(read_label)['train']])"
    )
    process = {"cwd": Path(__file__).parents[1], "env": {**os.environ, "PYTHONHASHSEED": "1"}}
    output = subprocess.check_output([sys.executable, "-c", code], text=True, **process)
    monkeypatch.setattr(sample_module, "PACKAGES", ["logging"])
    monkeypatch.setattr(sample_module, "SIZE", 15)
    rows = read_sample.__wrapped__(read_label)["train"]
    assert ast.literal_eval(output) == [row.words for row in rows]
