"""Every cell (form, output, target, architecture) and every pair of other choices are rendered and train."""

import importlib
import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from stat import S_ISREG
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from combinations import ALL, CHOSEN, CONF, EXTRAS, QUESTIONS, RENDERED, Choices, answers, cell, label
from conftest import files
from PIL import Image
from slots import texts_of

from scaffold.answers import Given
from scaffold.render import render

Find = Callable[[Choices], Path]
MADE: dict[str, Path] = {}  # not the fixture's: each module that imports it has one of its own


@pytest.fixture(scope="session")
def find_project(template_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Find:
    """Render a project when it is asked for; each has a name of its own, so that all can be imported."""
    folder = tmp_path_factory.mktemp("matrix")

    def find(row: Choices) -> Path:
        if label(row) not in MADE:
            project = MADE[label(row)] = folder / f"p{len(MADE)}"
            given = {**answers(row), "name": project.name}
            render(template_tree, project, given, version=None, recorded="template")
        return MADE[label(row)]

    return find


def make_images(folder: Path) -> list[str]:
    """Make 3x32x32 images of two classes, the other form of data that vision projects must take."""
    pixels = np.random.default_rng(0)
    for name in ("noise", "dark noise"):
        (folder / name).mkdir()
        for number in range(20):
            values = pixels.integers(0, 255 if name == "noise" else 100, (32, 32, 3), dtype=np.uint8)
            Image.fromarray(values).save(folder / name / f"{number}.png")
    return ["--data.path", str(folder)]


def make_texts(folder: Path) -> list[str]:
    """Make texts of two classes, one word to forty long, in a file without a header."""
    lines = [f"{'good ' * (number % 40)}film\tyes\nbad film\tno\n" for number in range(80)]
    (folder / "texts.tsv").write_text("".join(lines))
    return ["--data.path", str(folder / "texts.tsv"), "--data.columns", "0", "1"]


def make_nodes(folder: Path) -> list[str]:
    """Make a ring of nodes with two features, where the sample has one category for each."""
    nodes = [f"{n},{'even' if n % 2 == 0 else 'odd'},{n % 2 + n / 100},{n % 7}" for n in range(60)]
    (folder / "nodes.csv").write_text("\n".join(["id,label,parity,rest", *nodes]))
    edges = [f"{n},{(n + 2) % 60}" for n in range(60)]
    edges += [f"{n},{n + 7}" for n in range(20)]  # on a ring every node has the same walks
    (folder / "edges.csv").write_text("\n".join(["source,target", *edges]))
    return ["--data.path", str(folder)]


def make_graphs(folder: Path) -> list[str]:
    """Make a TUDataset of paths and rings with two numbers for each node, where the sample has categories."""
    edges, graph_of_node, numbers, first = [], [], [], 1
    for graph in range(40):
        size = 3 + graph % 5
        pairs = [(node, (node + 1) % size) for node in range(size - 1 + graph % 2)]
        edges += [f"{first + a}, {first + b}\n{first + b}, {first + a}" for a, b in pairs]
        graph_of_node += [str(graph + 1)] * size
        numbers += [f"{node}, {graph % 3}" for node in range(size)]
        first += size
    labels = ["ring" if graph % 2 else "path" for graph in range(40)]
    files = {"A": edges, "graph_indicator": graph_of_node, "graph_labels": labels, "node_attributes": numbers}
    for name, rows in files.items():
        (folder / f"SHAPES_{name}.txt").write_text("\n".join(rows))
    return ["--data.path", str(folder)]


def make_images_labels(folder: Path) -> list[str]:
    """Make a table of images with a column for each of two labels, some of them unknown."""
    return make_table(
        folder, "dark", "odd", lambda n, name: f"{int(name != 'noise')},{n % 2 if n % 5 else ''}"
    )


def make_table(folder: Path, first: str, second: str, cells: Callable[[int, str], str]) -> list[str]:
    """Make images, and a table of them with two columns."""
    make_images(folder)
    rows = [f"file,{first},{second}"]
    for name in ("noise", "dark noise"):
        rows += [f"{name}/{number}.png,{cells(number, name)}" for number in range(20)]
    (folder / "table.csv").write_text("\n".join(rows))
    return ["--data.path", str(folder / "table.csv"), "--data.columns", "file", first, second]


def make_texts_labels(folder: Path) -> list[str]:
    """Make texts with lists of none to two labels."""
    tags = [["good", "long"], ["good"], []]
    rows = [
        {"text": f"{'word ' * (number % 40)}film {number}", "tags": tags[number % 3]} for number in range(80)
    ]
    (folder / "texts.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return ["--data.path", str(folder / "texts.jsonl"), "--data.columns", "text", "tags"]


def make_graphs_labels(folder: Path) -> list[str]:
    """Make the same graphs with two columns of labels."""
    flags = make_graphs(folder)
    rows = [f"{graph % 2}, {int(graph % 5 > 2) if graph % 7 else ''}" for graph in range(40)]
    (folder / "SHAPES_graph_labels.txt").write_text("\n".join(rows))
    return flags


def make_images_numbers(folder: Path) -> list[str]:
    """Make a table of images with two columns of numbers, some of them unknown."""

    def cells(number: int, name: str) -> str:
        return f"{number % 5 + len(name)},{1000 * number if number % 4 else ''}"

    return make_table(folder, "brightness", "number", cells)


def make_texts_numbers(folder: Path) -> list[str]:
    """Make texts with lists of two numbers."""
    rows = [
        {"text": f"{'word ' * (number % 40)}film {number}", "box": [number % 40, -number / 7]}
        for number in range(80)
    ]
    (folder / "texts.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return ["--data.path", str(folder / "texts.jsonl"), "--data.columns", "text", "box"]


def make_nodes_numbers(folder: Path) -> list[str]:
    """Make the same ring with a number of most nodes."""
    flags = make_nodes(folder)
    nodes = [f"{n},{n * n / 7 if n % 9 else ''},{n % 2 + n / 100},{n % 7}" for n in range(60)]
    (folder / "nodes.csv").write_text("\n".join(["id,label,parity,rest", *nodes]))
    return flags


def make_links(folder: Path) -> list[str]:
    """Make the same ring, of whose edges enough are held out to rank them."""
    return [*make_nodes(folder), "--data.validation", "0.2"]


def make_graphs_numbers(folder: Path) -> list[str]:
    """Make the same graphs with two numbers, some of them unknown."""
    flags = make_graphs(folder)
    (folder / "SHAPES_graph_labels.txt").unlink()
    rows = [f"{3 + n % 5}, {n / 1000 if n % 3 else ''}" for n in range(40)]
    (folder / "SHAPES_graph_attributes.txt").write_text("\n".join(rows))
    return flags


def make_images_masks(folder: Path) -> list[str]:
    """Make colour images, and masks of where they are bright, in sizes that no halving divides."""
    pixels = np.random.default_rng(0)
    for name in ("images", "masks"):
        (folder / name).mkdir()
    for number in range(30):
        values = pixels.integers(0, 255, (21, 34, 3), dtype=np.uint8)
        classes = np.where(values[..., 0] > 250, 255, values[..., 0] // 100).astype(np.uint8)
        Image.fromarray(values).save(folder / f"images/{number}.png")
        Image.fromarray(classes).save(folder / f"masks/{number}.png")
    return ["--data.path", str(folder)]


def make_corpus(folder: Path) -> list[str]:
    """Make two files of text, of characters that the sample may lack."""
    for name in ("one", "two"):
        text = "".join(f"{number} grüne Flaschen hängen an der Wand\n" for number in range(150))
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return ["--data.path", str(folder), "--data.vocabulary_size", "0"]


def make_words(folder: Path) -> list[str]:
    """Make CoNLL of tags as in IOB1, with a column that is not used and long texts among them."""
    lines = ["-DOCSTART- -X- O", ""]
    for number in range(80):
        words = [f"Wort{n % 9} NN O" for n in range(1 + number % 40)]
        lines += [f"# text {number} of many", *words, f"Köln{number % 7} NE I-ort", f"{number} CD I-ort", ""]
    (folder / "news.conll").write_text("\n".join(lines), encoding="utf-8")
    return ["--data.path", str(folder / "news.conll"), "--data.max_length", "40"]


OWN = {
    ("images", "masks"): make_images_masks,
    ("corpus", "tokens"): make_corpus,
    ("words", "tags"): make_words,
    ("images", "classes"): make_images,
    ("texts", "classes"): make_texts,
    ("graph", "classes"): make_nodes,
    ("graphs", "classes"): make_graphs,
    ("images", "labels"): make_images_labels,
    ("texts", "labels"): make_texts_labels,
    ("graphs", "labels"): make_graphs_labels,
    ("images", "numbers"): make_images_numbers,
    ("texts", "numbers"): make_texts_numbers,
    ("graph", "numbers"): make_nodes_numbers,
    ("graph", "links"): make_links,
    ("graphs", "numbers"): make_graphs_numbers,
}


@pytest.fixture(scope="session")
def own_data(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], list[str]]:
    """Make the user's own data of each form and target, and give the flags that name it."""
    return {kind: make(tmp_path_factory.mktemp("own")) for kind, make in OWN.items()}


@pytest.mark.parametrize("row", CHOSEN, ids=label)
def test_a_project_is_the_sum_of_its_slots(find_project: Find, row: Choices) -> None:
    """What is looked at slot by slot is what copier makes of the same answers."""
    project = find_project(row)
    made = {name: content.decode() for name, (mode, content) in files(project).items() if S_ISREG(mode)}
    made.pop(CONF["answers_file"])
    assert made == texts_of({**row, "name": project.name, "package": project.name})


def read_settings(package: str, project: Path, flags: list[str]) -> tuple[ModuleType, Any]:
    train = importlib.import_module(f"{package}.train")
    cli = importlib.import_module(f"{package}.cli")
    yaml = importlib.import_module("cyclopts.config").Yaml
    cli.app.config = yaml(project / "configs/default.yaml", use_commands_as_keys=False)
    _, bound, _ = cli.app.parse_args(["train", *flags])
    return train, bound.arguments["settings"]


@pytest.fixture(scope="session")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a tiny vision transformer as timm does."""
    import timm
    from timm.models import save_for_hf

    sizes: dict[str, Any] = {"patch_size": 8, "embed_dim": 16, "depth": 1, "num_heads": 2, "img_size": 16}
    model = timm.create_model("vit_tiny_patch16_224", **sizes)
    save_for_hf(model, str(folder := tmp_path_factory.mktemp("backbone")), model_args=sizes)
    return folder


def begin(row: Choices, project: Path, train: ModuleType, settings: Any, backbone: Path) -> tuple[Any, Any]:
    """Return data and state of a training, which may begin with a backbone."""
    start = {}
    if row["pretrained"]:
        tiny = project / "configs/tiny=random"  # that of debug.yaml
        settings.run.init = backbone if row["form"] == "images" else tiny
        start = importlib.import_module(f"{project.name}.engine.starting").load_start(settings.run)
    data = train.load_data(settings.data, settings.training.seed, start.get("info"), relabel=True)
    return data, train.TrainState(settings, data.info, 3, start)


@pytest.mark.parametrize("data", ["sample", "own"])
@pytest.mark.parametrize("row", CHOSEN, ids=label)
def test_every_pair_of_choices_trains(
    find_project: Find,
    row: Choices,
    data: str,
    own_data: dict[tuple[str, str], list[str]],
    backbone: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Three steps and an evaluation with finite numbers, on the sample and on the user's own form of data."""
    project = find_project(row)
    monkeypatch.syspath_prepend(project)
    whole = row["form"] == "graph"  # one batch, so an epoch is one step
    flags = ["--training.epochs", "1", *([] if whole else ["--data.batch_size", "7"])]
    if data == "own":
        flags += own_data[row["form"], row["target"]]
    train, settings = read_settings(project.name, project, flags)
    loaded, state = begin(row, project, train, settings, backbone)
    before = [parameter.clone() for parameter in state.model.parameters()]
    batches = list(loaded.train) * 3 if whole else loaded.train
    losses = [float(loss) for loss, _ in islice(train.train_steps(state, batches), 3)]
    held_out = list(loaded.validation)
    # Of several classes: one alone has no AUROC.
    metrics = train.evaluate(state.model, state.objective, [held_out[0], held_out[-1]])
    assert np.isfinite([*losses, *metrics.values()]).all()
    moved = [not new.equal(old) for new, old in zip(state.model.parameters(), before, strict=True)]
    assert all(moved), f"{moved.count(False)} of {len(moved)} parameters stayed as they were"


def test_the_selection_holds_every_cell_and_every_choice() -> None:
    assert {cell(row) for row in CHOSEN} == {cell(row) for row in ALL}
    for key in ("domain", "task", "architecture", "loss", "optimizer", "schedule", *EXTRAS):
        assert {row.get(key) for row in CHOSEN} == {row.get(key) for row in RENDERED}


@pytest.mark.parametrize("row", CHOSEN, ids=label)
def test_answers_are_those_that_the_command_takes(row: Choices) -> None:
    """What the combinations compute is what `scaffold new` computes."""
    given = {key: Given(value) for key, value in answers(row).items()}
    found = QUESTIONS.resolve(given, lambda prompt: pytest.fail(prompt.key), "demo").all
    assert found == {key: row[key] for key in found}


# One project for each model, of those above where there is one.
MODELS = {cell(row): row for row in (*ALL, *CHOSEN) if row["export"]}


@pytest.mark.parametrize("row", MODELS.values(), ids=label)
def test_every_model_can_be_exported(
    find_project: Find, row: Choices, backbone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = find_project(row)
    monkeypatch.syspath_prepend(project)
    train, settings = read_settings(project.name, project, [])
    export = importlib.import_module(f"{project.name}.tools.export")
    data, state = begin(row, project, train, settings, backbone)
    predictor = export.Predictor(state.model, state.objective).eval()
    large, small = export.make_batches(data)
    export.write(tmp_path / "model.onnx", predictor, large, data.info)
    for inputs in (large, small):
        export.check(tmp_path / "model.onnx", predictor, inputs)
