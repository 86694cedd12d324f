"""Mistakes in an augmentation that a user adds with a setting of its own, which no test knows by name."""

from functools import partial

from .faults import INPUT, PREPROCESSING, SHAPE
from .mutation import Mutation, Text

augment = partial(Text, "augment.py")
IMAGES = ("cnn", "resnet_numbers")
TEXTS = ("lstm", "textcnn_labels")
GRAPHS = ("gin", "gin_labels")
NODES = ("gcn", "gcn_numbers")
# Behind which field the new one stands, and before which line what it does.
PLACES: dict[tuple[str, ...], tuple[str, str]] = {
    IMAGES: ("    noise: Fraction\n", "        noise = torch.randn("),
    TEXTS: (
        '    """Probability that a word, with all its pieces, becomes unknown; one is always kept."""\n',
        "        real = mask & (token_ids >= self.num_special)",
    ),
    GRAPHS: (
        '    """Fraction of the nodes, with their edges (You et al. 2020)."""\n',
        "        if self.settings.drop_features:\n",
    ),
}
PLACES[NODES] = PLACES[GRAPHS]


def mistake(name: str, what: str, fault: str, projects: tuple[str, ...], field: str, *lines: str) -> Mutation:
    """Make a mutation of a new field, such as ``grey: Fraction``, and the lines of code that use it."""
    field_place, place = PLACES[projects]
    setting, code = field.partition(":")[0], "".join(f"        {line}\n" for line in lines)
    docstring = f'    """How much of {setting.replace("_", " ")} there is; 0 for none."""\n'
    is_before = field_place.endswith("Fraction\n")
    new_field = f"    {field}\n{docstring}"
    edits = [
        augment(field_place, new_field + field_place if is_before else field_place + new_field),
        augment(place, code + place),
        Text("configs/default.yaml", "augment:\n", f"augment:\n  {setting}: 0.0\n"),
    ]
    if projects == TEXTS:
        old = "        self.word_dropout = settings.word_dropout\n"
        edits.append(augment(old, f"{old}        self.{setting} = settings.{setting}\n"))
    return Mutation(name, what, fault, projects, tuple(edits))


MUTATIONS = [
    mistake(
        "grey-of-the-whole-batch",
        "images become grey, all with the mean over the batch",
        PREPROCESSING,
        IMAGES,
        "grey: Fraction",
        "is_grey = self.uniform(pixels, 0.0, 1.0, generator) < self.settings.grey",
        "mean = pixels.mean(dim=(0, 1), keepdim=True).expand_as(pixels)",
        "pixels = torch.where(is_grey[:, None, None, None], mean, pixels)",
    ),
    mistake(
        "upside-down-over-the-batch",
        "a vertical flip is one of the batch axis: images get the labels of others",
        SHAPE,
        IMAGES,
        "upside_down: Fraction",
        "is_turned = self.uniform(pixels, 0.0, 1.0, generator) < self.settings.upside_down",
        "pixels = torch.where(is_turned[:, None, None, None], pixels.flip(0), pixels)",
    ),
    mistake(
        "the-same-rows-erased-in-all-images",
        "one draw says which rows of pixels are erased in the whole batch",
        PREPROCESSING,
        IMAGES,
        "erased: Fraction",
        "draws = torch.rand(pixels.size(2), generator=generator, device=pixels.device)",
        "pixels = pixels * (draws >= self.settings.erased)[:, None]",
    ),
    mistake(
        "noise-as-wide-as-the-batch",
        "noise is scaled by the standard deviation of all images of the batch",
        PREPROCESSING,
        IMAGES,
        "grain: Fraction",
        "grain = torch.randn(pixels.shape, generator=generator, device=pixels.device)",
        "pixels = pixels + self.settings.grain * pixels.std() * grain",
    ),
    mistake(
        "tokens-shuffled-into-padding",
        "tokens change places with each other and with padding, which the mask still hides",
        INPUT,
        TEXTS,
        "shuffled: Fraction",
        "size, device = (len(token_ids), 1), token_ids.device",
        "is_shuffled = torch.rand(size, generator=generator, device=device) < self.shuffled",
        "draws = torch.rand(token_ids.shape, generator=generator, device=device)",
        "moved = token_ids.take_along_dim(draws.argsort(dim=1), dim=1)",
        "token_ids = torch.where(is_shuffled, moved, token_ids)",
    ),
    mistake(
        "padding-shuffled-with-its-mask",
        "tokens change places with padding, and the mask with them: it no longer says how long a text is",
        INPUT,
        TEXTS,
        "shuffled: Fraction",
        "draws = torch.rand(token_ids.shape, generator=generator, device=token_ids.device)",
        "places = torch.arange(token_ids.size(1), device=token_ids.device)",
        "order = (places + self.shuffled * places.numel() * draws).argsort(dim=1)",
        "token_ids, mask = (tensor.take_along_dim(order, dim=1) for tensor in (token_ids, mask))",
    ),
    mistake(
        "words-of-the-next-text",
        "some words are taken from the next text of the batch, whose label is another",
        INPUT,
        TEXTS,
        "mixed: Fraction",
        "draws = torch.rand(token_ids.shape, generator=generator, device=token_ids.device)",
        "other = token_ids.roll(1, dims=0)",
        "is_mixed = (draws < self.mixed) & mask & (other > 0)",
        "token_ids = torch.where(is_mixed, other, token_ids)",
    ),
    mistake(
        "other-tokens-in-padding",
        "some tokens become any other, those of the padding too",
        INPUT,
        TEXTS,
        "others: Fraction",
        "shape, device = token_ids.shape, token_ids.device",
        "is_other = torch.rand(shape, generator=generator, device=device) < self.others",
        "known = (self.num_special, len(self.is_word_start))",
        "others = torch.randint(*known, shape, generator=generator, device=device)",
        "token_ids = torch.where(is_other, others, token_ids)",
    ),
    mistake(
        "edges-between-graphs",
        "edges are added between any two nodes of the batch",
        INPUT,
        GRAPHS,
        "add_edges: FractionBelowOne",
        "number = round(self.settings.add_edges * edge_index.size(1))",
        "new = torch.randint(len(x), (2, number), generator=generator, device=x.device)",
        "edge_index = torch.cat([edge_index, new], dim=1)",
        "kept_edges = nn.functional.pad(kept_edges, (0, number), value=True)",
        "edge_attr = [nn.functional.pad(each, (0, 0, 0, number)) for each in edge_attr]",
    ),
    mistake(
        "features-of-other-graphs",
        "some nodes get the features of any other node of the batch",
        INPUT,
        GRAPHS,
        "swap_features: FractionBelowOne",
        "draws = torch.rand(len(x), generator=generator, device=x.device)",
        "others = torch.rand(len(x), generator=generator, device=x.device).argsort()",
        "x = torch.where((draws < self.settings.swap_features)[:, None], x[others], x)",
    ),
    mistake(
        "an-edge-to-a-node-too-many",
        "edges are added to a node that is not there",
        SHAPE,
        NODES,
        "add_edges: FractionBelowOne",
        "number = round(self.settings.add_edges * edge_index.size(1))",
        "new = torch.randint(len(x) + 1, (2, number), generator=generator, device=x.device)",
        "edge_index = torch.cat([edge_index, new], dim=1)",
        "kept_edges = nn.functional.pad(kept_edges, (0, number), value=True)",
        "edge_attr = [nn.functional.pad(each, (0, 0, 0, number)) for each in edge_attr]",
    ),
]
