"""What a practitioner rightly did who had seen no test, and what their tests cried wolf at."""

from .mutation import Text, edit

EDITS = [
    edit(
        "cutmix",
        "images get a box of other ones, and targets their share of the classes",
        ("resnet",),
        Text("configs/default.yaml", ("  noise: 0.02\n\n"), ("  noise: 0.02\n  cutmix: 0.5\n\n")),
        Text(
            "augment.py",
            '\nShapes: B batch, C channels, H height, W width.\n"""\n',
            '\nShapes: B batch, C channels, H height, W width, K classes.\n"""\n',
        ),
        Text(
            "augment.py",
            '    """Standard deviation of the Gaussian noise, of pixels in [0, 1]."""\n\n',
            (
                '    """Standard deviation of the Gaussian noise, of pixels in [0, 1]."""\n'
                "    cutmix: Fraction\n"
                '    """Probability that a batch gets a box of its other images, and of their classes."""\n'
                "\n"
            ),
        ),
        Text(
            "augment.py",
            (
                "        self.settings = settings\n"
                '        self.register_buffer("mean", torch.tensor(info["mean"])[:, None, None])\n'
            ),
            (
                "        self.settings = settings\n"
                '        self.num_classes = len(info["classes"])\n'
                '        self.register_buffer("mean", torch.tensor(info["mean"])[:, None, None])\n'
            ),
        ),
        Text(
            "augment.py",
            (
                "        pixels = (pixels + self.settings.noise * noise).clamp(0.0, 1.0)\n"
                "        return ((pixels - self.mean) / self.std,), target\n"
                "\n"
            ),
            (
                "        pixels = (pixels + self.settings.noise * noise).clamp(0.0, 1.0)\n"
                "        images = (pixels - self.mean) / self.std\n"
                "        if self.settings.cutmix:\n"
                "            images, target = self.cut_and_mix(images, target, generator)\n"
                "        return (images,), target\n"
                "\n"
                "    def cut_and_mix(\n"
                "        self, images: Tensor, target: Tensor, generator: Generator\n"
                "    ) -> tuple[Tensor, Tensor]:\n"
                '        """Puts the same box of another image into each (Yun et al. 2019).\n'
                "\n"
                "        The target becomes the share of each class in the pixels, ``(B, K)``. All images have the\n"
                "        same box: a batch contains as much of each class as before.\n"
                '        """\n'
                "        is_mixed, area, *centre = torch.rand(4, generator=generator, device=images.device)\n"
                "        side = area.sqrt() * (is_mixed < self.settings.cutmix)  # a box of no size changes nothing\n"
                "        rows, columns = (\n"
                "            ((torch.arange(size, device=images.device) + 0.5) / size - middle).abs() < side / 2\n"
                "            for size, middle in zip(images.shape[2:], centre, strict=True)\n"
                "        )\n"
                "        inside = rows[:, None] & columns  # (H, W)\n"
                "        partner = torch.randperm(len(images), generator=generator, device=images.device)\n"
                "        classes = F.one_hot(target, self.num_classes).to(images.dtype)\n"
                "        mixed = torch.where(inside, images[partner], images)\n"
                "        return mixed, classes.lerp(classes[partner], inside.to(images.dtype).mean())\n"
                "\n"
            ),
        ),
        Text(
            "objective.py",
            (
                "class Objective(nn.Module):\n"
                '    """Logits ``(B, K)`` and int64 classes ``(B,)`` to a mean loss and the count it is a mean of."""\n'
                "\n"
            ),
            (
                "class Objective(nn.Module):\n"
                '    """Logits ``(B, K)`` and int64 classes ``(B,)`` to a mean loss and the count it is a mean of.\n'
                "\n"
                "    Augmentation may mix images: then the target is the share of each class, float32 ``(B, K)``.\n"
                '    """\n'
                "\n"
            ),
        ),
        Text(
            "objective.py",
            (
                "        weights = self.weights if self.training else None\n"
                "        loss = F.cross_entropy(logits, target, weights, label_smoothing=smoothing)\n"
                "        return loss, self.count(target)\n"
                "\n"
                "    def count(self, target: Tensor) -> Tensor | int:\n"
                '        """Weights of the samples that the mean loss is over; without weights their number."""\n'
                "        if self.weights is None or not self.training:\n"
                "            return len(target)\n"
                "        return self.weights[target].sum()\n"
            ),
            (
                "        weights = self.weights if self.training else None\n"
                "        # A mean of PyTorch's own would be over samples, not weights, where classes are mixed.\n"
                '        total = F.cross_entropy(logits, target, weights, label_smoothing=smoothing, reduction="sum")\n'
                "        count = self.count(target)\n"
                "        return total / count, count\n"
                "\n"
                "    def count(self, target: Tensor) -> Tensor | int:\n"
                '        """Weights of the samples that the mean loss is over; without weights their number."""\n'
                "        if self.weights is None or not self.training:\n"
                "            return len(target)\n"
                "        if target.is_floating_point():\n"
                "            return (target * self.weights).sum()\n"
                "        return self.weights[target].sum()\n"
            ),
        ),
    ),
    edit(
        "rate-by-layer",
        "the first blocks learn slower than the last ones, in groups of their own",
        ("vit",),
        Text(
            "configs/default.yaml",
            (
                "# decay of DeiT (Touvron et al. 2021); rate and clipping of Beyer et al. 2022, whose batch was 1024, tried on the sample\n"
                "optim:\n"
                "  lr: 0.001\n"
                "  weight_decay: 0.05\n"
                "  betas: [0.9, 0.999]\n"
                "\n"
            ),
            (
                "# decay of DeiT (Touvron et al. 2021); rate and clipping of Beyer et al. 2022, whose batch was 1024, tried on the sample\n"
                "# layer_decay: 0.75 is usual when a trained model is tuned further (--init), 1 is the same rate for all layers.\n"
                "optim:\n"
                "  lr: 0.001\n"
                "  weight_decay: 0.05\n"
                "  betas: [0.9, 0.999]\n"
                "  layer_decay: 0.9\n"
                "\n"
            ),
        ),
        Text(
            "optim.py",
            (
                '"""AdamW (Loshchilov and Hutter 2019)."""\n'
                "\n"
                "from dataclasses import dataclass\n"
                "from typing import Annotated\n"
                "\n"
                "from cyclopts import Parameter, validators\n"
                "from torch import nn\n"
                "from torch.optim import AdamW\n"
                "\n"
                "from .decay import parameter_groups\n"
                "from .engine.ranges import NonNegative, Positive\n"
                "\n"
            ),
            (
                '"""AdamW (Loshchilov and Hutter 2019), slower in the first layers than in the last ones."""\n'
                "\n"
                "import re\n"
                "from dataclasses import dataclass\n"
                "from typing import Annotated, Any\n"
                "\n"
                "from cyclopts import Parameter, validators\n"
                "from torch import nn\n"
                "from torch.optim import AdamW\n"
                "\n"
                "from .decay import parameter_groups\n"
                "from .engine.ranges import FractionAboveZero, NonNegative, Positive\n"
                "\n"
                'BLOCK = re.compile(r"blocks\\.(\\d+)\\.")\n'
                'INPUTS = ("patches.", "position.")  # the layers of the model before its blocks\n'
                "\n"
            ),
        ),
        Text(
            "optim.py",
            (
                '    """Decay of the running means of gradient and squared gradient."""\n'
                "\n"
                "    def __post_init__(self) -> None:\n"
                "        if self.betas[0] > self.betas[1]:\n"
                '            raise ValueError(f"optim.betas is {self.betas}: the first must not exceed the second")\n'
                "\n"
                "\n"
                "def build_optimizer(settings: OptimSettings, model: nn.Module) -> AdamW:\n"
                "    groups = parameter_groups(model, settings.weight_decay)\n"
                "    return AdamW(groups, lr=settings.lr, betas=settings.betas)\n"
            ),
            (
                '    """Decay of the running means of gradient and squared gradient."""\n'
                "    layer_decay: FractionAboveZero\n"
                '    """Learning rate of a block, as a fraction of that of the next one (Bao et al. 2022)."""\n'
                "\n"
                "    def __post_init__(self) -> None:\n"
                "        if self.betas[0] > self.betas[1]:\n"
                '            raise ValueError(f"optim.betas is {self.betas}: the first must not exceed the second")\n'
                "\n"
                "\n"
                "def find_layer(name: str, num_blocks: int) -> int:\n"
                '    """Number of the layer that a parameter belongs to: 0 is before the blocks, the last after."""\n'
                "    if name.startswith(INPUTS):\n"
                "        return 0\n"
                "    block = BLOCK.match(name)\n"
                "    return int(block[1]) + 1 if block else num_blocks + 1\n"
                "\n"
                "\n"
                "def split_by_rate(\n"
                "    groups: list[dict[str, Any]], rates: dict[nn.Parameter, float]\n"
                ") -> list[dict[str, Any]]:\n"
                '    """The same groups, divided where rates differ; the peak rate comes first."""\n'
                "    return [\n"
                '        {**group, "params": params, "lr": rate}\n'
                "        for rate in sorted({*rates.values()}, reverse=True)\n"
                "        for group in groups\n"
                '        if (params := [parameter for parameter in group["params"] if rates[parameter] == rate])\n'
                "    ]\n"
                "\n"
                "\n"
                "def build_optimizer(settings: OptimSettings, model: nn.Module) -> AdamW:\n"
                "    named = dict(model.named_parameters())\n"
                "    blocks = [int(block[1]) for block in map(BLOCK.match, named) if block]\n"
                "    num_blocks = max(blocks, default=-1) + 1\n"
                "    rates = {\n"
                "        parameter: settings.lr\n"
                "        * settings.layer_decay ** (num_blocks + 1 - find_layer(name, num_blocks))\n"
                "        for name, parameter in named.items()\n"
                "    }\n"
                "    groups = split_by_rate(parameter_groups(model, settings.weight_decay), rates)\n"
                "    return AdamW(groups, lr=settings.lr, betas=settings.betas)\n"
            ),
        ),
    ),
    edit(
        "quantiles",
        "three quantiles of each number are learned, and the median is what is predicted",
        ("resnet_numbers",),
        Text("objective.py", "import torch.nn.functional as F\n", ""),
        Text(
            "objective.py",
            "\n\n@dataclass\n",
            "\nQUANTILES = (0.1, 0.5, 0.9)  # the one in the middle is what is predicted\n\n\n@dataclass\n",
        ),
        Text(
            "objective.py",
            'return len(info["target_columns"])',
            'return len(info["target_columns"]) * len(QUANTILES)',
        ),
        Text(
            "objective.py",
            "    std: Tensor\n",
            "    std: Tensor\n    quantiles: Tensor\n",
        ),
        Text(
            "objective.py",
            "    def forward(self",
            '        self.register_buffer("quantiles", torch.tensor(QUANTILES), persistent=False)\n\n'
            "    def forward(self",
        ),
        Text(
            "objective.py",
            '        losses = F.mse_loss(outputs, scaled, reduction="none")\n',
            "        errors = scaled[:, :, None] - self.split(outputs)\n"
            "        losses = torch.maximum(self.quantiles * errors, (self.quantiles - 1) * errors).mean(dim=2)\n",
        ),
        Text(
            "objective.py",
            "        return outputs * self.std + self.mean\n",
            "        return self.split(outputs).median(dim=2).values * self.std + self.mean\n\n"
            "    def split(self, outputs: Tensor) -> Tensor:\n"
            '        """Quantiles ``(B, K, 3)``."""\n'
            "        return outputs.float().unflatten(1, (-1, len(QUANTILES)))  # type: ignore[no-untyped-call]\n",
        ),
    ),
    edit(
        "features-of-ones-own",
        "what files tell of the nodes comes with the number of their neighbours",
        ("gin", "gin_labels", "gin_numbers"),
        Text(
            "sources.py",
            "    if graphs.words or graphs.numbers.size(1):\n        return graphs\n",
            "    if graphs.words or graphs.numbers.size(1):\n"
            "        neighbours = degree(graphs.edges[1], len(graphs.numbers), dtype=graphs.numbers.dtype)\n"
            "        return graphs._replace(numbers=torch.cat([graphs.numbers, neighbours[:, None]], dim=1))\n",
        ),
    ),
]
