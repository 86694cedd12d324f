"""What `show data` says of numbers: how many are known, how large they are, what looks wrong."""

from package.data import load_data
from package.engine.labels import Label
from package.tools import summary
from package.tools.examples import describe_examples
from package.tools.summary import summarize


def test_the_summary_says_how_many_are_known_and_how_large_they_are(short_settings):
    """The made-up numbers go from 20 to 29."""
    data = load_data(short_settings.data, seed=0)
    lines = [*summarize(data)]
    counts = [str(len([*examples])) for _, examples in describe_examples(data)]
    table = [line.split() for line in lines]
    assert sum(map(int, counts)) == 48
    assert ["label", *counts] in table
    assert ["all", *counts] in table
    assert ["label", "20", "24.5", "29"] in table
    first = lines.index("The least and the most of each number:")
    assert lines[first + 1].startswith("  label 20: ")
    assert lines[first + 2].startswith("  label 29: ")


def test_the_summary_finds_columns_of_one_number_or_with_few(short_settings, monkeypatch):
    unknown = float("nan")
    data = load_data(short_settings.data, seed=0)
    splits = {split: [*examples] for split, examples in describe_examples(data)}

    def describe(data):
        for split, examples in splits.items():
            for number, example in enumerate(examples):
                size = float(number) if split == "train" and number < 3 else unknown
                label = Label("in words", example.label.place, {"price": 1.0, "size": size})
                examples[number] = example._replace(label=label)
            yield split, iter(examples)

    monkeypatch.setattr(summary, "describe_examples", describe)
    lines = [*summarize(data)]
    assert "- the same for all examples: price" in lines
    assert "- fewer than 10 training examples of size" in lines
    assert "- no validation example of size" in lines
    assert "- no test example of size" in lines
    train = len(splits["train"])
    unbalanced = f"- out of balance: {train} training examples of price, 3 of size"
    assert (unbalanced in lines) == (train > 30)


def test_the_sample_is_well(settings):
    settings.data.path = None
    *_, last = summarize(load_data(settings.data, seed=0))
    assert last == "Nothing looks wrong." or "without an edge" in last
