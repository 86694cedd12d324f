"""The sample: code of the standard library, each file once. Delete it with the sample."""

from collections import Counter
from itertools import pairwise

from package.sample import read_sample
from package.tokenizer import load_tokenizer


def test_the_sample_is_of_many_files_each_of_them_once(sample):
    files = Counter(span.file for span in read_sample()["train"])
    assert len(files) > 30
    assert max(files.values()) == 1
    assert all(file.suffix == ".py" for file in files)


def test_the_splits_of_the_sample_follow_each_other(sample):
    loaders = (sample.train, sample.validation, sample.test)
    spans = [span for loader in loaders for span in loader.dataset.spans]
    assert sum(span.stop - span.start for span in spans) == sum(
        span.stop for span in read_sample()["train"]
    )
    for one, other in pairwise(spans):
        assert other.start == (one.stop if other.file == one.file else 0)
    assert load_tokenizer(sample.info).decode(sample.train.dataset[0].tolist()).startswith('"""')
