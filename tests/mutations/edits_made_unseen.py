"""What a practitioner rightly did who had seen no test, and what their tests cried wolf at."""

from .mutation import Text, edit

EDITS = [
    edit(
        "stripes-of-other-images",
        "images get a stripe of other ones, and targets their share of the classes, by a setting of its own",
        ("resnet",),
        Text("configs/default.yaml", "  noise: 0.02\n", "  noise: 0.02\n  stripes: 0.5\n"),
        Text(
            "augment.py",
            "    mixup: Fraction\n",
            (
                "    stripes: Fraction\n"
                '    """Probability that a batch gets a stripe of its other images, and of their classes."""\n'
                "    mixup: Fraction\n"
            ),
        ),
        Text(
            "augment.py",
            "            images, target = self.mix(images, target, generator)\n        return (images,), target\n\n",
            (
                "            images, target = self.mix(images, target, generator)\n"
                "        elif self.settings.stripes:\n"
                "            images, target = self.stripe(images, target, generator)\n"
                "        return (images,), target\n"
                "\n"
                "    def stripe(self, images: Tensor, target: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:\n"
                '        """Puts the same stripe of another image into each.\n'
                "\n"
                "        The target becomes the share of each class in the pixels, ``(B, K)``. All images have the\n"
                "        same stripe: a batch contains as much of each class as before.\n"
                '        """\n'
                "        is_mixed, wide, middle = torch.rand(3, generator=generator, device=images.device)\n"
                "        wide = wide * (is_mixed < self.settings.stripes)  # a stripe of no width changes nothing\n"
                "        size = images.size(3)\n"
                "        places = (torch.arange(size, device=images.device) + 0.5) / size\n"
                "        inside = (places - middle).abs() < wide / 2  # (W,)\n"
                "        partner = torch.randperm(len(images), generator=generator, device=images.device)\n"
                "        classes = F.one_hot(target, self.num_classes).to(images.dtype)\n"
                "        mixed = torch.where(inside, images[partner], images)\n"
                "        return mixed, classes.lerp(classes[partner], inside.to(images.dtype).mean())\n"
                "\n"
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
