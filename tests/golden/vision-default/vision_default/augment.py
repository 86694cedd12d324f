"""Augmentation of images on the device, in training only: each image gets its own random change.

Shapes: B batch, C channels, H height, W width.
"""

import math
from dataclasses import dataclass
from typing import Annotated, Any

import torch
import torch.nn.functional as F
from cyclopts import Parameter, validators
from torch import Generator, Tensor, nn

from .engine.ranges import Fraction, FractionAboveZero

# NTSC: luma (Y) and the two axes of the colour plane (I, Q); hue is the angle in that plane.
YIQ = ((0.299, 0.587, 0.114), (0.5959, -0.2746, -0.3213), (0.2115, -0.5227, 0.3112))
# Off and fullest, of strengths for which these are not 0 and 1; the tests go by it.
STRENGTHS = {"rotation": (0.0, 180.0), "min_crop": (1.0, 0.1), "hue": (0.0, 0.5)}


@dataclass
class AugmentSettings:
    horizontal_flip: Fraction
    """Probability of mirroring; 0 where that changes the class, as for digits and letters."""
    rotation: Annotated[float, Parameter(validator=validators.Number(gte=0, lte=180))]
    """Largest angle, in degrees."""
    min_crop: FractionAboveZero
    """Smallest fraction of height and width that is kept, then scaled up; 1 keeps all."""
    brightness: Fraction
    """Largest relative change."""
    contrast: Fraction
    """Largest relative change."""
    saturation: Fraction
    """Largest relative change; of colour images only."""
    hue: Annotated[float, Parameter(validator=validators.Number(gte=0, lte=0.5))]
    """Largest turn of the colour circle, 0 to 0.5; of colour images only."""
    noise: Fraction
    """Standard deviation of the Gaussian noise, of pixels in [0, 1]."""
    mixup: Fraction
    """Blends images and their classes, by a share drawn from Beta(mixup, mixup); 0 for none."""
    cutmix: Fraction
    """Shows a box of another image, of a share drawn from Beta(cutmix, cutmix); 0 for none."""
    erasing: Fraction
    """Probability that a box of the image, of up to a third of its area, is erased."""


class Augment(nn.Module):
    """Changes standardised images ``(B, C, H, W)`` in training; does nothing in eval."""

    mean: Tensor
    std: Tensor
    yiq: Tensor
    from_yiq: Tensor

    def __init__(self, settings: AugmentSettings, info: dict[str, Any]) -> None:
        super().__init__()
        self.settings = settings
        self.num_classes = len(info["classes"])
        self.register_buffer("mean", torch.tensor(info["mean"])[:, None, None])
        self.register_buffer("std", torch.tensor(info["std"])[:, None, None])
        self.register_buffer("yiq", torch.tensor(YIQ))
        self.register_buffer("from_yiq", torch.tensor(YIQ).inverse())

    def forward(
        self, inputs: tuple[Tensor, ...], target: Tensor, generator: Generator
    ) -> tuple[tuple[Tensor, ...], Tensor]:
        if not self.training:
            return inputs, target
        (images,) = inputs
        grid = self.draw_grid(images, generator)
        images = F.grid_sample(images, grid, padding_mode="reflection", align_corners=False)
        pixels = self.recolour(images * self.std + self.mean, generator)
        noise = torch.randn(pixels.shape, generator=generator, device=pixels.device)
        pixels = (pixels + self.settings.noise * noise).clamp(0.0, 1.0)
        images = (pixels - self.mean) / self.std
        if self.settings.erasing:
            images = self.erase(images, generator)
        if self.settings.mixup or self.settings.cutmix:
            images, target = self.mix(images, target, generator)
        return (images,), target

    def beta(self, alpha: Tensor, generator: Generator) -> Tensor:
        """Random numbers of Beta(alpha, alpha), from two uniform ones each (Devroye 1996)."""
        radius = (self.uniform(alpha, 0.0, 1.0, generator) ** (-1.0 / alpha) - 1.0).sqrt()
        angle = self.uniform(alpha, 0.0, 2 * math.pi, generator)
        return (1.0 + (radius * angle.cos()).atan().sin()) / 2

    def mix(self, images: Tensor, target: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
        """Blends images with others (Zhang et al. 2018) or shows a box of them (Yun et al. 2019).

        With both on, each is done to half of the batches, as in timm. The target becomes the share
        of each class, ``(B, num_classes)``. As the authors do, all images of a batch take the same
        share of another one: it then holds as much of each class as the loop has counted.
        """
        s, one = self.settings, images[:1]
        odds = 0.5 if s.mixup and s.cutmix else float(s.mixup > 0)
        is_blended = self.uniform(one, 0.0, 1.0, generator) < odds
        share = self.beta(torch.where(is_blended, s.mixup, s.cutmix), generator)
        centre = [self.uniform(one, 0.0, 1.0, generator) for _ in range(2)]
        box = in_box(images, centre, [share.sqrt(), share.sqrt()])
        shares = torch.where(is_blended[:, None, None, None], share[:, None, None, None], box)
        partner = torch.randperm(len(images), generator=generator, device=images.device)
        classes = F.one_hot(target, self.num_classes).to(images.dtype)
        # Of a box that crosses the edge, its part in the image counts.
        share = shares.mean(dim=(1, 2, 3))[:, None]
        return images.lerp(images[partner], shares), classes.lerp(classes[partner], share)

    def uniform(self, like: Tensor, low: float, high: float, generator: Generator) -> Tensor:
        """A random number for each image, ``(B,)``."""
        unit = torch.rand(len(like), generator=generator, device=like.device)
        return low + (high - low) * unit

    def draw_grid(self, images: Tensor, generator: Generator) -> Tensor:
        """Flips, rotations and crops in one affine map from output to input coordinates."""
        s = self.settings
        angle = self.uniform(images, -s.rotation, s.rotation, generator) * math.pi / 180
        scale = self.uniform(images, s.min_crop, 1.0, generator)
        flip = 1.0 - 2.0 * (self.uniform(images, 0.0, 1.0, generator) < s.horizontal_flip).float()
        # A crop of size `scale` may lie up to 1 - scale from the centre.
        shift_x = self.uniform(images, -1.0, 1.0, generator) * (1.0 - scale)
        shift_y = self.uniform(images, -1.0, 1.0, generator) * (1.0 - scale)
        cos, sin = scale * angle.cos(), scale * angle.sin()
        rows = [torch.stack([flip * cos, -sin, shift_x]), torch.stack([flip * sin, cos, shift_y])]
        affine = torch.stack(rows).permute(2, 0, 1)  # (B, 2, 3)
        aspect = images.size(2) / images.size(3)
        affine[:, 0, 1] *= aspect  # -1 to 1 is the height in one direction, the width in the other
        affine[:, 1, 0] /= aspect
        return F.affine_grid(affine, list(images.shape), align_corners=False)

    def erase(self, images: Tensor, generator: Generator) -> Tensor:
        """Fills a box with the mean, which is 0 in standardised images (Zhong et al. 2020).

        Noise does no better in the paper; the ranges are those of torchvision.
        """
        area = self.uniform(images, 0.02, 0.33, generator)
        aspect = 3.3 ** self.uniform(images, -1.0, 1.0, generator)
        sides = [(area * aspect).sqrt().clamp(max=1.0), (area / aspect).sqrt().clamp(max=1.0)]
        centre = [0.5 + (1.0 - x) * self.uniform(images, -0.5, 0.5, generator) for x in sides]
        is_erased = self.uniform(images, 0.0, 1.0, generator) < self.settings.erasing
        box = in_box(images, centre, sides) & is_erased[:, None, None, None]
        return images.masked_fill(box, 0.0)

    def recolour(self, pixels: Tensor, generator: Generator) -> Tensor:
        """Brightness, contrast, saturation and hue in one affine map of each image's channels."""
        s = self.settings
        bright = self.uniform(pixels, 1 - s.brightness, 1 + s.brightness, generator)
        contrast = self.uniform(pixels, 1 - s.contrast, 1 + s.contrast, generator)
        # Contrast scales around the mean of the image, after it was made brighter.
        centre = pixels.mean(dim=(1, 2, 3)) * bright * (1 - contrast)
        gain = bright * contrast
        if pixels.size(1) != 3:
            return gain[:, None, None, None] * pixels + centre[:, None, None, None]
        saturation = self.uniform(pixels, 1 - s.saturation, 1 + s.saturation, generator)
        hue = self.uniform(pixels, -s.hue, s.hue, generator) * 2 * math.pi
        cos, sin, zero = saturation * hue.cos(), saturation * hue.sin(), torch.zeros_like(hue)
        rows = [[torch.ones_like(hue), zero, zero], [zero, cos, -sin], [zero, sin, cos]]
        turn = torch.stack([torch.stack(row) for row in rows]).permute(2, 0, 1)  # (B, 3, 3)
        matrix = gain[:, None, None] * (self.from_yiq @ turn @ self.yiq)
        return torch.baddbmm(centre[:, None, None], matrix, pixels.flatten(2)).view_as(pixels)


def in_box(images: Tensor, centre: list[Tensor], sides: list[Tensor]) -> Tensor:
    """Which pixels are in a box, given in fractions of height and width, ``(B, 1, H, W)``."""
    rows, columns = (
        ((torch.arange(size, device=images.device) + 0.5) / size - middle[:, None]).abs()
        < side[:, None] / 2
        for size, middle, side in zip(images.shape[2:], centre, sides, strict=True)
    )
    return rows[:, None, :, None] & columns[:, None, None, :]
