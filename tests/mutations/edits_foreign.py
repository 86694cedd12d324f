"""A model of another library takes the place of the one that is there: other settings, a head of another name."""

from functools import partial

from .mutation import Text, Whole, edit

config = partial(Text, "configs/default.yaml")
NO_LAYERS = Whole("tests/test_layers.py")  # what it says is of the model that was there

SETTINGS = '''

@dataclass
class ModelSettings:
    variant: Literal["tiny", "base"]
    """Name of the backbone, which says how large it is."""
    freeze: bool
    """Whether the classifier alone learns."""


'''
IMAGES = f'''"""A backbone of a library, and a new classifier.

Shapes: B batch, C channels, H height, W width, D features, K outputs.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import torch
from torch import Tensor, nn
{SETTINGS}class Backbone(nn.Module):
    """Images ``(B, C, H, W)`` to features ``(B, num_features)``."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.num_features = 4 * width
        sizes = [channels, width, 2 * width, 4 * width]
        self.conv1, self.conv2, self.conv3 = (
            nn.Conv2d(before, after, 3, stride=2 if number else 1, padding=1, bias=False)
            for number, (before, after) in enumerate(pairwise(sizes))
        )
        self.bn1, self.bn2, self.bn3 = (nn.BatchNorm2d(size) for size in sizes[1:])
        self.act = nn.SiLU()

    def forward(self, x: Tensor) -> Tensor:
        x = self.act(self.bn1(self.conv1(x)))
        x = self.act(self.bn2(self.conv2(x)))
        x = self.act(self.bn3(self.conv3(x)))  # (B, D, h, w)
        return x.mean(dim=(2, 3))


class Classifier(nn.Module):
    """Standardised images ``(B, C, H, W)`` to logits ``(B, K)``."""

    def __init__(self, settings: ModelSettings, channels: int, num_outputs: int) -> None:
        super().__init__()
        self.freeze = settings.freeze
        self.backbone = Backbone(channels, width={{"tiny": 16, "base": 32}}[settings.variant])
        self.backbone.requires_grad_(not settings.freeze)
        self.fc = nn.Linear(self.backbone.num_features, num_outputs)

    def train(self, mode: bool = True) -> "Classifier":
        """What is frozen keeps the statistics that it came with."""
        super().train(mode)
        self.backbone.train(mode and not self.freeze)
        return self

    def forward(self, images: Tensor) -> Tensor:
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.freeze):
            features = self.backbone(images)  # (B, D)
        return self.fc(features)  # (B, K)


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> Classifier:
    """Sizes the model to the data, as data.py reports it."""
    return Classifier(settings, info["channels"], num_outputs)
'''
TEXTS = f'''"""An encoder of torch, and a new classifier.

Shapes: B batch, T tokens, D width, K outputs.
"""

from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn
{SETTINGS}LONGEST = 1024  # tokens that have a position


class Encoder(nn.Module):
    """Token ids and their mask ``(B, T)`` to states ``(B, T, D)``."""

    def __init__(self, vocabulary_size: int, width: int, depth: int) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(vocabulary_size, width)
        self.position_embeddings = nn.Embedding(LONGEST, width)
        nn.init.normal_(self.word_embeddings.weight, std=0.02)
        nn.init.normal_(self.position_embeddings.weight, std=0.02)
        self.norm = nn.LayerNorm(width)
        layer = nn.TransformerEncoderLayer(
            width, 4, 4 * width, activation="gelu", batch_first=True, norm_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)

    def forward(self, token_ids: Tensor, mask: Tensor) -> Tensor:
        positions = torch.arange(token_ids.size(1), device=token_ids.device).expand_as(token_ids)
        x = self.word_embeddings(token_ids) + self.position_embeddings(positions)
        return self.encoder(self.norm(x), src_key_padding_mask=~mask)


class Classifier(nn.Module):
    """Token ids ``(B, T)``, int64, and their bool mask ``(B, T)`` to logits ``(B, K)``."""

    def __init__(self, settings: ModelSettings, vocabulary_size: int, num_outputs: int) -> None:
        super().__init__()
        width, depth = {{"tiny": (32, 1), "base": (128, 4)}}[settings.variant]
        self.bert = Encoder(vocabulary_size, width, depth)
        self.bert.requires_grad_(not settings.freeze)
        self.classifier = nn.Linear(width, num_outputs)

    def forward(self, token_ids: Tensor, mask: Tensor) -> Tensor:
        x = self.bert(token_ids, mask)  # (B, T, D)
        real = mask[:, :, None]  # (B, T, 1)
        return self.classifier((x * real).sum(dim=1) / real.sum(dim=1))  # (B, K)


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> Classifier:
    """Sizes the model to the data, as data.py reports it."""
    return Classifier(settings, info["vocabulary_size"], num_outputs)
'''
NODES = f'''"""A model of PyTorch Geometric, and a new classifier.

Shapes: V nodes, E edges, F features, C columns of categories (int64), D width, K outputs.
"""

from dataclasses import dataclass
from typing import Any, Literal

from torch import Tensor, nn
from torch_geometric.nn.models import GraphSAGE
{SETTINGS}class Classifier(nn.Module):
    """Features ``(V, F)`` or categories ``(V, C)``, and edges ``(2, E)``, to logits ``(V, K)``."""

    def __init__(
        self, settings: ModelSettings, num_features: int, num_categories: int, num_outputs: int
    ) -> None:
        super().__init__()
        width = {{"tiny": 32, "base": 128}}[settings.variant]
        self.encode: nn.Module = nn.Linear(num_features, width)
        if num_categories:
            self.encode = nn.EmbeddingBag(num_categories, width, mode="sum", padding_idx=0)
        self.backbone = GraphSAGE(width, width, num_layers=2, dropout=0.2)
        self.backbone.requires_grad_(not settings.freeze)
        self.classifier = nn.Linear(width, num_outputs)

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        x = self.backbone(self.encode(x), edge_index)  # (V, D)
        return self.classifier(x)  # (V, K)


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> Classifier:
    """Sizes the model to the data, as data.py reports it."""
    return Classifier(settings, info["num_features"], info["num_categories"], num_outputs)
'''
GRAPHS = (
    NODES.replace(
        "Shapes: V nodes, E edges, F features, C columns of categories (int64), D width, K outputs.",
        "Shapes: V nodes, E edges, G graphs, F features, C columns of categories (int64), D width,\nK outputs.",
    )
    .replace("``(V, K)``", "``(G, K)``")
    .replace(
        "edge_index: Tensor) -> Tensor:",
        "edge_index: Tensor, graph: Tensor, sizes: Tensor) -> Tensor:",
    )
    .replace(
        "        return self.classifier(x)  # (V, K)\n",
        "        x = x.new_zeros(len(sizes), x.size(1)).index_add(0, graph, x)  # (G, D)\n"
        "        return self.classifier(x / sizes.clamp(min=1)[:, None])  # (G, K)\n",
    )
)

FORMS = {  # the new model, and the settings of the one that was there, by project
    "images": (
        IMAGES,
        {
            "resnet": "  width: 32\n  blocks_per_stage: 2\n  num_stages: 3\n  dropout: 0.0\n",
            "cnn_labels": "  width: 32\n  num_stages: 3\n  dropout: 0.1\n",
        },
    ),
    "texts": (
        TEXTS,
        {
            "lstm": "  width: 64\n  num_layers: 1\n  dropout: 0.3\n",
            "lstm_numbers": "  width: 64\n  num_layers: 1\n  dropout: 0.3\n",
        },
    ),
    "nodes": (NODES, {"gcn": "  width: 64\n  depth: 2\n  dropout: 0.5\n"}),
    "graphs": (GRAPHS, {"gin": "  width: 32\n  depth: 5\n  dropout: 0.5\n"}),
}

EDITS = [
    edit(
        f"{'frozen' if freeze else 'foreign'}-backbone-of-{form}{'-with-another-target' * bool(number)}",
        f"model.py is replaced by a backbone of a library{', which is frozen' * freeze}, with settings of its own",
        (project,),
        Whole("model.py", content),
        config(f"model:\n{settings}", f"model:\n  variant: tiny\n  freeze: {str(freeze).lower()}\n"),
        NO_LAYERS,
    )
    for form, (content, projects) in FORMS.items()
    for number, (project, settings) in enumerate(projects.items())
    for freeze in (False, True)
]
