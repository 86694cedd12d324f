"""Mistakes in augment.py."""

from functools import partial

from .faults import API, GPU, INPUT, PREPROCESSING, PROCESS, SHAPE
from .mutation import Edit, Mutation

edit = partial(Edit, "augment.py")
PIXELS = ("resnet", "vit")
TEXTS = ("lstm", "textcnn")
NODES = ("gcn", "gat")
GRAPHS = ("gin", "gcn_graphs")
ROWS = "rows = [torch.stack([flip * cos, -sin, shift_x]), torch.stack([flip * sin, cos, shift_y])]"

MUTATIONS = [
    Mutation(
        "augments-in-evaluation",
        "the augmentation works in evaluation too",
        PREPROCESSING,
        ("resnet", "lstm", "gcn", "gin"),
        (edit("Augment.forward", "if not self.training:\n    return (inputs, target)", "pass"),),
    ),
    Mutation(
        "augments-in-evaluation-only",
        "the condition is the wrong way round",
        PREPROCESSING,
        ("resnet", "lstm", "gcn", "gin"),
        (edit("Augment.forward", "not self.training", "self.training"),),
    ),
    Mutation(
        "one-draw-for-all-images",
        "all images of a batch are changed in the same way",
        PREPROCESSING,
        PIXELS,
        (
            edit(
                "Augment.uniform",
                "torch.rand(len(like), generator=generator, device=like.device)",
                "torch.rand(1, generator=generator, device=like.device).expand(len(like))",
            ),
        ),
    ),
    Mutation(
        "one-noise-for-all-images",
        "all images of a batch get the same noise",
        PREPROCESSING,
        PIXELS,
        (
            edit(
                "Augment.forward",
                "torch.randn(pixels.shape, generator=generator, device=pixels.device)",
                "torch.randn(pixels.shape[1:], generator=generator, device=pixels.device)",
            ),
        ),
    ),
    Mutation(
        "one-noise-for-all-pixels",
        "the noise is one number for each image",
        PREPROCESSING,
        PIXELS,
        (
            edit(
                "Augment.forward",
                "torch.randn(pixels.shape, generator=generator, device=pixels.device)",
                "torch.randn((len(pixels), 1, 1, 1), generator=generator, device=pixels.device)",
            ),
        ),
    ),
    Mutation(
        "uniform-noise",
        "the noise is not Gaussian: it only makes images brighter",
        API,
        PIXELS,
        (
            edit(
                "Augment.forward",
                "torch.randn(pixels.shape, generator=generator, device=pixels.device)",
                "torch.rand(pixels.shape, generator=generator, device=pixels.device)",
            ),
        ),
    ),
    Mutation(
        "standardised-clamped",
        "standardised images are clamped to [0, 1], which loses the dark half",
        PREPROCESSING,
        PIXELS,
        (
            edit(
                "Augment.forward",
                "pixels = (pixels + self.settings.noise * noise).clamp(0.0, 1.0)",
                "pixels = pixels + self.settings.noise * noise",
            ),
            edit(
                "Augment.forward",
                "(pixels - self.mean) / self.std",
                "((pixels - self.mean) / self.std).clamp(0.0, 1.0)",
            ),
        ),
    ),
    Mutation(
        "not-standardised-again",
        "augmented images are left in [0, 1]",
        PREPROCESSING,
        PIXELS,
        (edit("Augment.forward", "(pixels - self.mean) / self.std", "pixels"),),
    ),
    Mutation(
        "noise-of-standardised-images",
        "the noise is added to standardised images, for which it is not meant",
        PREPROCESSING,
        PIXELS,
        (
            edit(
                "Augment.forward",
                "pixels = (pixels + self.settings.noise * noise).clamp(0.0, 1.0)",
                "pixels = pixels.clamp(0.0, 1.0)",
            ),
            edit(
                "Augment.forward",
                "(pixels - self.mean) / self.std",
                "(pixels - self.mean) / self.std + self.settings.noise * noise",
            ),
        ),
    ),
    Mutation(
        "degrees-for-radians",
        "degrees are taken for radians",
        PREPROCESSING,
        PIXELS,
        (
            edit(
                "Augment.move",
                "self.uniform(images, -s.rotation, s.rotation, generator) * math.pi / 180",
                "self.uniform(images, -s.rotation, s.rotation, generator)",
            ),
        ),
    ),
    Mutation(
        "one-sided-rotation",
        "images are rotated to one side only",
        PREPROCESSING,
        PIXELS,
        (
            edit(
                "Augment.move",
                "self.uniform(images, -s.rotation, s.rotation, generator)",
                "self.uniform(images, 0.0, s.rotation, generator)",
            ),
        ),
    ),
    Mutation(
        "flips-the-others",
        "the probability of mirroring is that of not mirroring",
        PREPROCESSING,
        PIXELS,
        (
            edit(
                "Augment.move",
                "self.uniform(images, 0.0, 1.0, generator) < s.horizontal_flip",
                "self.uniform(images, 0.0, 1.0, generator) > s.horizontal_flip",
            ),
        ),
    ),
    Mutation(
        "flips-upside-down",
        "images are mirrored from top to bottom",
        PREPROCESSING,
        PIXELS,
        (
            edit(
                "Augment.move",
                ROWS,
                "rows = [torch.stack([cos, -flip * sin, shift_x]), torch.stack([sin, flip * cos, shift_y])]",
            ),
        ),
    ),
    Mutation(
        "crop-outside",
        "the crop may lie outside the image",
        PREPROCESSING,
        PIXELS,
        (
            edit(
                "Augment.move",
                "shift_x = self.uniform(images, -1.0, 1.0, generator) * (1.0 - scale)",
                "shift_x = self.uniform(images, -1.0, 1.0, generator)",
            ),
        ),
    ),
    Mutation(
        "sheared",
        "a wrong sign makes a shear of the rotation",
        PREPROCESSING,
        PIXELS,
        (edit("Augment.move", ROWS, ROWS.replace("-sin", "sin")),),
    ),
    Mutation(
        "corners-aligned-once",
        "grid and sampling disagree about where the corners are",
        API,
        PIXELS,
        (
            edit(
                "Augment.move",
                "F.affine_grid(affine, list(images.shape), align_corners=False)",
                "F.affine_grid(affine, list(images.shape), align_corners=True)",
            ),
        ),
    ),
    Mutation(
        "draws-from-the-global-generator",
        "the draws do not come from the generator that is given",
        PROCESS,
        PIXELS,
        (
            edit(
                "Augment.uniform",
                "torch.rand(len(like), generator=generator, device=like.device)",
                "torch.rand(len(like), device=like.device)",
            ),
        ),
    ),
    Mutation(
        "contrast-around-the-batch",
        "contrast is changed around the mean of the batch",
        PREPROCESSING,
        PIXELS,
        (edit("Augment.recolour", "pixels.mean(dim=(1, 2, 3))", "pixels.mean()"),),
    ),
    Mutation(
        "contrast-around-black",
        "contrast is changed around 0, which is brightness again",
        PREPROCESSING,
        PIXELS,
        (
            edit(
                "Augment.recolour",
                "centre = pixels.mean(dim=(1, 2, 3)) * bright * (1 - contrast)",
                "centre = torch.zeros_like(bright)",
            ),
        ),
    ),
    Mutation(
        "colours-through-the-wrong-matrix",
        "the matrices to YIQ and back are swapped",
        PREPROCESSING,
        PIXELS,
        (edit("Augment.recolour", "self.from_yiq @ turn @ self.yiq", "self.yiq @ turn @ self.from_yiq"),),
    ),
    Mutation(
        "hue-in-radians",
        "the share of the colour circle is taken for radians",
        PREPROCESSING,
        PIXELS,
        (
            edit(
                "Augment.recolour",
                "self.uniform(pixels, -s.hue, s.hue, generator) * 2 * math.pi",
                "self.uniform(pixels, -s.hue, s.hue, generator)",
            ),
        ),
    ),
    Mutation(
        "saturation-ignored",
        "the setting for saturation is ignored",
        PREPROCESSING,
        PIXELS,
        (
            edit(
                "Augment.recolour",
                "saturation = self.uniform(pixels, 1 - s.saturation, 1 + s.saturation, generator)",
                "saturation = torch.ones_like(gain)",
            ),
        ),
    ),
    Mutation(
        "brightness-of-contrast",
        "brightness uses the setting for contrast, a slip of copy and paste",
        PREPROCESSING,
        PIXELS,
        (
            edit(
                "Augment.recolour",
                "self.uniform(pixels, 1 - s.brightness, 1 + s.brightness, generator)",
                "self.uniform(pixels, 1 - s.contrast, 1 + s.contrast, generator)",
            ),
        ),
    ),
    Mutation(
        "colour-matrix-no-buffer",
        "a constant that is no buffer stays on the CPU",
        GPU,
        PIXELS,
        (
            edit(
                "Augment.__init__",
                "self.register_buffer('yiq', torch.tensor(YIQ))",
                "self.yiq = torch.tensor(YIQ)",
            ),
        ),
    ),
    Mutation(
        "images-changed-in-place",
        "the augmentation changes the batch that it is given",
        API,
        PIXELS,
        (
            edit(
                "Augment.forward",
                "self.move(images, generator) * self.std + self.mean",
                "self.move(images.add_(0.01), generator) * self.std + self.mean",
            ),
        ),
    ),
    Mutation(
        "pieces-dropped-alone",
        "tokens are dropped instead of whole words",
        PREPROCESSING,
        TEXTS,
        (
            edit(
                "Augment.forward",
                "self.is_word_start[token_ids].cumsum(dim=1)",
                "torch.arange(token_ids.size(1), device=token_ids.device).expand(token_ids.shape)",
            ),
        ),
    ),
    Mutation(
        "one-draw-for-all-texts",
        "the same words are dropped in all texts of a batch",
        PREPROCESSING,
        TEXTS,
        (
            edit(
                "Augment.forward",
                "torch.rand(size, generator=generator, device=token_ids.device)",
                "torch.rand(size[1], generator=generator, device=token_ids.device).expand(size)",
            ),
        ),
    ),
    Mutation(
        "padding-becomes-unknown",
        "padding is dropped too",
        INPUT,
        TEXTS,
        (
            edit(
                "Augment.forward",
                "dropped.take_along_dim(word, dim=1) & real",
                "dropped.take_along_dim(word, dim=1)",
            ),
        ),
    ),
    Mutation(
        "no-word-kept",
        "all words of a text may be dropped",
        PREPROCESSING,
        TEXTS,
        (
            edit(
                "Augment.forward",
                "(number < self.word_dropout) & (number < largest)",
                "number < self.word_dropout",
            ),
        ),
    ),
    Mutation(
        "drops-the-others",
        "the probability of dropping is that of keeping",
        PREPROCESSING,
        TEXTS,
        (edit("Augment.forward", "number < self.word_dropout", "number > self.word_dropout"),),
    ),
    Mutation(
        "words-become-padding",
        "dropped words become padding in the middle of a text",
        INPUT,
        TEXTS,
        (edit("Augment.forward", "self.unknown_id", "0"),),
    ),
    Mutation(
        "texts-changed-in-place",
        "the augmentation changes the batch that it is given",
        API,
        TEXTS,
        (
            edit(
                "Augment.forward",
                "token_ids.masked_fill(unknown, self.unknown_id)",
                "token_ids.masked_fill_(unknown, self.unknown_id)",
            ),
        ),
    ),
    Mutation(
        "words-drawn-from-the-global-generator",
        "the draws do not come from the generator that is given",
        PROCESS,
        TEXTS,
        (
            edit(
                "Augment.forward",
                "torch.rand(size, generator=generator, device=token_ids.device)",
                "torch.rand(size, device=token_ids.device)",
            ),
        ),
    ),
    Mutation(
        "words-across-texts",
        "words are counted along the batch",
        SHAPE,
        TEXTS,
        (
            edit(
                "Augment.forward",
                "self.is_word_start[token_ids].cumsum(dim=1)",
                "self.is_word_start[token_ids].cumsum(dim=0).clamp(max=token_ids.size(1))",
            ),
        ),
    ),
    Mutation(
        "one-direction-dropped",
        "an edge is dropped in one direction and kept in the other",
        PREPROCESSING,
        NODES + GRAPHS,
        (
            edit(
                "Augment.drop_edges",
                "low * num_nodes + high",
                "edge_index[0] * num_nodes + edge_index[1]",
            ),
        ),
    ),
    Mutation(
        "pairs-confused",
        "pairs of nodes are told apart by their sum, so that unrelated edges are dropped together",
        PREPROCESSING,
        NODES + GRAPHS,
        (edit("Augment.drop_edges", "low * num_nodes + high", "low + high"),),
    ),
    Mutation(
        "keeps-what-it-should-drop",
        "the share to drop is the share that is kept",
        PREPROCESSING,
        NODES + GRAPHS,
        (
            edit(
                "sample_kept",
                "torch.rand(shape, generator=generator, device=device) >= rate",
                "torch.rand(shape, generator=generator, device=device) < rate",
            ),
        ),
    ),
    Mutation(
        "nodes-not-counted-anew",
        "edges keep the old numbers of the nodes that are left",
        SHAPE,
        NODES + GRAPHS,
        (
            edit(
                "select_nodes",
                "new_number[edge_index[:, kept[edge_index].all(dim=0)]]",
                "edge_index[:, kept[edge_index].all(dim=0)]",
            ),
        ),
    ),
    Mutation(
        "edges-of-dropped-nodes",
        "edges stay if one of their nodes does",
        INPUT,
        NODES + GRAPHS,
        (edit("select_nodes", "kept[edge_index].all(dim=0)", "kept[edge_index].any(dim=0)"),),
    ),
    Mutation(
        "targets-of-dropped-nodes",
        "nodes are dropped and their targets are not",
        INPUT,
        NODES,
        (edit("Augment.forward", "x, target = (x[kept], target[kept])", "x = x[kept]"),),
    ),
    Mutation(
        "sizes-of-dropped-nodes",
        "the sizes of the graphs still count dropped nodes",
        INPUT,
        GRAPHS,
        (edit("Augment.forward", "sizes = graph.bincount(minlength=len(sizes))", "pass"),),
    ),
    Mutation(
        "emptied-graph-lost",
        "a last graph that lost all its nodes is lost with them",
        INPUT,
        GRAPHS,
        (edit("Augment.forward", "graph.bincount(minlength=len(sizes))", "graph.bincount()"),),
    ),
    Mutation(
        "features-dropped-for-all-nodes",
        "the same features are dropped for all nodes",
        PREPROCESSING,
        NODES + GRAPHS,
        (
            edit(
                "Augment.forward",
                "sample_kept(x.shape, self.settings.drop_features, x.device, generator)",
                "sample_kept(x.shape[1:], self.settings.drop_features, x.device, generator)",
            ),
        ),
    ),
    Mutation(
        "features-by-the-share-of-nodes",
        "features use the setting for nodes, a slip of copy and paste",
        PREPROCESSING,
        NODES + GRAPHS,
        (
            edit(
                "Augment.forward",
                "sample_kept(x.shape, self.settings.drop_features, x.device, generator)",
                "sample_kept(x.shape, self.settings.drop_nodes, x.device, generator)",
            ),
        ),
    ),
    Mutation(
        "features-changed-in-place",
        "the augmentation changes the graph that it is given, a little more in each epoch",
        API,
        NODES + GRAPHS,
        (
            edit(
                "Augment.forward",
                "x = x * sample_kept(x.shape, self.settings.drop_features, x.device, generator)",
                "x *= sample_kept(x.shape, self.settings.drop_features, x.device, generator)",
            ),
        ),
    ),
    Mutation(
        "graph-drawn-from-the-global-generator",
        "the draws do not come from the generator that is given",
        PROCESS,
        NODES + GRAPHS,
        (
            edit(
                "sample_kept",
                "torch.rand(shape, generator=generator, device=device)",
                "torch.rand(shape, device=device)",
            ),
        ),
    ),
]
