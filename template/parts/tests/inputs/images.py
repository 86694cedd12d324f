"""Made-up inputs of this project: images of noise."""

from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Generator, Tensor, nn
from torch.utils.data import DataLoader

# Channels, height and width: all are tried with the model, "small" with the rest.
# jinja: if pretrained
FORMS = {"small": (1, (16, 16)), "colour": (3, (32, 32)), "odd": (3, (64, 32))}
# A tiny backbone for each, of three families, in which all layers count from the beginning.
BACKBONES: dict[str, tuple[str, dict[str, Any]]] = {
    "small": (
        "vit_tiny_patch16_224",
        {
            **{"patch_size": 4, "embed_dim": 64, "depth": 2, "num_heads": 2},
            **{"img_size": (16, 16), "in_chans": 1},
        },
    ),
    "colour": (
        "resnet18",
        {"layers": (1, 1, 1, 1), "channels": (8, 8, 16, 16), "zero_init_last": False},
    ),
    "odd": (
        "convnext_atto",
        {"depths": (1, 1, 1, 1), "dims": (8, 8, 16, 16), "ls_init_value": 1.0},
    ),
}
# jinja: else
FORMS = {"small": (1, (8, 8)), "colour": (3, (16, 16)), "odd": (3, (33, 22))}
# jinja: endif
# What the model has of these settings is at most this large in most tests.
SMALL_MODEL = {"width": 16, "blocks_per_stage": 1, "depth": 2}
SHORT_DATA = {"batch_size": 8, "held_out": 0.2, "columns": ("file", "label"), "image_size": None}
SHORT_EPOCHS = 2


# jinja: if pretrained
def describe(form: str) -> dict[str, Any]:
    channels, image_size = FORMS[form]
    scale = {"mean": [0.5] * channels, "std": [0.25] * channels}
    name, arguments = BACKBONES[form]
    sized = {"has_fixed_size": "img_size" in arguments}
    backbone = {"backbone": {"architecture": name, "arguments": arguments, **sized}}
    return {"channels": channels, "image_size": image_size, **scale, **backbone}


def save_backbone(folder: Path, seed: int, form: str = "small") -> Path:
    """A tiny one with random weights, as timm saves it; its pixels have means of their own."""
    import timm  # takes seconds
    from timm.models import save_for_hf

    name, arguments = BACKBONES[form]
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = timm.create_model(name, num_classes=7, **arguments)
    channels, size = FORMS[form]
    scale = {"mean": (0.1, 0.2, 0.3)[:channels], "std": (0.6, 0.5, 0.4)[:channels]}
    model.pretrained_cfg |= {"input_size": (channels, *size), "interpolation": "box", **scale}
    save_for_hf(model, folder, model_args=arguments)
    return folder


def weights_of(folder: Path) -> Path:
    return folder / "pytorch_model.bin"


def read_weights(folder: Path) -> dict[str, Tensor]:
    return torch.load(weights_of(folder), weights_only=True)  # type: ignore[no-any-return]


# jinja: else
def describe(form: str) -> dict[str, Any]:
    channels, image_size = FORMS[form]
    scale = {"mean": [0.5] * channels, "std": [0.25] * channels}
    return {"channels": channels, "image_size": image_size, **scale}


# jinja: endif
def make_batch(
    info: dict[str, Any], numbers: list[int], targets: Tensor
) -> tuple[tuple[Tensor, ...], Tensor]:
    """Each number is a sample."""
    shape = (info["channels"], *info["image_size"])
    images = [torch.rand(shape, generator=Generator().manual_seed(number)) for number in numbers]
    # jinja: if output == "pixel"
    targets = targets[:, : shape[1], : shape[2]]
    # jinja: endif
    return ((torch.stack(images) - 0.5) / 0.25,), targets


def read(loader: DataLoader[Any]) -> tuple[Tensor, Tensor]:
    """All images and targets of a split, in the order of its loader."""
    batches = list(loader)
    images = torch.cat([images for (images,), _ in batches])
    return images, torch.cat([target for _, target in batches])


def with_gradients(model: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
    """Outputs, and the samples as what keeps gradients."""
    (images,) = inputs
    return model(images.requires_grad_()), images


def change_others(inputs: tuple[Tensor, ...], one: int) -> tuple[Tensor, ...]:
    """The same batch with other samples around that one."""
    (images,) = inputs
    return (torch.cat([-images[:one], images[one : one + 1], -images[one + 1 :]]),)


def check(found: Any, given: Any, info: dict[str, Any]) -> None:
    """That a batch is still one when it has been augmented."""
    ((images,), target), ((given_images,), given_target) = found, given
    assert (images.dtype, images.shape) == (given_images.dtype, given_images.shape)
    # jinja: if output == "pixel"
    assert (target.dtype, target.shape) == (given_target.dtype, given_target.shape)
    known = {255, *given_target.unique().tolist()}
    assert {*target.unique().tolist()} <= known, "masks have values that are none of theirs"
    # jinja: else
    assert torch.equal(target.nan_to_num(), given_target.nan_to_num()), "images have other labels"
    # jinja: endif
    assert images.isfinite().all()


def write_examples(folder: Path, labels: list[str], seed: int) -> Path:
    """Files with these labels, as data.path takes them."""
    generator = Generator().manual_seed(seed)
    rows = ["file,label"]
    for number, label in enumerate(labels):
        pixels = torch.randint(256, (8, 8), dtype=torch.uint8, generator=generator)
        Image.fromarray(pixels.numpy()).save(folder / f"{number}.png")
        # jinja: if target == "masks"
        (folder / "masks").mkdir(exist_ok=True)
        left, right = map(int, label.split())
        mask = Image.new("L", (8, 8), left)
        mask.paste(right, (4, 0, 8, 8))
        mask.save(folder / f"masks/{number}.png")
        label = f"masks/{number}.png"
        # jinja: endif
        rows.append(f"{number}.png,{label}")
    (folder / "labels.csv").write_text("\n".join(rows))
    return folder / "labels.csv"


def write_inputs(folder: Path) -> list[Path]:
    """Files that `predict` takes."""
    files = [folder / f"image {number}.png" for number in range(2)]
    for number, file in enumerate(files):
        Image.new("L", (8, 8), color=100 * number).save(file)
    return files
