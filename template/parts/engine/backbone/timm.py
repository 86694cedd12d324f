"""Backbones of timm: what they are called, what they have learned from, and their weights.

timm is imported where it is used, because that takes seconds.
"""

import json
import sys
from dataclasses import asdict, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from torch import nn

from .fetching import explained
from .images import ImageSource, open_image
from .run import RunError

WAYS = "a name of timm's, hf-hub:OWNER/NAME or a folder that timm has saved"


def is_backbone(path: Path) -> bool:
    """Whether this names a backbone; all else is a checkpoint of this project, or a run."""
    name = path.as_posix()
    is_plain = "/" not in name and path.suffix != ".pt" and not path.exists()
    return "=" in name or name.startswith("hf-hub:") or is_plain or (path / "config.json").exists()


def read_backbone(path: Path) -> dict[str, Any]:
    """What training takes of a backbone, as if it were a checkpoint; the weights come later."""
    name, _, weights = path.as_posix().partition("=")
    with explained(name, find_repository(name)):
        architecture, config, arguments = find_config(name)
    from timm.data.config import resolve_data_config

    images = resolve_data_config({}, pretrained_cfg=config)  # type: ignore[no-untyped-call]
    channels, *size = images["input_size"]
    if channels not in (1, 3):
        raise RunError(f"{name} has learned from images of {channels} channels: give another one")
    info = {
        "channels": channels,
        "image_size": tuple(size),
        "mean": [*images["mean"]],
        "std": [*images["std"]],
        "interpolation": images["interpolation"],
        "backbone": {
            "architecture": architecture,
            "arguments": {**arguments, "in_chans": channels},
            "has_fixed_size": bool(config.get("fixed_input_size")),
        },
    }
    return {"settings": {"model": {}}, "info": info, "backbone": name, "weights": weights}


def find_repository(name: str) -> str | None:
    """Where a backbone is on the hub; None: in a folder of this machine."""
    if Path(name).is_dir():
        return None
    return name.removeprefix("hf-hub:") if ":" in name else f"timm/{name}"


def find_config(name: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The architecture, what timm knows of the pretrained model, and how that was built."""
    import timm
    from timm.models import load_model_config_from_hf

    if name.startswith("hf-hub:"):
        config, architecture, arguments = load_model_config_from_hf(name.removeprefix("hf-hub:"))
        return architecture, config, arguments
    if (path := Path(name, "config.json")).exists():
        saved = json.loads(path.read_text())
        return saved["architecture"], saved["pretrained_cfg"], saved.get("model_args", {})
    architecture, _, tag = name.partition(".")
    if not timm.is_model(architecture):
        near = get_close_matches(architecture, timm.list_models(), cutoff=0.5)
        hint = f"the nearest are {', '.join(near)}" if near else f"give {WAYS}"
        raise RunError(f"timm has no backbone {architecture}: {hint}")
    tags = [each.partition(".")[2] for each in timm.list_pretrained(f"{architecture}.*")]
    if tag and tag not in tags:
        raise RunError(f"timm has no weights {name}: those of {architecture} are {', '.join(tags)}")
    known = timm.get_pretrained_cfg(name, allow_unregistered=False)
    return architecture, asdict(known) if known else {}, {}


def build_backbone(info: dict[str, Any], num_outputs: int, **options: Any) -> nn.Module:
    """A model of timm with random weights, for the images and the outputs of this project."""
    import timm

    if "backbone" not in info:
        raise RunError(f"no backbone is chosen: give run.init {WAYS}")
    backbone = info["backbone"]
    given = {**backbone["arguments"], **options, "num_classes": num_outputs}
    if backbone["has_fixed_size"]:
        given["img_size"] = info["image_size"]
    try:
        return timm.create_model(backbone["architecture"], **given)
    except (AssertionError, TypeError) as error:
        what = f"timm cannot build {backbone['architecture']} with {given}"
        raise RunError(f"{what}: {error or 'choose another data.image_size'}") from error


def find_backbone(model: nn.Module) -> nn.Module:
    """The part of a model that is of timm."""
    for module in model.modules():
        if hasattr(module, "group_matcher"):
            return module
    raise RunError("the model has no backbone of timm: finetuning has nothing to do")


def find_head(backbone: nn.Module) -> dict[str, nn.Parameter]:
    """The parameters of its last layer, or last layers, by name."""
    classifier: Any = backbone.get_classifier()  # type: ignore[operator]
    layers = classifier if isinstance(classifier, tuple) else (classifier,)
    own = {parameter for layer in layers for parameter in layer.parameters()}
    return {name: p for name, p in backbone.named_parameters() if p in own}


def find_body(backbone: nn.Module) -> dict[str, nn.Parameter]:
    """The parameters that come with it, by name: all but those of the head."""
    head = {*find_head(backbone).values()}
    return {name: p for name, p in backbone.named_parameters() if p not in head}


def find_scales(backbone: nn.Module, decay: float) -> dict[nn.Parameter, float]:
    """Of each parameter of the backbone the fraction of the rate that its layer has.

    Layers are timm's, from the stem to the head, which has the whole rate.
    """
    from timm.optim import param_groups_layer_decay  # type: ignore[attr-defined]

    groups = param_groups_layer_decay(backbone, layer_decay=decay)
    return {parameter: group["lr_scale"] for group in groups for parameter in group["params"]}


def find_exempt(backbone: nn.Module) -> set[str]:
    """Names of what its authors say must not decay."""
    exempt: Any = getattr(backbone, "no_weight_decay", set)()
    names = [name for name, _ in backbone.named_parameters()]
    return {name for name in names if {name, name.split(".")[-1]} & exempt}


def save_memory(backbone: nn.Module) -> None:
    """Has it compute activations again when gradients need them."""
    backbone.set_grad_checkpointing()  # type: ignore[operator]


def load_backbone(model: nn.Module, init: dict[str, Any], info: dict[str, Any]) -> None:
    """Puts the pretrained weights into the model, all but those of its head."""
    import timm
    from timm.models import load_state_dict

    name, weights, backbone = init["backbone"], init["weights"], find_backbone(model)
    if weights == "random":
        print(f"{name} begins with random weights, as asked for", file=sys.stderr)
        return
    head, given = find_head(backbone), dict[str, Any](pretrained=True)
    if info["backbone"]["has_fixed_size"]:
        given["img_size"] = info["image_size"]  # to which timm adapts the weights
    repository = None if weights else find_repository(name)
    with explained(f"{name}={weights}" if weights else name, repository):
        if weights:  # with a head of its own size, timm insists on all other weights
            found = load_state_dict(weights)
            classes = next((len(found[key]) for key in head if key in found), 0)
            overlay = {"state_dict": found, "num_classes": classes, "source": ""}
            given |= {"pretrained_cfg_overlay": overlay, "num_classes": classes}
        source = f"local-dir:{name}" if Path(name).is_dir() else name
        pretrained = timm.create_model(source, **given).state_dict()
        own = {key: value for key, value in backbone.state_dict().items() if key in head}
        taken = {key: value for key, value in pretrained.items() if key not in head}
        backbone.load_state_dict({**taken, **own})


def fit_size(
    settings: Any, info: dict[str, Any], example: ImageSource | None
) -> tuple[Any, dict[str, Any]]:
    """Settings of data whose images have the size that they set, or else that of the backbone.

    Given an example, tells how images differ from what the backbone has learned from.
    """
    given, learned = settings.image_size or info["image_size"], info["image_size"]
    size = given[0], given[-1]
    if example is not None and "backbone" in info:
        image, name = open_image(example), info["backbone"]["architecture"]
        if size != learned:
            told = f"{size[1]}x{size[0]}: {name} has learned from {learned[1]}x{learned[0]}"
            print(f"data.image_size makes images {told}", file=sys.stderr)
        elif image.size != size[::-1]:
            told = f"are scaled to {size[1]}x{size[0]}, from which {name} has learned"
            print(f"images of {image.width}x{image.height} {told}", file=sys.stderr)
        if image.mode in {"1", "L"} and info["channels"] == 3:
            print(f"images are grey: {name} sees them as colours", file=sys.stderr)
    return replace(settings, image_size=[*size]), {**info, "image_size": size}
