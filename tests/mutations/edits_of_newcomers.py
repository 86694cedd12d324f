"""What people rightly did who had the README only, and what their tests cried wolf at."""

from functools import partial

from .mutation import Setting, Text, edit

model = partial(Text, "model.py")
augment = partial(Text, "augment.py")
targets = partial(Text, "targets.py")
data = partial(Text, "data.py")
config = partial(Text, "configs/default.yaml")

IMAGE_COLUMNS = "  path: null\n  columns: [file, label]\n"
TEXT_COLUMNS = "  path: null\n  columns: [text, label]\n"
REVIEWS = [f"It was film {number} of {number % 7} that I saw,{number % 3} stars" for number in range(90)]

OWN_DATA = [
    edit(
        "own-images",
        "a table of images that only this machine has",
        ("cnn", "resnet_numbers"),
        config(IMAGE_COLUMNS, "  path: data/photos/labels.csv\n  columns: [photo, kind]\n"),
    ),
    edit(
        "own-images-with-a-column-for-each-label",
        "a table of images with several columns of labels",
        ("cnn_labels",),
        config(IMAGE_COLUMNS, "  path: data/photos/labels.csv\n  columns: [photo, cat, dog]\n"),
    ),
    edit(
        "own-images-of-another-size",
        "a folder of images that are scaled to 96 pixels",
        ("cnn", "vit"),
        config("  path: null\n", "  path: data/photos\n"),
        config("  image_size: null\n", "  image_size: 96\n"),
    ),
    edit(
        "own-texts",
        "a table of texts that only this machine has",
        ("lstm", "textcnn_labels", "lstm_numbers"),
        config(TEXT_COLUMNS, "  path: data/reviews.csv\n  columns: [review, stars]\n"),
    ),
    edit(
        "own-texts-beside-the-code",
        "a table of texts that is kept with the project",
        ("transformer",),
        config(TEXT_COLUMNS, "  path: data/reviews.csv\n  columns: [review, stars]\n"),
        Text("data/reviews.csv", "", "\n".join(["review,stars", *REVIEWS]) + "\n"),
    ),
    edit(
        "own-graph",
        "a directed graph with categories",
        ("gcn", "gcn_numbers"),
        config("  path: null\n", "  path: data/citations\n"),
        config("  directed: false\n  categorical: []\n", "  directed: true\n  categorical: [venue]\n"),
    ),
    edit(
        "own-graphs",
        "a folder of graphs that only this machine has",
        ("gin", "gin_labels", "gin_numbers"),
        config("  path: null\n", "  path: data/MUTAG\n"),
    ),
]

SETTINGS = [
    edit(
        "images-may-be-mirrored",
        "horizontal_flip is 0.5, as the file says for photographs",
        ("cnn", "cnn_labels", "resnet_numbers"),
        Setting("augment.horizontal_flip", 0.5),
    ),
    edit(
        "optimizer-epsilon",
        "AdamW gets its epsilon as a setting",
        ("resnet", "gin"),
        Text(
            "optim.py",
            '    """Decay of the running means of gradient and squared gradient."""\n',
            '    """Decay of the running means of gradient and squared gradient."""\n'
            "    eps: Positive\n"
            '    """What is added to the root of the squared gradient."""\n',
        ),
        Text("optim.py", "betas=settings.betas)", "betas=settings.betas, eps=settings.eps)"),
        config("  betas: [0.9, 0.999]\n", "  betas: [0.9, 0.999]\n  eps: 1.0e-8\n"),
    ),
    edit(
        "activation-as-a-setting",
        "the activation of the hidden layers is chosen by its name",
        ("mlp",),
        model("from typing import Any\n", "from typing import Any, Literal\n"),
        model(
            '    """Fraction of hidden units that are dropped in training."""\n',
            '    """Fraction of hidden units that are dropped in training."""\n'
            '    activation: Literal["relu", "gelu"]\n'
            '    """What follows each hidden layer."""\n',
        ),
        model(
            "    def __init__(self, in_features: int, out_features: int, dropout: float) -> None:\n",
            "    def __init__(\n"
            "        self, in_features: int, out_features: int, dropout: float, activation: str\n"
            "    ) -> None:\n",
        ),
        model(
            "            nn.ReLU(inplace=True),\n",
            '            nn.GELU() if activation == "gelu" else nn.ReLU(),\n',
        ),
        model(
            "            self.body.append(Block(in_features, settings.width, settings.dropout))\n",
            "            block = Block(in_features, settings.width, settings.dropout, settings.activation)\n"
            "            self.body.append(block)\n",
        ),
        config("  depth: 2\n", "  depth: 2\n  activation: gelu\n"),
    ),
    edit(
        "power-of-the-cosine",
        "the schedule gets an exponent as a setting",
        ("resnet", "lstm"),
        Text(
            "schedule.py",
            '    """Last learning rate, as a fraction of the peak."""\n',
            '    """Last learning rate, as a fraction of the peak."""\n'
            "    power: ranges.Positive = 1.0\n"
            '    """Exponent of the cosine: more falls sooner."""\n',
        ),
        Text(
            "schedule.py",
            "    return settings.floor + (1.0 - settings.floor) * (1.0 + math.cos(math.pi * progress)) / 2.0\n",
            "    cosine = (1.0 + math.cos(math.pi * progress)) / 2.0\n"
            "    return settings.floor + (1.0 - settings.floor) * cosine**settings.power\n",
        ),
    ),
    edit(
        "straight-line-schedule",
        "the learning rate falls along a straight line",
        ("resnet", "lstm"),
        Text("schedule.py", "import math\n", ""),
        Text(
            "schedule.py",
            "(1.0 - settings.floor) * (1.0 + math.cos(math.pi * progress)) / 2.0",
            "(1.0 - settings.floor) * (1.0 - progress)",
        ),
    ),
]


def at_the_end_of_a_block(parameter: str, layer: str, setting: str) -> list[Text]:
    """Put a layer behind the last norm of each residual block."""
    return [
        model(
            "    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:\n",
            "    def __init__(self, in_channels: int, out_channels: int, stride: int, "
            f"{parameter}) -> None:\n",
        ),
        model(
            "            nn.BatchNorm2d(out_channels),\n        )\n        self.shortcut",
            "            nn.BatchNorm2d(out_channels),\n"
            f"            {layer},\n"
            "        )\n"
            "        self.shortcut",
        ),
        model(
            "                first = block == 0\n"
            "                self.stages.append(BasicBlock(in_channels, out_channels, stride if first else 1))\n",
            "                sizes = (in_channels, out_channels, stride if block == 0 else 1)\n"
            f"                self.stages.append(BasicBlock(*sizes, settings.{setting}))\n",
        ),
    ]


SQUEEZE = '''class SqueezeExcitation(nn.Module):
    """Scales the channels of ``(B, C, H, W)`` by what their means say (Hu et al. 2018)."""

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        width = max(8, channels // reduction)
        self.scale = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(channels, width, 1),
            nn.ReLU(),
            nn.Conv2d(width, channels, 1),
            nn.Sigmoid(),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x * self.scale(x)


'''
ATTENTION_POOL = '''class AttentionPool(nn.Module):
    """A mean over ``(B, T, D)`` whose weights are learned: ``(B, D)``."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.query = nn.Parameter(torch.randn(width) / width**0.5)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        scores = (x @ self.query).masked_fill(~mask, float("-inf"))  # (B, T)
        return (scores.softmax(dim=1)[:, :, None] * x).sum(dim=1)


'''
ADDITIVE_ATTENTION = '''class AdditiveAttention(nn.Module):
    """A mean over ``(B, T, D)`` with the weights of Bahdanau et al. 2015: ``(B, D)``."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(width, width)
        self.score = nn.Linear(width, 1, bias=False)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        scores = self.score(self.hidden(x).tanh()).masked_fill(~mask[:, :, None], float("-inf"))
        return (scores.softmax(dim=1) * x).sum(dim=1)


'''
MEAN_CONV = '''class MeanConv(MessagePassing):
    """Nodes ``(V, D_in)`` and the mean of their neighbours to ``(V, D_out)``."""

    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__(aggr="mean")
        self.own = nn.Linear(in_features, out_features)
        self.others = nn.Linear(in_features, out_features, bias=False)

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        return self.own(x) + self.propagate(edge_index, x=self.others(x))

    def message(self, x_j: Tensor) -> Tensor:
        return x_j


'''
STOCHASTIC_DEPTH = '''class StochasticDepth(nn.Module):
    """Leaves out the whole branch of some samples in training (Huang et al. 2016)."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.rate == 0:
            return x
        kept = torch.rand(len(x), *[1] * (x.ndim - 1), device=x.device) >= self.rate
        return x * kept / (1 - self.rate)


'''
IMPORT_TORCH = model("from torch import Tensor, nn\n", "import torch\nfrom torch import Tensor, nn\n")
RESNET_HEAD = (
    "        self.head = nn.Sequential(nn.Dropout(settings.dropout), nn.Linear(in_channels, num_outputs))\n"
)
CNN_HEAD = (
    "        self.head = nn.Sequential(nn.Dropout(settings.dropout), nn.Linear(channels, num_outputs))\n"
)

LAYERS = [
    edit(
        "squeeze-and-excitation",
        "residual blocks get squeeze and excitation, with a setting for its width",
        ("resnet", "resnet_numbers"),
        model(
            '    """Number of residual blocks in each stage."""\n',
            '    """Number of residual blocks in each stage."""\n'
            "    reduction: Count\n"
            '    """Channels of a block for each hidden unit of squeeze and excitation."""\n',
        ),
        model("class BasicBlock(nn.Module):\n", SQUEEZE + "class BasicBlock(nn.Module):\n"),
        *at_the_end_of_a_block("reduction: int", "SqueezeExcitation(out_channels, reduction)", "reduction"),
        config("  num_stages: 3\n", "  num_stages: 3\n  reduction: 16\n"),
    ),
    edit(
        "largest-beside-mean-of-an-image",
        "the head sees the largest feature beside the mean",
        ("cnn", "cnn_labels"),
        IMPORT_TORCH,
        model("        self.pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())\n", ""),
        model(
            CNN_HEAD,
            "        self.head = nn.Sequential(\n"
            "            nn.Dropout(settings.dropout), nn.Linear(2 * channels, num_outputs)\n"
            "        )\n",
        ),
        model(
            "        x = self.pool(x)  # (B, D)\n",
            "        x = torch.cat([x.mean(dim=(2, 3)), x.amax(dim=(2, 3))], dim=1)  # (B, 2D)\n",
        ),
    ),
    edit(
        "largest-beside-mean-of-a-text",
        "the head sees the largest feature beside the mean",
        ("transformer",),
        model("nn.Linear(settings.width, num_outputs)", "nn.Linear(2 * settings.width, num_outputs)"),
        model(
            "        x = (self.norm(x) * real).sum(dim=1) / real.sum(dim=1)  # (B, D)\n",
            "        x = self.norm(x)\n"
            "        mean = (x * real).sum(dim=1) / real.sum(dim=1)  # (B, D)\n"
            '        largest = x.masked_fill(~real, float("-inf")).amax(dim=1)  # (B, D)\n'
            "        x = torch.cat([mean, largest], dim=1)  # (B, 2D)\n",
        ),
    ),
    edit(
        "hidden-layer-in-the-head-of-a-resnet",
        "the head gets a hidden layer",
        ("resnet",),
        model(
            RESNET_HEAD,
            "        self.head = nn.Sequential(\n"
            "            nn.Linear(in_channels, in_channels),\n"
            "            nn.ReLU(),\n"
            "            nn.Dropout(settings.dropout),\n"
            "            nn.Linear(in_channels, num_outputs),\n"
            "        )\n",
        ),
    ),
    edit(
        "hidden-layer-in-the-head-of-a-transformer",
        "the head gets a hidden layer",
        ("vit", "transformer"),
        model(
            "        self.head = nn.Linear(settings.width, num_outputs)\n",
            "        self.head = nn.Sequential(\n"
            "            nn.Linear(settings.width, settings.width),\n"
            "            nn.GELU(),\n"
            "            nn.Linear(settings.width, num_outputs),\n"
            "        )\n",
        ),
    ),
    edit(
        "virtual-node",
        "after each layer, nodes hear of their whole graph",
        ("gin", "gin_labels"),
        model(
            '        self.mean_num_nodes = info["mean_num_nodes"]\n',
            "        self.virtual = nn.ModuleList(\n"
            "            nn.Sequential(nn.Linear(width, width), nn.ReLU()) for _ in range(settings.depth)\n"
            "        )\n"
            '        self.mean_num_nodes = info["mean_num_nodes"]\n',
        ),
        model(
            "        for layer in self.layers:\n            x = layer(x, *edges)  # (V, D)\n",
            "        for layer, virtual in zip(self.layers, self.virtual, strict=True):\n"
            "            x = layer(x, *edges)  # (V, D)\n"
            "            total = x.new_zeros(len(sizes), x.size(1)).index_add(0, graph, x)  # (G, D)\n"
            "            x = x + virtual(total / self.mean_num_nodes)[graph]\n",
        ),
    ),
    edit(
        "stochastic-depth-of-a-resnet",
        "whole blocks are left out at random, with a setting for how often",
        ("resnet",),
        IMPORT_TORCH,
        model(
            '    """Number of residual blocks in each stage."""\n',
            '    """Number of residual blocks in each stage."""\n'
            "    drop_path: FractionBelowOne\n"
            '    """Fraction of the samples that skip a block in training."""\n',
        ),
        model("class BasicBlock(nn.Module):\n", STOCHASTIC_DEPTH + "class BasicBlock(nn.Module):\n"),
        *at_the_end_of_a_block("rate: float", "StochasticDepth(rate)", "drop_path"),
        config("  num_stages: 3\n", "  num_stages: 3\n  drop_path: 0.1\n"),
    ),
    edit(
        "stochastic-depth-of-a-transformer",
        "whole branches are left out at random, at a rate that stands in the code",
        ("transformer",),
        model(
            "class TransformerBlock(nn.Module):\n", STOCHASTIC_DEPTH + "class TransformerBlock(nn.Module):\n"
        ),
        model(
            "        self.dropout = nn.Dropout(dropout)\n        self.mlp",
            "        self.dropout = nn.Sequential(nn.Dropout(dropout), StochasticDepth(0.1))\n        self.mlp",
        ),
        model(
            "            nn.Linear(4 * width, width),\n            nn.Dropout(dropout),\n",
            "            nn.Linear(4 * width, width),\n"
            "            nn.Dropout(dropout),\n"
            "            StochasticDepth(0.1),\n",
        ),
    ),
    edit(
        "attention-over-an-lstm",
        "a learned mean takes the place of the maximum, its query a parameter of its own",
        ("lstm", "lstm_numbers"),
        model("class LSTMClassifier(nn.Module):\n", ATTENTION_POOL + "class LSTMClassifier(nn.Module):\n"),
        model(
            "        self.head = nn.Sequential(",
            "        self.pool = AttentionPool(2 * width)\n        self.head = nn.Sequential(",
        ),
        model(
            '        x = x.masked_fill(~mask[:, :, None], float("-inf")).amax(dim=1)  # (B, 2H)\n',
            "        x = self.pool(x, mask)  # (B, 2H)\n",
        ),
    ),
    edit(
        "additive-attention-over-an-lstm",
        "a learned mean takes the place of the maximum, made of two layers",
        ("lstm",),
        model(
            "class LSTMClassifier(nn.Module):\n", ADDITIVE_ATTENTION + "class LSTMClassifier(nn.Module):\n"
        ),
        model(
            "        self.head = nn.Sequential(",
            "        self.pool = AdditiveAttention(2 * width)\n        self.head = nn.Sequential(",
        ),
        model(
            '        x = x.masked_fill(~mask[:, :, None], float("-inf")).amax(dim=1)  # (B, 2H)\n',
            "        x = self.pool(x, mask)  # (B, 2H)\n",
        ),
    ),
    edit(
        "class-token-of-images",
        "a class token, a parameter of the model, takes the place of the mean",
        ("vit",),
        model(
            "        self.position = nn.Embedding(num_patches, settings.width)\n",
            "        self.class_token = nn.Parameter(torch.zeros(1, 1, settings.width))\n"
            "        self.position = nn.Embedding(num_patches, settings.width)\n",
        ),
        model(
            "        x = self.norm(self.blocks(x)).mean(dim=1)  # (B, D)\n",
            "        x = torch.cat([self.class_token.expand(len(x), -1, -1), x], dim=1)\n"
            "        x = self.norm(self.blocks(x))[:, 0]  # (B, D)\n",
        ),
    ),
    edit(
        "class-token-of-texts",
        "a class token, a parameter of the model, takes the place of the mean",
        ("transformer",),
        model(
            "        self.dropout = nn.Dropout(settings.dropout)\n        self.blocks",
            "        self.class_token = nn.Parameter(torch.zeros(settings.width))\n"
            "        self.dropout = nn.Dropout(settings.dropout)\n"
            "        self.blocks",
        ),
        model(
            "        for block in self.blocks:\n",
            "        token = self.class_token.expand(len(x), 1, -1)\n"
            "        x = torch.cat([token, x], dim=1)  # (B, 1 + T, D)\n"
            "        mask = F.pad(mask, (1, 0), value=True)\n"
            "        for block in self.blocks:\n",
        ),
        model(
            "        real = mask[:, :, None]  # (B, T, 1)\n"
            "        x = (self.norm(x) * real).sum(dim=1) / real.sum(dim=1)  # (B, D)\n"
            "        return self.head(x)\n",
            "        return self.head(self.norm(x[:, 0]))  # (B, K)\n",
        ),
    ),
    edit(
        "message-passing-of-one's-own",
        "a layer of one's own, a subclass of MessagePassing",
        ("gcn", "gcn_numbers"),
        model("from torch_geometric.nn import GCNConv\n", "from torch_geometric.nn import MessagePassing\n"),
        model("class GCN(nn.Module):\n", MEAN_CONV + "class GCN(nn.Module):\n"),
        model("GCNConv(*sizes)", "MeanConv(*sizes)"),
    ),
]

FREEZING = [
    edit(
        "frozen-stem",
        "the first layers of images do not learn",
        ("resnet", "resnet_numbers"),
        model(
            "    def forward(self, images: Tensor) -> Tensor:\n",
            "        self.stem.requires_grad_(False)\n\n    def forward(self, images: Tensor) -> Tensor:\n",
        ),
    ),
    edit(
        "frozen-embedding",
        "the embedding of tokens does not learn",
        ("lstm", "transformer", "textcnn_labels"),
        model("padding_idx=0)\n", "padding_idx=0)\n        self.embedding.requires_grad_(False)\n"),
    ),
    edit(
        "frozen-layer-of-graphs",
        "the first layer does not learn",
        ("gin",),
        model(
            '        self.mean_num_nodes = info["mean_num_nodes"]\n',
            '        self.layers[0].requires_grad_(False)\n        self.mean_num_nodes = info["mean_num_nodes"]\n',
        ),
    ),
    edit(
        "freezing-as-a-setting",
        "all but the head is frozen where the setting says so",
        ("resnet",),
        model(
            '    """Number of residual blocks in each stage."""\n',
            '    """Number of residual blocks in each stage."""\n'
            "    freeze: bool\n"
            '    """Whether the head alone learns."""\n',
        ),
        model(
            "    def forward(self, images: Tensor) -> Tensor:\n",
            "        self.stem.requires_grad_(not settings.freeze)\n"
            "        self.stages.requires_grad_(not settings.freeze)\n\n"
            "    def forward(self, images: Tensor) -> Tensor:\n",
        ),
        config("  num_stages: 3\n", "  num_stages: 3\n  freeze: true\n"),
    ),
]

NO_DROPOUT = [
    edit(
        "resnet-without-dropout",
        "the model has no dropout, and no setting for it",
        ("resnet",),
        model(
            "    dropout: FractionBelowOne\n"
            '    """Fraction of the features before the head that are dropped in training."""\n',
            "",
        ),
        model("import Count, FractionBelowOne\n", "import Count\n"),
        model(RESNET_HEAD, "        self.head = nn.Linear(in_channels, num_outputs)\n"),
        config("  num_stages: 3\n  dropout: 0.0\n", "  num_stages: 3\n"),
    ),
    edit(
        "lstm-without-dropout",
        "the model has no dropout, and no setting for it",
        ("lstm",),
        model(
            "    dropout: FractionBelowOne\n"
            '    """Fraction of the inputs of each layer and of the head that is dropped in training."""\n',
            "",
        ),
        model("import Count, FractionBelowOne\n", "import Count\n"),
        model("        self.dropout = nn.Dropout(settings.dropout)\n", ""),
        model(
            "nn.Sequential(nn.Dropout(settings.dropout), nn.Linear(2 * width, num_outputs))",
            "nn.Linear(2 * width, num_outputs)",
        ),
        model("layer(self.dropout(x), reverse_index)", "layer(x, reverse_index)"),
        config("  num_layers: 1\n  dropout: 0.3\n", "  num_layers: 1\n"),
    ),
    edit(
        "gin-without-dropout",
        "the model has no dropout, and no setting for it",
        ("gin",),
        model(
            "    dropout: FractionBelowOne\n"
            '    """Fraction of the features that are dropped in training."""\n',
            "",
        ),
        model("import Count, FractionBelowOne\n", "import Count\n"),
        model(
            "        self.head = nn.Sequential(\n"
            "            nn.Dropout(settings.dropout), nn.Linear(settings.depth * width, num_outputs)\n"
            "        )\n",
            "        self.head = nn.Linear(settings.depth * width, num_outputs)\n",
        ),
        config("  depth: 5\n  dropout: 0.5\n", "  depth: 5\n"),
    ),
]

BALANCED_SAMPLER = '''class BalancedSampler(EpochSampler):
    """Draws each class as often as any other."""

    def __init__(self, weights: Tensor, batch_size: int, seed: int) -> None:
        super().__init__(len(weights), batch_size, seed)
        self.weights = weights

    def make_batches(self, generator: Generator) -> list[list[int]]:
        order = torch.multinomial(self.weights, self.length, replacement=True, generator=generator)
        return chunk(order.tolist(), self.batch_size)[: len(self)]


'''

DATA = [
    edit(
        "classes-drawn-equally-often",
        "a weighted sampler draws each class as often as any other",
        ("cnn",),
        data("import EpochSampler, batches_in_order\n", "import EpochSampler, batches_in_order, chunk\n"),
        data("def to_pixels(", BALANCED_SAMPLER + "def to_pixels("),
        data(
            '    sampler = EpochSampler(len(splits["train"]), settings.batch_size, seed)\n',
            '    targets = datasets["train"].targets\n'
            "    sampler = BalancedSampler(1 / targets.bincount()[targets], settings.batch_size, seed)\n",
        ),
    ),
    edit(
        "classes-of-texts-drawn-equally-often",
        "a weighted sampler draws each class as often as any other",
        ("lstm",),
        data("from .engine.buckets import BucketSampler\n", ""),
        data("import EpochSampler, batches_in_order\n", "import EpochSampler, batches_in_order, chunk\n"),
        data("class Texts(", BALANCED_SAMPLER + "class Texts("),
        data(
            '    lengths = [len(token_ids) for token_ids in datasets["train"].token_ids]\n'
            "    sampler = BucketSampler(lengths, settings.batch_size, seed)\n",
            '    targets = datasets["train"].targets\n'
            "    sampler = BalancedSampler(1 / targets.bincount()[targets], settings.batch_size, seed)\n",
        ),
    ),
    edit(
        "classes-of-graphs-drawn-equally-often",
        "a weighted sampler draws each class as often as any other",
        ("gin",),
        data("import EpochSampler, batches_in_order\n", "import EpochSampler, batches_in_order, chunk\n"),
        data("def split_graphs(", BALANCED_SAMPLER + "def split_graphs("),
        data(
            "    sampler = EpochSampler(len(train), settings.batch_size, seed)\n",
            "    weights = 1 / targets[train].bincount()[targets[train]]\n"
            "    sampler = BalancedSampler(weights, settings.batch_size, seed)\n",
        ),
    ),
    edit(
        "classes-in-the-order-of-their-appearance",
        "classes are not sorted: the first is that of the first example",
        ("resnet", "lstm", "gcn", "gin"),
        targets(
            "sorted({label.text for label in labels})",
            "list(dict.fromkeys(label.text for label in labels))",
        ),
    ),
    edit(
        "labels-in-the-order-of-their-appearance",
        "labels are not sorted: the first is that of the first example",
        ("cnn_labels", "textcnn_labels", "gin_labels"),
        targets(
            "sorted({name for label in labels for name in find_present(label)})",
            "list(dict.fromkeys(name for label in labels for name in find_present(label)))",
        ),
    ),
    edit(
        "grey-images",
        "some images lose their colours, with a setting that is off",
        ("cnn", "resnet_numbers"),
        augment(
            "    noise: Fraction\n",
            "    grey: Fraction\n"
            '    """Probability of losing all colour; of colour images only."""\n'
            "    noise: Fraction\n",
        ),
        augment(
            "        noise = torch.randn(",
            "        if pixels.size(1) == 3:\n"
            "            luma = (pixels * self.yiq[0][:, None, None]).sum(dim=1, keepdim=True)\n"
            "            is_grey = self.uniform(pixels, 0.0, 1.0, generator) < self.settings.grey\n"
            "            pixels = torch.where(is_grey[:, None, None, None], luma, pixels)\n"
            "        noise = torch.randn(",
        ),
        config("  horizontal_flip: 0.0\n", "  horizontal_flip: 0.0\n  grey: 0.0\n"),
    ),
    edit(
        "other-tokens",
        "some tokens become others, with a setting that is off",
        ("lstm", "textcnn_labels"),
        augment("import FractionBelowOne\n", "import Fraction, FractionBelowOne\n"),
        augment(
            "\n\nclass Augment(nn.Module):\n",
            "    other_tokens: Fraction\n"
            '    """Probability that a token becomes any other."""\n'
            "\n\nclass Augment(nn.Module):\n",
        ),
        augment(
            "        self.word_dropout = settings.word_dropout\n",
            "        self.word_dropout, self.other_tokens = settings.word_dropout, settings.other_tokens\n",
        ),
        augment(
            "        # All pieces of a word have the same index, from 0 to T.\n",
            "        shape, device = token_ids.shape, token_ids.device\n"
            "        is_other = torch.rand(shape, generator=generator, device=device) < self.other_tokens\n"
            "        known = (self.num_special, len(self.is_word_start))\n"
            "        others = torch.randint(*known, shape, generator=generator, device=device)\n"
            "        token_ids = torch.where(is_other & real, others, token_ids)\n"
            "        # All pieces of a word have the same index, from 0 to T.\n",
        ),
        config("augment:\n", "augment:\n  other_tokens: 0.0\n"),
    ),
    edit(
        "edges-within-a-graph",
        "some edges are added between nodes of the same graph, with a setting that is off",
        ("gin",),
        augment(
            '    """Fraction of the edges, both directions of an edge together (Rong et al. 2020)."""\n',
            '    """Fraction of the edges, both directions of an edge together (Rong et al. 2020)."""\n'
            "    add_edges: FractionBelowOne\n"
            '    """Edges that are added, both ways, as a fraction of the nodes."""\n',
        ),
        augment(
            "        if self.settings.drop_features:\n",
            "        if self.settings.add_edges:\n"
            "            chosen = ~sample_kept((len(x),), self.settings.add_edges, x.device, generator)\n"
            "            starts = chosen.nonzero().flatten()\n"
            "            first = sizes.cumsum(dim=0) - sizes\n"
            "            draws = torch.rand(len(starts), generator=generator, device=x.device)\n"
            "            ends = first[graph[starts]] + (draws * sizes[graph[starts]]).long()\n"
            "            new = torch.stack([torch.cat([starts, ends]), torch.cat([ends, starts])])\n"
            "            edge_index = torch.cat([edge_index, new], dim=1)\n"
            "            pad = nn.functional.pad  # they have no features\n"
            "            kept_edges = pad(kept_edges, (0, new.size(1)), value=True)\n"
            "            edge_attr = [pad(each, (0, 0, 0, new.size(1))) for each in edge_attr]\n"
            "        if self.settings.drop_features:\n",
        ),
        config("  drop_features: 0.0\n", "  drop_features: 0.0\n  add_edges: 0.0\n"),
    ),
]

EDITS = [*OWN_DATA, *SETTINGS, *LAYERS, *FREEZING, *NO_DROPOUT, *DATA]
