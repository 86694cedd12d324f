"""What `show data` says of a text."""

from dataclasses import replace

from package.data import load_data
from package.tools.summary import summarize


def test_sizes_beginnings_and_faults_are_told(settings, tmp_path):
    text = "".join(f"line {number} of the text\n" for number in range(300))
    (tmp_path / "train.txt").write_text(text)
    (tmp_path / "val.txt").write_text(text[600:1400])
    (tmp_path / "test.txt").write_text("QQ other words of another text\n" * 60)
    data = replace(settings.data, path=tmp_path, context=16, vocabulary_size=0)
    lines = [*summarize(load_data(data, seed=0))]
    sizes = {line.split()[0]: line.split()[1:] for line in lines[:5] if line}
    assert sizes["bytes"] == [f"{len(text):,}", "800", "1,860"]
    assert sizes["tokens"] == sizes["bytes"]
    assert any(line.startswith("  train: 'line 0 of the") for line in lines)
    faults = "\n".join(lines[lines.index("Looks wrong:") :])
    assert "the validation text has 800 tokens" in faults
    assert "passages of the validation text are in the training text too" in faults
    assert "120 characters of the test text" not in faults or "unknown" in faults
    assert "passages of the test text" not in faults
