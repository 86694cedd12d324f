"""What people rightly do with labels and numbers, by somebody who had not seen the tests."""

from .mutation import Setting, Text, edit
from .projects import LABELS_PROJECTS, NUMBERS_PROJECTS

MEAN_SQUARED = ("resnet_numbers", "gcn_numbers")
YAML = "configs/default.yaml"

EDITS = [
    edit(
        "lower-threshold",
        "labels are predicted from a probability of 0.3 on",
        LABELS_PROJECTS,
        Setting("objective.threshold", 0.3),
    ),
    edit(
        "macro-f1",
        "evaluation also reports F1 as a mean over the labels",
        LABELS_PROJECTS,
        Text(
            "metrics.py",
            "        found = present.any(dim=0) & probabilities.isfinite().all()\n",
            "        by_label = predicted.sum(dim=0) + present.sum(dim=0)\n"
            "        f1 = 2 * (predicted & present).sum(dim=0) / by_label\n"
            "        macro_f1 = f1[present.any(dim=0)].mean().item()\n"
            "        found = present.any(dim=0) & probabilities.isfinite().all()\n",
        ),
        Text(
            "metrics.py",
            '        return {"map": sum(scores) / len(scores) if scores else float("nan"), "micro_f1": micro_f1}\n',
            '        mean = sum(scores) / len(scores) if scores else float("nan")\n'
            '        return {"map": mean, "micro_f1": micro_f1, "macro_f1": macro_f1}\n',
        ),
    ),
    edit(
        "vertical-flip",
        "images can be turned upside down, with a setting that is off",
        ("cnn_labels", "resnet", "resnet_numbers"),
        Text(
            "augment.py",
            "    rotation: Annotated",
            "    vertical_flip: Fraction\n"
            '    """Probability of turning upside down; 0 where that changes the class."""\n'
            "    rotation: Annotated",
        ),
        Text(
            "augment.py",
            "        # A crop of size `scale` may lie up to 1 - scale from the centre.\n",
            "        upside = 1.0 - 2.0 * (self.uniform(images, 0.0, 1.0, generator) < s.vertical_flip).float()\n"
            "        # A crop of size `scale` may lie up to 1 - scale from the centre.\n",
        ),
        Text(
            "augment.py",
            "        rows = [torch.stack([flip * cos, -sin, shift_x]), torch.stack([flip * sin, cos, shift_y])]\n",
            "        rows = [\n"
            "            torch.stack([flip * cos, -upside * sin, shift_x]),\n"
            "            torch.stack([flip * sin, upside * cos, shift_y]),\n"
            "        ]\n",
        ),
        Text(YAML, "  horizontal_flip: 0.0\n", "  horizontal_flip: 0.0\n  vertical_flip: 0.0\n"),
    ),
    edit(
        "score-by-micro-f1",
        "the best checkpoint is the one with the highest micro F1",
        LABELS_PROJECTS,
        Text("metrics.py", 'return metrics["map"]', 'return metrics["micro_f1"]'),
    ),
    edit(
        "hidden-layer-before-labels",
        "the head gets a hidden layer",
        ("gin_labels",),
        Text(
            "model.py",
            "            nn.Dropout(settings.dropout), nn.Linear(settings.depth * width, num_outputs)\n",
            "            nn.Linear(settings.depth * width, width),\n"
            "            nn.ReLU(),\n"
            "            nn.Dropout(settings.dropout),\n"
            "            nn.Linear(width, num_outputs),\n",
        ),
    ),
    edit(
        "focal-loss",
        "the loss becomes a focal loss, in training only, with a setting for its exponent",
        LABELS_PROJECTS,
        Text(
            "objective.py",
            '    """Probability from which on a label is predicted."""\n',
            '    """Probability from which on a label is predicted."""\n'
            "    focus: Annotated[float, Parameter(validator=validators.Number(gte=0))]\n"
            '    """Exponent that makes easy labels weigh less in training (Lin et al. 2017); 0: none."""\n',
        ),
        Text(
            "objective.py",
            '        self.info = {**info, "threshold": settings.threshold}\n',
            '        self.info = {**info, "threshold": settings.threshold}\n'
            "        self.focus = settings.focus\n",
        ),
        Text(
            "objective.py",
            "        count = self.count(target)\n",
            "        if self.training:\n"
            "            # One minus the probability of what is true.\n"
            "            wrong = (logits * (1 - 2 * target.nan_to_num())).sigmoid()\n"
            "            losses = losses * wrong**self.focus\n"
            "        count = self.count(target)\n",
        ),
        Text(YAML, "  threshold: 0.5\n", "  threshold: 0.5\n  focus: 2.0\n"),
    ),
    edit(
        "huber-with-delta",
        "the loss becomes Huber's, with its delta as a setting",
        MEAN_SQUARED,
        Text(
            "objective.py",
            "from torch import Tensor, nn\n",
            "from torch import Tensor, nn\n\nfrom .engine.ranges import Positive\n",
        ),
        Text(
            "objective.py",
            '    """There is nothing to set."""\n',
            "    delta: Positive = 0.5\n"
            '    """Error, in standard deviations, from which on the loss grows linearly."""\n',
        ),
        Text(
            "objective.py",
            "        self.info = info\n",
            "        self.info, self.delta = info, settings.delta\n",
        ),
        Text(
            "objective.py",
            'F.mse_loss(outputs, scaled, reduction="none")',
            'F.huber_loss(outputs, scaled, reduction="none", delta=self.delta)',
        ),
    ),
    edit(
        "bias-as-a-metric",
        "the mean signed error is a metric, and the best checkpoint is chosen by RMSE",
        NUMBERS_PROJECTS,
        Text(
            "metrics.py",
            "# Count, absolute and squared errors, targets and their squares, in standard deviations.",
            "# Count, absolute and squared errors, targets and their squares, signed errors.",
        ),
        Text("metrics.py", "torch.zeros(5, ", "torch.zeros(6, "),
        Text("metrics.py", "error**2, scaled, scaled**2])", "error**2, scaled, scaled**2, error])"),
        Text(
            "metrics.py",
            "        count, absolute, squared, total, total_squared = self.sums  # (K,)\n",
            "        count, absolute, squared, total, total_squared, signed = self.sums  # (K,)\n",
        ),
        Text(
            "metrics.py",
            '            "r2": r2[varies]',
            '            "bias": (unit * (signed / count)[count > 0].mean()).item(),\n            "r2": r2[varies]',
        ),
        Text("metrics.py", 'return -metrics["mae"]', 'return -metrics["rmse"]'),
    ),
    edit(
        "hidden-layer-before-numbers",
        "the head gets a hidden layer with a ReLU and dropout",
        ("lstm_numbers",),
        Text(
            "model.py",
            "        self.head = nn.Sequential(nn.Dropout(settings.dropout), nn.Linear(2 * width, num_outputs))\n",
            "        self.head = nn.Sequential(\n"
            "            nn.Dropout(settings.dropout),\n"
            "            nn.Linear(2 * width, width),\n"
            "            nn.ReLU(),\n"
            "            nn.Dropout(settings.dropout),\n"
            "            nn.Linear(width, num_outputs),\n"
            "        )\n",
        ),
    ),
    edit(
        "logarithm-both-ways",
        "the model learns logarithms with statistics of their own; predictions stay in the unit",
        MEAN_SQUARED,
        Text(
            "targets.py",
            "    means, deviations = [], []\n",
            "    means, deviations, log_means, log_deviations = [], [], [], []\n",
        ),
        Text(
            "targets.py",
            "        deviations.append(1.0 if is_constant else std.item())\n",
            "        deviations.append(1.0 if is_constant else std.item())\n"
            "        log_std, log_mean = torch.std_mean(known.sign() * known.abs().log1p(), correction=0)\n"
            "        log_means.append(log_mean.item())\n"
            "        log_deviations.append(1.0 if is_constant else log_std.item() or 1.0)\n",
        ),
        Text(
            "targets.py",
            '    return {"target_columns": columns, "target_mean": means, "target_std": deviations}\n',
            "    return {\n"
            '        "target_columns": columns,\n'
            '        "target_mean": means,\n'
            '        "target_std": deviations,\n'
            '        "log_mean": log_means,\n'
            '        "log_std": log_deviations,\n'
            "    }\n",
        ),
        Text("objective.py", 'info["target_mean"]', 'info["log_mean"]'),
        Text("objective.py", 'info["target_std"]', 'info["log_std"]'),
        Text(
            "objective.py",
            "        scaled = ((target - self.mean) / self.std).where(known, 0)\n",
            "        logarithm = target.sign() * target.abs().log1p()\n"
            "        scaled = ((logarithm - self.mean) / self.std).where(known, 0)\n",
        ),
        Text(
            "objective.py",
            "        return outputs * self.std + self.mean\n",
            "        logarithm = outputs * self.std + self.mean\n"
            "        return logarithm.sign() * logarithm.abs().expm1()\n",
        ),
    ),
    edit(
        "feature-noise",
        "noise is added to numeric features, with a setting that is off",
        ("gcn_numbers",),
        Text(
            "augment.py",
            '    """Fraction of the features, which become 0, or of the categories, which become unknown."""\n',
            '    """Fraction of the features, which become 0, or of the categories, which become unknown."""\n'
            "    feature_noise: FractionBelowOne\n"
            '    """Standard deviation of the noise that is added to features; categories have none."""\n',
        ),
        Text(
            "augment.py",
            "        if self.settings.drop_features:\n",
            "        if self.settings.feature_noise and x.is_floating_point():\n"
            "            noise = torch.randn(x.shape, generator=generator, device=x.device)\n"
            "            x = x + self.settings.feature_noise * noise\n"
            "        if self.settings.drop_features:\n",
        ),
        Text(YAML, "  drop_features: 0.0\n", "  drop_features: 0.0\n  feature_noise: 0.0\n"),
    ),
    edit(
        "renamed-function",
        "read_number is called parse_number, where it is defined and where it is used",
        NUMBERS_PROJECTS,
        Text(
            "engine/number_cells.py",
            "{column: read_number(cell, column, place)",
            "{column: parse_number(cell, column, place)",
        ),
        Text("engine/number_cells.py", "def read_number(cell", "def parse_number(cell"),
    ),
]
