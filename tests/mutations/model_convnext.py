"""Mistakes in the model.py of a ConvNeXt."""

from functools import partial

from .faults import API, LAYERS, MODEL_TYPE, SHAPE
from .mutation import Mutation, change

convnext = partial(change, "model.py")


def model(name: str, why: str, fault: str, where: str, old: str, new: str) -> Mutation:
    """All are in one project."""
    return convnext(f"convnext-{name}", why, fault, ("convnext",), where, old, new)


MUTATIONS = [
    model(
        "full-convolution",
        "a filter over all channels in place of one for each",
        LAYERS,
        "Block.__init__",
        "nn.Conv2d(channels, channels, 7, padding=3, groups=channels)",
        "nn.Conv2d(channels, channels, 7, padding=3)",
    ),
    model(
        "no-residual",
        "the branch replaces the input in place of adding to it",
        LAYERS,
        "Block.forward",
        "x + self.keep(x.new_ones(len(x), 1, 1, 1)) * branch",
        "self.keep(x.new_ones(len(x), 1, 1, 1)) * branch",
    ),
    model(
        "norm-over-the-image",
        "the norm of a pixel reaches over all pixels of the image",
        LAYERS,
        "ChannelNorm.forward",
        "super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)",
        "super().forward((x - x.mean((2, 3), keepdim=True)).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)",
    ),
    model(
        "axes-not-swapped-back",
        "height stands where the channels were, which broadcasting may hide",
        SHAPE,
        "Block.forward",
        "(self.scale * self.pointwise(branch)).permute(0, 3, 1, 2)",
        "(self.scale * self.pointwise(branch)).permute(0, 3, 2, 1)",
    ),
    model(
        "one-draw-for-the-batch",
        "all images of a batch lose a block together",
        LAYERS,
        "Block.forward",
        "x.new_ones(len(x), 1, 1, 1)",
        "x.new_ones(1, 1, 1, 1)",
    ),
    model(
        "a-draw-for-each-pixel",
        "pixels are dropped one by one in place of the whole branch",
        LAYERS,
        "Block.forward",
        "x.new_ones(len(x), 1, 1, 1)",
        "torch.ones_like(x)",
    ),
    model(
        "left-out-always-alike",
        "every block is left out as often as the last one",
        LAYERS,
        "ConvNeXt.__init__",
        "[settings.dropout * block / max(1, num_blocks - 1) for block in range(num_blocks)]",
        "[settings.dropout] * num_blocks",
    ),
    model(
        "scale-not-used",
        "the scale of a branch is a parameter that nothing uses",
        MODEL_TYPE,
        "Block.forward",
        "(self.scale * self.pointwise(branch)).permute(0, 3, 1, 2)",
        "(0.1 * self.pointwise(branch)).permute(0, 3, 1, 2)",
    ),
    model(
        "scale-is-no-parameter",
        "the scale of a branch is never trained, nor saved",
        MODEL_TYPE,
        "Block.__init__",
        "nn.Parameter(torch.full((channels,), 0.1))",
        "torch.full((channels,), 0.1)",
    ),
    model(
        "activation-after-the-mlp",
        "a ReLU behind the MLP: a branch can only add",
        LAYERS,
        "Block.__init__",
        "nn.Linear(4 * channels, channels)",
        "nn.Sequential(nn.Linear(4 * channels, channels), nn.ReLU())",
    ),
    model(
        "patches-of-four",
        "patches of the paper, for small images too",
        LAYERS,
        "ConvNeXt.__init__",
        "4 if shorter_side > 64 else 2 if shorter_side > 32 else 1",
        "min(4, shorter_side)",
    ),
    model(
        "halves-to-nothing",
        "halving goes on until no pixel is left",
        SHAPE,
        "ConvNeXt.__init__",
        "2 if size >= 4 else 1",
        "2",
    ),
    model(
        "norm-before-the-pool",
        "the mean over the images of the batch in place of that over pixels",
        LAYERS,
        "ConvNeXt.forward",
        "self.pool(x)",
        "self.pool(x - x.mean(0))",
    ),
    model(
        "added-to-the-input-in-place",
        "a block changes its input, which the branch before still needs",
        API,
        "Block.forward",
        "x + self.keep(x.new_ones(len(x), 1, 1, 1)) * branch",
        "x.add_(self.keep(x.new_ones(len(x), 1, 1, 1)) * branch)",
    ),
    model(
        "random-in-evaluation",
        "blocks are left out in evaluation too",
        LAYERS,
        "Block.forward",
        "self.keep(x.new_ones(len(x), 1, 1, 1))",
        "nn.functional.dropout(x.new_ones(len(x), 1, 1, 1), self.keep.p)",
    ),
]
