"""Backbones: what they are called, and their tokens, which are those of the library."""

import json
import shutil
from dataclasses import replace

import pytest
import tiny
import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForMaskedLM, AutoTokenizer

from package.data import load_data, read_inputs
from package.engine.backbone import find_backbone, find_longest, find_scales, is_backbone
from package.engine.checkpoint import load_checkpoint
from package.engine.run import RunError
from package.engine.state import TrainState
from package.model import build_model
from package.tokenizer import load_tokenizer

TEXTS = ["A Film, new\tto MESSAGE", "raise  one-two (\u00e9t\u00e9) \u4e16", "a", "[SEP] </s>"]
both = pytest.mark.parametrize("form", ["small", "long"])


@pytest.fixture
def backbone(tmp_path):
    return tiny.save_backbone(tmp_path / "backbone", 1)


@pytest.fixture
def begin(short_settings):
    """``begin(source)``: what a training begins with, and the texts that it gets."""

    def begin(source, **changes):
        start = load_checkpoint(source)
        settings = replace(short_settings, data=replace(short_settings.data, **changes))
        data = load_data(settings.data, 0, start["info"], relabel=True)
        return TrainState(settings, data.info, 1, start), data

    return begin


# jinja: if form == "texts"
@both
def test_tokens_are_those_of_the_library(begin, tmp_path, form):
    """Special tokens around them included, as `predict` and training have them."""
    folder = tiny.save_backbone(tmp_path / "backbone", 1, form)
    _, data = begin(folder)
    file = tmp_path / "texts.txt"
    file.write_text("\n".join(TEXTS))
    found = [token_ids[0].tolist() for _, (token_ids, _) in read_inputs([file], data.info)]
    library = AutoTokenizer.from_pretrained(folder)
    assert found[:-1] == library(TEXTS[:-1])["input_ids"]
    special = {token for token, is_special in enumerate(data.info["is_special"]) if is_special}
    first, *inner, last = found[-1]
    assert not special & {*inner} - {data.info["unknown_id"]}, "text has become special tokens"
    assert [first, last] == [library.cls_token_id, library.sep_token_id]
    texts = [row.text for row in data.test.dataset.rows]
    assert data.test.dataset.token_ids == library(texts)["input_ids"]


# jinja: else
@both
def test_tokens_are_those_of_the_library(begin, tmp_path, form):
    """Word by word, and as they are within a text: behind a space."""
    folder = tiny.save_backbone(tmp_path / "backbone", 1, form)
    _, data = begin(folder, max_length=398)
    library = AutoTokenizer.from_pretrained(folder)
    for number, row in enumerate(data.test.dataset.rows[:9]):
        (window,) = (
            ids
            for ids, place in zip(data.test.dataset.windows, data.test.dataset.row_of, strict=True)
            if place == number
        )
        assert window[0].tolist() == library(" " + " ".join(row.words))["input_ids"]


@both
def test_every_window_stands_between_special_tokens(begin, tmp_path, form):
    """And each word has its place once, however long the text; short ones are no exception."""
    folder = tiny.save_backbone(tmp_path / "backbone", 1, form)
    _, data = begin(folder, max_length=9)
    library = AutoTokenizer.from_pretrained(folder)
    words = ["film", "\u200b", "NEW", "x" * 40, *["message"] * 30]
    (tmp_path / "texts.txt").write_text(" ".join(words) + "\n\u200b\n")
    texts = [*read_inputs([tmp_path / "texts.txt"], data.info)]
    assert [len(text.words) for text, *_ in texts] == [int(first.sum()) for *_, first in texts]
    assert len(texts[0][1][0]) > 3
    for _, (token_ids, mask), is_first in texts:
        assert token_ids.size(1) <= 9
        for ids, real, first in zip(token_ids, mask, is_first, strict=True):
            own = ids[real].tolist()
            assert [own[0], own[-1]] == [library.cls_token_id, library.sep_token_id]
            assert not first[0]
            assert not first[~real].any()
            assert not first[len(own) - 1]


# jinja: endif
@both
def test_pieces_of_words_are_told_from_their_starts(begin, tmp_path, form):
    """Which is what dropout of words goes by."""
    info = begin(tiny.save_backbone(tmp_path / "backbone", 1, form))[1].info
    tokenizer = load_tokenizer(info)
    for token, is_start in SPELT[form].items():
        assert info["is_word_start"][tokenizer.token_to_id(token)] == is_start, token
    special = [number for number, is_special in enumerate(info["is_special"]) if is_special]
    assert special == [0, 1, 2, 3, 4]
    names = {key: tokenizer.id_to_token(info[key]) for key in ("pad_id", "mask_id", "unknown_id")}
    expected = tiny.SPECIAL[form]
    keys = {"pad_id": "pad", "mask_id": "mask", "unknown_id": "unk"}
    assert names == {key: expected[name] for key, name in keys.items()}


SPELT = {
    "small": {"film": True, "##m": False, "a": True, ",": True},
    "long": {"\u0120film": True, "\u0120": True, "m": False, ",": False},
}


def test_names_are_told_from_checkpoints(backbone, tmp_path):
    path = type(tmp_path)
    for name in ("distilbert-base-cased", "org/name", "org/na.me-2", f"{backbone}=random"):
        assert is_backbone(path(name)), name
    assert is_backbone(backbone)
    (tmp_path / "run").mkdir()
    for name in (tmp_path / "run", tmp_path / "run/best.pt", "best.pt", "runs/2026/best", "../x"):
        assert not is_backbone(path(name)), name


def test_positions_for_padding_are_none_for_tokens():
    """A text that is longer than its positions ends a training with an error of an index."""
    limits = {form: tiny.make_config(form, 60) for form in ("small", "long")}
    assert {form: find_longest(c, 10**9) for form, c in limits.items()} == {
        "small": 400,
        "long": 398,
    }
    assert find_longest(limits["small"], 7) == 7, "its authors know of a lower limit"


@both
def test_the_longest_text_has_places(begin, tmp_path, form):
    state, data = begin(tiny.save_backbone(tmp_path / "backbone", 1, form), max_length=9999)
    assert data.info["max_length"] == data.info["longest"], "longer texts would have no places"
    token_ids = torch.full((1, data.info["longest"]), 9)
    assert state.model(token_ids, token_ids > 0).isfinite().all()
    token_ids = torch.full((1, data.info["longest"] + 1), 9)
    with pytest.raises((IndexError, RuntimeError)):
        state.model(token_ids, token_ids > 0)


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """A cache of the hub, as huggingface_hub lays it out; there is no network."""
    import huggingface_hub

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def test_a_name_is_that_of_the_hub(begin, backbone, hub):
    """And weights that were once fetched are there without a network."""
    snapshot = hub / "models--nobody--tiny/snapshots/0123456789abcdef0123456789abcdef01234567"
    shutil.copytree(backbone, snapshot)
    (hub / "models--nobody--tiny/refs").mkdir()
    (hub / "models--nobody--tiny/refs/main").write_text(snapshot.name)
    state, _ = begin(type(hub)("nobody/tiny"))
    name, weight = next(iter(find_backbone(state.model).named_parameters()))
    assert torch.equal(weight, tiny.read_weights(backbone)[name])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nobody/nothing", "hf download nobody/nothing --local-dir backbone.*--init backbone"),
        ("nothing-at-all", "hf download nothing-at-all .*--init backbone"),
        ("nobody/nothing=random", "hf download nobody/nothing .*--init backbone"),
        ("nobody/nothing=weights.bin", "nobody/nothing=random"),
    ],
)
def test_what_cannot_be_had_is_said_in_a_sentence(begin, hub, name, message):
    """Which names the command that helps; nothing ever begins with random weights instead."""
    with pytest.raises(RunError, match=message) as found:
        begin(type(hub)(name))
    assert "\n" not in str(found.value)


def change(file, **values):
    file.write_text(json.dumps({**json.loads(file.read_text()), **values}))


def test_what_does_not_fit_is_refused(begin, backbone):
    change(backbone / "config.json", vocab_size=20)
    with pytest.raises(RunError, match="knows 20 tokens, its tokenizer"):
        begin(backbone)
    with pytest.raises(RunError, match="no room for a word"):
        begin(tiny.save_backbone(backbone, 1), max_length=2)
    AutoConfig.for_model("t5").save_pretrained(backbone)
    with pytest.raises(RunError, match="encoder with a decoder"):
        begin(backbone)


def test_a_tokenizer_of_python_is_refused(begin, backbone, monkeypatch):
    """It could not be kept in a checkpoint."""
    monkeypatch.setattr("transformers.PreTrainedTokenizerFast.is_fast", False)
    with pytest.raises(RunError, match="none of tokenizers"):
        begin(backbone)


def test_weights_that_are_missing_are_named(begin, backbone):
    """Else a part of the backbone would begin with random ones."""
    weights = tiny.read_weights(backbone)
    weights.pop("encoder.layer.1.output.dense.weight")
    save_file(weights, tiny.weights_of(backbone), metadata={"format": "pt"})
    with pytest.raises(RunError, match=r"encoder\.layer\.1\.output\.dense\.weight"):
        begin(backbone)


def test_what_was_trained_to_fill_in_words_is_a_backbone_too(begin, backbone):
    """Its weights have other names and no pooler, and a head that is of no use here."""
    AutoModelForMaskedLM.from_pretrained(backbone).save_pretrained(backbone)
    saved = tiny.read_weights(backbone)
    assert not [name for name in saved if "pooler" in name]
    for name, weight in find_backbone(begin(backbone)[0].model).named_parameters():
        assert torch.equal(weight, saved[f"bert.{name}"])


def test_the_configuration_is_read_anew_in_whole(begin, backbone):
    """An activation or a norm of another kind would give other features of the same weights."""
    change(backbone / "config.json", hidden_act="relu", layer_norm_eps=0.1)
    config = find_backbone(begin(backbone)[0].model).config
    assert (config.hidden_act, config.layer_norm_eps) == ("relu", 0.1)


FAMILIES = {
    "distilbert": {"dim": 32, "n_layers": 3, "n_heads": 2, "hidden_dim": 64},
    "electra": {"embedding_size": 16},
    "xlm-roberta": {"pad_token_id": 1},
    "gpt2": {"n_embd": 32, "n_layer": 3, "n_head": 2, "bos_token_id": 1, "eos_token_id": 1},
    "modernbert": dict.fromkeys(("bos_token_id", "eos_token_id", "cls_token_id"), 1),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_other_families_have_blocks_and_drop_as_the_settings_say(settings, info, family):
    sizes = {**tiny.SIZES, "num_hidden_layers": 3, "vocab_size": 60, "pad_token_id": 0}
    config = AutoConfig.for_model(family, **{**sizes, **FAMILIES[family]})
    known = {**info, "backbone": json.loads(config.to_json_string(use_diff=False))}
    settings.model.dropout = 0.3
    model = build_model(settings.model, known, 3)
    found = find_backbone(model)
    scales = find_scales(found, 0.5)
    assert {*scales} == {*found.parameters()}
    assert sorted({*scales.values()}) == [0.0625, 0.125, 0.25, 0.5]
    rates = {m.p for m in model.modules() if isinstance(m, torch.nn.Dropout)}
    assert rates <= {0.0, 0.3}
    assert 0.3 in rates
    token_ids = torch.randint(5, 60, (2, 7))
    mask = torch.arange(7) < torch.tensor([[7], [4]])
    outputs = model.eval()(token_ids, mask)
    alone = model(token_ids[1:, :4], mask[1:, :4])
    # jinja: if output == "token"
    torch.testing.assert_close(outputs[1:, :4], alone, atol=1e-5, rtol=1e-4)
    # jinja: else
    torch.testing.assert_close(outputs[1:], alone, atol=1e-5, rtol=1e-4)
    # jinja: endif
