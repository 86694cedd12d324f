"""What people rightly do to components: metrics, optimizer, loop, model, files and commands."""

from functools import partial
from pathlib import Path

from .mutation import Text, Whole, edit
from .projects import EVERY_TASK, NUMBERS_PROJECTS

model = partial(Text, "model.py")
augment = partial(Text, "augment.py")
data = partial(Text, "data.py")
metrics = partial(Text, "metrics.py")
optim = partial(Text, "optim.py")
train = partial(Text, "train.py")
state = partial(Text, "engine/state.py")
cli = partial(Text, "cli.py")
config = partial(Text, "configs/default.yaml")

METRICS = [
    edit(
        "balanced-accuracy",
        "the mean of the recalls is another metric",
        ("resnet", "lstm", "gcn"),
        metrics(
            "        found = sums > 0",
            "        recalls = hits / confusion.sum(dim=1)\n        found = sums > 0",
        ),
        metrics(
            '            "macro_f1": ',
            '            "balanced_accuracy": recalls.nanmean().item(),\n            "macro_f1": ',
        ),
    ),
    edit(
        "score-by-macro-f1",
        "the best checkpoint is that of the highest macro F1",
        EVERY_TASK,
        metrics('return metrics["accuracy"]', 'return metrics["macro_f1"]'),
    ),
    edit(
        "score-by-loss",
        "the best checkpoint is that of the lowest validation loss",
        EVERY_TASK,
        metrics('return metrics["accuracy"]', 'return -metrics["loss"]'),
    ),
    edit(
        "score-of-numbers-by-r2",
        "the best checkpoint is the one that explains most",
        NUMBERS_PROJECTS,
        metrics('return -metrics["mae"]', 'return metrics["r2"]'),
    ),
]

OPTIMIZER = [
    edit(
        "head-ten-times-as-fast",
        "the head is a group of its own, with a higher rate",
        ("resnet", "lstm", "gin"),
        optim(
            "    return AdamW(groups, lr=settings.lr, betas=settings.betas)\n",
            '    head = {p for name, p in model.named_parameters() if name.startswith("head")}\n'
            "    split = []\n"
            "    for group in groups:\n"
            '        own = [p for p in group["params"] if p in head]\n'
            '        others = [p for p in group["params"] if p not in head]\n'
            '        split.append({**group, "params": others})\n'
            '        split.append({**group, "params": own, "lr": 10 * settings.lr})\n'
            "    return AdamW(split, lr=settings.lr, betas=settings.betas)\n",
        ),
    ),
    edit(
        "fused-and-amsgrad",
        "AdamW is told more, by a setting that is a switch",
        EVERY_TASK,
        optim(
            '    """Decay of the running means of gradient and squared gradient."""\n',
            '    """Decay of the running means of gradient and squared gradient."""\n'
            "    amsgrad: bool = False\n"
            '    """Whether the largest squared gradient counts (Reddi et al. 2018)."""\n',
        ),
        optim("betas=settings.betas)", "betas=settings.betas, amsgrad=settings.amsgrad)"),
    ),
    edit(
        "another-optimizer",
        "RAdam takes the place of AdamW",
        ("resnet", "gin"),
        optim("from torch.optim import AdamW\n", "from torch.optim import RAdam\n"),
        optim("model: nn.Module) -> AdamW:", "model: nn.Module) -> RAdam:"),
        optim(
            "    return AdamW(groups, lr=settings.lr, betas=settings.betas)\n",
            "    return RAdam(groups, lr=settings.lr, betas=settings.betas, decoupled_weight_decay=True)\n",
        ),
    ),
]

LOOP = [
    edit(
        "gradient-noise",
        "noise is added to gradients, with a setting that is off",
        EVERY_TASK,
        state(
            '    """Batches whose gradients are put together for one step of the optimizer."""\n',
            '    """Batches whose gradients are put together for one step of the optimizer."""\n'
            "    gradient_noise: NonNegative = 0.0\n"
            '    """Standard deviation of what is added to each gradient (Neelakantan et al. 2015)."""\n',
        ),
        state(
            "        self.precision = training.precision\n",
            "        self.precision = training.precision\n"
            "        self.gradient_noise = training.gradient_noise\n",
        ),
        train(
            "        state.scaler.step(state.optimizer)\n",
            "        if state.gradient_noise:\n"
            "            for parameter in state.model.parameters():\n"
            "                if parameter.grad is not None:\n"
            "                    noise = torch.randn_like(parameter.grad)\n"
            "                    parameter.grad += state.gradient_noise * noise\n"
            "        state.scaler.step(state.optimizer)\n",
        ),
    ),
    edit(
        "moving-average-of-weights",
        "evaluation and checkpoints take a moving average of the weights",
        EVERY_TASK,
        state(
            "from torch.amp.grad_scaler import GradScaler\n",
            "from torch.amp.grad_scaler import GradScaler\n"
            "from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn\n",
        ),
        state(
            '            "model": self.model.state_dict(),\n',
            '            "model": self.average.module.state_dict(),\n'
            '            "current": self.model.state_dict(),\n'
            '            "averaged": self.average.n_averaged,\n',
        ),
        state(
            '        self.model.load_state_dict(state["model"])\n',
            '        self.model.load_state_dict(state["current"])\n'
            '        self.average.module.load_state_dict(state["model"])\n'
            '        self.average.n_averaged.copy_(state["averaged"])\n',
        ),
        state(
            "        self.optimizer = build_optimizer(settings.optim, model)\n",
            "        ema = get_ema_multi_avg_fn(0.99)  # type: ignore[no-untyped-call]\n"
            "        average = AveragedModel(model, multi_avg_fn=ema, use_buffers=True)\n"
            "        self.average = average.requires_grad_(False)\n"
            "        self.optimizer = build_optimizer(settings.optim, model)\n",
        ),
        train(
            "        state.schedule.step()\n",
            "        state.average.update_parameters(state.model)\n        state.schedule.step()\n",
        ),
        train(
            "metrics = evaluate(state.model, state.objective, data.validation)",
            "metrics = evaluate(state.average, state.objective, data.validation)",
        ),
    ),
]

WRAPPER = '''class Scaled(nn.Module):
    """Any model, whose outputs are scaled by a number that is learned."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner
        self.log_scale = nn.Parameter(torch.zeros(()))

    def forward(self, *inputs: Tensor) -> Tensor:
        return self.inner(*inputs) * self.log_scale.exp()


'''
RESNET_HEAD = (
    "        self.head = nn.Sequential(nn.Dropout(settings.dropout), nn.Linear(in_channels, num_outputs))\n"
)
LSTM_HEAD = (
    "        self.head = nn.Sequential(nn.Dropout(settings.dropout), nn.Linear(2 * width, num_outputs))\n"
)
IMPORT_TORCH = model("from torch import Tensor, nn\n", "import torch\nfrom torch import Tensor, nn\n")

MODELS = [
    edit(
        "two-heads-of-images",
        "the outputs are those of two heads, of which one looks at an earlier stage",
        ("resnet",),
        model(
            RESNET_HEAD,
            RESNET_HEAD + "        self.early_head = nn.Linear(settings.width, num_outputs)\n",
        ),
        model(
            "        x = self.stages(x)  # (B, D, h, w)\n        x = self.pool(x)  # (B, D)\n"
            "        return self.head(x)  # (B, K)\n",
            "        early = self.early_head(self.pool(x))  # (B, K)\n"
            "        x = self.stages(x)  # (B, D, h, w)\n        x = self.pool(x)  # (B, D)\n"
            "        return self.head(x) + early  # (B, K)\n",
        ),
    ),
    edit(
        "two-heads-of-texts",
        "the outputs are the mean of two heads, of the largest features and of the mean",
        ("lstm", "lstm_numbers"),
        model(LSTM_HEAD, LSTM_HEAD + "        self.mean_head = nn.Linear(2 * width, num_outputs)\n"),
        model(
            '        x = x.masked_fill(~mask[:, :, None], float("-inf")).amax(dim=1)  # (B, 2H)\n'
            "        return self.head(x)\n",
            "        real = mask[:, :, None]  # (B, T, 1)\n"
            "        mean = (x * real).sum(dim=1) / real.sum(dim=1)  # (B, 2H)\n"
            '        largest = x.masked_fill(~real, float("-inf")).amax(dim=1)  # (B, 2H)\n'
            "        return (self.head(largest) + self.mean_head(mean)) / 2  # (B, K)\n",
        ),
    ),
    edit(
        "two-heads-of-graphs",
        "the outputs are the sum of two heads, one of which looks at the first layer alone",
        ("gin",),
        model(
            '        self.mean_num_nodes = info["mean_num_nodes"]\n',
            '        self.mean_num_nodes = info["mean_num_nodes"]\n'
            "        self.first_head = nn.Linear(width, num_outputs)\n",
        ),
        model(
            "        x = self.head(x / self.mean_num_nodes)  # (G, K)\n",
            "        x = x / self.mean_num_nodes\n"
            "        first = self.first_head(x[:, : self.first_head.in_features])  # (G, K)\n"
            "        x = self.head(x) + first  # (G, K)\n",
        ),
    ),
    edit(
        "wrapped-model-of-images",
        "the model is wrapped in another module",
        ("resnet",),
        IMPORT_TORCH,
        model("class BasicBlock(", WRAPPER + "class BasicBlock("),
        model("num_outputs: int) -> ResNet:", "num_outputs: int) -> nn.Module:"),
        model("    return ResNet(\n", "    model = ResNet(\n"),
        model(
            "        num_outputs=num_outputs,\n    )\n",
            "        num_outputs=num_outputs,\n    )\n    return Scaled(model)\n",
        ),
    ),
    edit(
        "wrapped-model-of-texts",
        "the model is wrapped in another module",
        ("lstm",),
        model("class LSTMClassifier(", WRAPPER + "class LSTMClassifier("),
        model("num_outputs: int) -> LSTMClassifier:", "num_outputs: int) -> nn.Module:"),
        model("    return LSTMClassifier(\n", "    model = LSTMClassifier(\n"),
        model(
            "num_outputs=num_outputs\n    )\n",
            "num_outputs=num_outputs\n    )\n    return Scaled(model)\n",
        ),
    ),
    edit(
        "tied-weights-of-a-transformer",
        "all blocks share the weights of their attention",
        ("transformer",),
        model(
            "        self.blocks = nn.ModuleList(\n"
            "            TransformerBlock(settings.width, settings.num_heads, settings.dropout)\n"
            "            for _ in range(settings.depth)\n"
            "        )\n",
            "        blocks = [\n"
            "            TransformerBlock(settings.width, settings.num_heads, settings.dropout)\n"
            "            for _ in range(settings.depth)\n"
            "        ]\n"
            "        for block in blocks[1:]:\n"
            "            own, shared = block.attention, blocks[0].attention\n"
            "            own.query_key_value.weight = shared.query_key_value.weight\n"
            "        self.blocks = nn.ModuleList(blocks)\n",
        ),
    ),
    edit(
        "tied-kernels",
        "both convolutions of a block share their kernel where it fits",
        ("cnn",),
        model(
            "            self.stages.append(nn.Sequential(ConvBlock(channels, width), ConvBlock(width, width)))\n",
            "            second, third = ConvBlock(width, width), ConvBlock(width, width)\n"
            "            third[0].weight = second[0].weight\n"
            "            self.stages.append(nn.Sequential(ConvBlock(channels, width), second, third))\n",
        ),
    ),
    edit(
        "group-norm",
        "norms are of all channels of an image and not of the batch",
        ("cnn", "cnn_labels"),
        model("nn.BatchNorm2d(out_channels)", "nn.GroupNorm(1, out_channels)"),
    ),
    edit(
        "residual-layers-of-graphs",
        "layers of equal width have a shortcut",
        ("gcn_graphs",),
        model(
            "            x = self.dropout(self.activation(layer(x, edge_index, weight)))  # (V, D)\n",
            "            y = self.dropout(self.activation(layer(x, edge_index, weight)))  # (V, D)\n"
            "            x = x + y if x.shape == y.shape else y\n",
        ),
    ),
    edit(
        "norms-of-nodes",
        "features of each node are normalised before the activation",
        ("gcn", "gcn_numbers"),
        model(
            "        self.activation = nn.ReLU()\n",
            "        self.norms = nn.ModuleList(nn.LayerNorm(size) for size in widths[1:-1])\n"
            "        self.activation = nn.ReLU()\n",
        ),
        model(
            "        for layer in self.layers[:-1]:\n"
            "            x = self.activation(layer(self.dropout(x), edge_index, weight))  # (V, D)\n",
            "        for layer, norm in zip(self.layers[:-1], self.norms, strict=True):\n"
            "            x = self.activation(norm(layer(self.dropout(x), edge_index, weight)))  # (V, D)\n",
        ),
    ),
    edit(
        "other-names-of-images",
        "classes of the model have other names",
        ("resnet",),
        model("class BasicBlock(nn.Module):", "class ResidualBlock(nn.Module):"),
        model("self.stages.append(BasicBlock(", "self.stages.append(ResidualBlock("),
        model("class ResNet(nn.Module):", "class Net(nn.Module):"),
        model("num_outputs: int) -> ResNet:", "num_outputs: int) -> Net:"),
        model("    return ResNet(\n", "    return Net(\n"),
    ),
    edit(
        "other-names-of-texts",
        "classes of the model have other names",
        ("lstm",),
        model("class LSTMClassifier(nn.Module):", "class Reader(nn.Module):"),
        model("num_outputs: int) -> LSTMClassifier:", "num_outputs: int) -> Reader:"),
        model(
            "    return LSTMClassifier(\n"
            '        settings, vocabulary_size=info["vocabulary_size"], num_outputs=num_outputs\n'
            "    )\n",
            '    return Reader(settings, vocabulary_size=info["vocabulary_size"], num_outputs=num_outputs)\n',
        ),
    ),
    edit(
        "other-names-of-graphs",
        "classes and attributes of the model have other names",
        ("gin",),
        model("class GIN(nn.Module):", "class GraphNet(nn.Module):"),
        model("num_outputs: int) -> GIN:", "num_outputs: int) -> GraphNet:"),
        model("    return GIN(", "    return GraphNet("),
        model("        self.head = nn.Sequential(\n", "        self.classifier = nn.Sequential(\n"),
        model("x = self.head(x / self", "x = self.classifier(x / self"),
    ),
]

PARTS = Path(__file__).parents[2] / "template/parts/model"


def read_part(name: str) -> str:
    """Give a model as it is in a package that is one folder deeper."""
    return (PARTS / f"{name}.py").read_text().replace("from .engine", "from ..engine")


CNN, LSTM = read_part("cnn"), read_part("lstm")
BLOCK = CNN[CNN.index("class ConvBlock") : CNN.index("class CNN")].rstrip() + "\n"
SAMPLE_OF_FILES = (
    "    if settings.path is None:\n"
    "        from .sample import read_sample\n"
    "\n"
    "        splits = {**read_sample(read_label)}  # a copy: the sample is kept for the next call\n"
    "    else:\n"
    "        splits = read_splits(settings, read_label)\n"
)
NO_PATH = 'raise DataError("data.path is null: say where the data are")'
NO_SAMPLE = f"    if settings.path is None:\n        {NO_PATH}\n"
GONE = (Whole("sample.py"), Whole("tests/test_sample.py"))
TOOLS = ("charts", "findings", "pictures", "repeat", "report", "show", "sweep", "tune")

FILES = [
    edit(
        "model-as-a-package",
        "model.py becomes a folder, with the blocks in a file of their own",
        ("cnn",),
        Whole("model.py"),
        Text(
            "model/__init__.py",
            "",
            CNN.replace(BLOCK + "\n\n", "").replace(
                "from ..engine.ranges import Count, FractionBelowOne\n",
                "from ..engine.ranges import Count, FractionBelowOne\nfrom .blocks import ConvBlock\n",
            ),
        ),
        Text("model/blocks.py", "", f'"""Blocks of convolutions."""\n\nfrom torch import nn\n\n\n{BLOCK}'),
    ),
    edit(
        "model-in-a-module-of-a-package",
        "model.py becomes a folder, whose module is named after the architecture",
        ("lstm",),
        Whole("model.py"),
        Text(
            "model/__init__.py",
            "",
            '"""Models of texts."""\n\n'
            "from .lstm import LSTMClassifier, ModelSettings, build_model\n\n"
            '__all__ = ["LSTMClassifier", "ModelSettings", "build_model"]\n',
        ),
        Text("model/lstm.py", "", LSTM),
    ),
    edit(
        "sample-of-images-deleted",
        "with data of their own, people delete the sample and its tests",
        ("cnn",),
        *GONE,
        data(SAMPLE_OF_FILES, NO_SAMPLE + "    splits = read_splits(settings, read_label)\n"),
        config("  path: null\n", "  path: data/photos\n"),
    ),
    edit(
        "sample-of-texts-deleted",
        "with data of their own, people delete the sample and its tests",
        ("lstm",),
        *GONE,
        data(SAMPLE_OF_FILES, NO_SAMPLE + "    splits = read_splits(settings, read_label)\n"),
        config("  path: null\n", "  path: data/reviews.csv\n"),
    ),
    edit(
        "sample-of-graphs-deleted",
        "with data of their own, people delete the sample and its tests",
        ("gin",),
        *GONE,
        data(
            "        from .sample import read_sample\n\n        return read_sample(read_label)\n",
            f"        {NO_PATH}\n",
        ),
        config("  path: null\n", "  path: data/MUTAG\n"),
    ),
    edit(
        "sample-of-nodes-deleted",
        "with data of their own, people delete the sample and its tests",
        ("gcn", "gcn_numbers"),
        *GONE,
        data(
            "    from .sample import read_sample\n\n    return read_sample(read_label)\n",
            f"    {NO_PATH}\n",
        ),
        config("  path: null\n", "  path: data/citations\n"),
    ),
    edit(
        "tools-deleted",
        "who does not want the tools deletes them, their commands and their tests, but for what `evaluate` prints",
        ("resnet", "lstm"),
        *(Whole(f"tools/{name}.py") for name in TOOLS),
        Whole("tests/test_sweep.py"),
        cli('    "show run": MEASURING,\n', ""),
        cli(
            '    if report == "yes":\n'
            "        from .tools.report import write_report  # and with it matplotlib, which is slow to import\n\n"
            "        print(f\"report: {write_report(folder / 'best.pt', settings)}\")\n",
            "",
        ),
        cli("    folder = train(settings, resume)\n\n", "    folder = train(settings, resume)\n"),
        cli(
            '    report: Literal["yes", "no"] = "yes",\n',
            "",
        ),
        cli("    report\n        Whether report.md is written in the end.\n", ""),
        cli('app.command(f"{__package__}.tools.tune:find_lr", help="Suggest a peak learning rate.")\n', ""),
        cli(
            'app.command(f"{__package__}.tools.tune:find_batch_size", help="Find the largest batch that fits.")\n',
            "",
        ),
        cli(
            'app.command(f"{__package__}.tools.sweep:sweep", help="Search for settings that act together.")\n',
            "",
        ),
        cli(
            'app.command(f"{__package__}.tools.repeat:repeat", help="Train several times: how much is chance.")\n',
            "",
        ),
        cli(
            "# Imported when called, because matplotlib is slow to import.\n"
            'views = f"{__package__}.tools.show"\n'
            'show.command(f"{views}:show_schedule", name="schedule", help="Draw the learning rate.")\n'
            'show.command(f"{views}:show_augmentations", name="augmentations", help="Draw augmented examples.")\n'
            'show.command(f"{views}:show_model", name="model", help="Print layers, shapes and parameters.")\n'
            'show.command(f"{__package__}.tools.report:show_run", name="run", help="Write report.md again.")\n\n\n',
            "",
        ),
        cli("\n\n\n\n\ndef main(", "\n\n\ndef main("),
    ),
    edit(
        "a-command-of-one's-own",
        "a command counts the parameters of the model",
        EVERY_TASK,
        cli(
            "from .engine.run import describe_run\n",
            "from .engine.run import describe_run\nfrom .engine.state import TrainState\n",
        ),
        cli(
            "app.command(predict)\n",
            '@app.command(name="count")\n'
            "def count_command(*, settings: AllSettings) -> None:\n"
            '    """Print how many parameters the model has."""\n'
            "    data = load_data(settings.data, settings.training.seed)\n"
            "    state = TrainState(settings, data.info, total_steps=1)\n"
            "    print(sum(parameter.numel() for parameter in state.model.parameters()))\n\n\n"
            "app.command(predict)\n",
        ),
    ),
]

AUGMENTATION = [
    edit(
        "gamma-that-is-off-at-one",
        "images get a random gamma, with a setting that is off at 1 and fullest at 3",
        ("cnn", "resnet_numbers"),
        augment("import Fraction, FractionAboveZero\n", "import Fraction, FractionAboveZero, Positive\n"),
        augment(
            'STRENGTHS = {"rotation": (0.0, 180.0), "min_crop": (1.0, 0.1), "hue": (0.0, 0.5)}\n',
            'STRENGTHS = {\n    "rotation": (0.0, 180.0),\n    "min_crop": (1.0, 0.1),\n'
            '    "hue": (0.0, 0.5),\n    "gamma": (1.0, 3.0),\n}\n',
        ),
        augment(
            "    noise: Fraction\n",
            "    gamma: Positive\n"
            '    """Largest exponent of pixels in [0, 1]; 1 changes nothing."""\n'
            "    noise: Fraction\n",
        ),
        augment(
            "        noise = torch.randn(",
            "        power = self.uniform(pixels, 1.0, self.settings.gamma, generator)\n"
            "        pixels = pixels.clamp(1e-6, 1.0) ** power[:, None, None, None]\n"
            "        noise = torch.randn(",
        ),
        config("  horizontal_flip: 0.0\n", "  horizontal_flip: 0.0\n  gamma: 1.0\n"),
    ),
    edit(
        "patches-that-are-counted",
        "some patches of each image are erased, with a count as a setting, and a name for what fills them",
        ("cnn",),
        augment("from typing import Annotated, Any\n", "from typing import Annotated, Any, Literal\n"),
        augment("import Fraction, FractionAboveZero\n", "import Fraction, FractionAboveZero, Natural\n"),
        augment(
            "    noise: Fraction\n",
            "    erased: Natural\n"
            '    """Patches of each image that are erased."""\n'
            '    fill: Literal["black", "mean"]\n'
            '    """What is put in their place."""\n'
            "    noise: Fraction\n",
        ),
        augment(
            "        noise = torch.randn(",
            '        filling = 0.0 if self.settings.fill == "black" else self.mean\n'
            "        for _ in range(self.settings.erased):\n"
            "            mask = torch.ones_like(pixels[:, :1])\n"
            "            for axis in (2, 3):\n"
            "                start = self.uniform(pixels, 0.0, pixels.size(axis), generator)[:, None]\n"
            "                place = torch.arange(pixels.size(axis), device=pixels.device)\n"
            "                inside = (place - start).abs() < pixels.size(axis) / 4  # (B, size)\n"
            "                mask = mask * inside[:, None].unsqueeze(5 - axis)\n"
            "            pixels = torch.where(mask > 0, filling, pixels)\n"
            "        noise = torch.randn(",
        ),
        config("  horizontal_flip: 0.0\n", "  horizontal_flip: 0.0\n  erased: 1\n  fill: mean\n"),
    ),
    edit(
        "words-that-change-places",
        "neighbouring words change places, with a setting that is on",
        ("lstm", "textcnn_labels"),
        augment("import FractionBelowOne\n", "import Fraction, FractionBelowOne\n"),
        augment(
            '    """Probability that a word, with all its pieces, becomes unknown; one is always kept."""\n',
            '    """Probability that a word, with all its pieces, becomes unknown; one is always kept."""\n'
            "    shuffled: Fraction\n"
            '    """How far tokens may move from their place, as a fraction of ten."""\n',
        ),
        augment(
            "        self.word_dropout = settings.word_dropout\n",
            "        self.word_dropout, self.shuffled = settings.word_dropout, settings.shuffled\n",
        ),
        augment(
            "        real = mask & (token_ids >= self.num_special)",
            "        steps = torch.arange(token_ids.size(1), device=token_ids.device)\n"
            "        moves = torch.rand(token_ids.shape, generator=generator, device=token_ids.device)\n"
            '        places = (steps + 10 * self.shuffled * moves).where(mask, float("inf"))\n'
            "        order = places.argsort(dim=1, stable=True)\n"
            "        token_ids = token_ids.take_along_dim(order, dim=1)\n"
            "        real = mask & (token_ids >= self.num_special)",
        ),
        config("augment:\n", "augment:\n  shuffled: 0.1\n"),
    ),
]

EDITS = [*METRICS, *OPTIMIZER, *LOOP, *MODELS, *FILES, *AUGMENTATION]
