"""Mistakes in mixing images and their classes, in erasing, and in the loss of mixed classes."""

from functools import partial

from .faults import API, DATA_QUALITY, INPUT, LOSS, PREPROCESSING, PROCESS, SHAPE
from .mutation import Text, change, edit

augment = partial(change, "augment.py")
objective = partial(change, "objective.py")
text = partial(Text, "augment.py")
MIXING = ("resnet", "cnn")
ERASING = ("cnn", "cnn_sgd", "resnet_numbers")
TARGET = "classes.lerp(classes[partner], share)"
PARTNER = "torch.randperm(len(images), generator=generator, device=images.device)"

MUTATIONS = [
    augment(
        "share-of-the-wrong-side",
        "the target gets the share of the other image where its own belongs",
        DATA_QUALITY,
        MIXING,
        "Augment.mix",
        TARGET,
        "classes[partner].lerp(classes, share)",
    ),
    augment(
        "classes-of-another-permutation",
        "the classes are mixed with those of other images than the images are",
        DATA_QUALITY,
        MIXING,
        "Augment.mix",
        TARGET,
        f"classes.lerp(classes[{PARTNER}], share)",
    ),
    augment(
        "classes-of-the-batch-reversed",
        "the classes are mixed with those of the batch in reverse, the images with a permutation of it",
        DATA_QUALITY,
        MIXING,
        "Augment.mix",
        TARGET,
        "classes.lerp(classes.flip(0), share)",
    ),
    augment(
        "classes-not-mixed",
        "images are mixed, their classes are not",
        DATA_QUALITY,
        MIXING,
        "Augment.mix",
        TARGET,
        "classes",
    ),
    augment(
        "largest-share-wins",
        "a mixed image gets the class of its larger share",
        LOSS,
        MIXING,
        "Augment.mix",
        TARGET,
        f"{TARGET}.argmax(dim=1)",
    ),
    augment(
        "share-of-the-box-before-clipping",
        "the target gets the share that was drawn, and not that of the box within the image",
        DATA_QUALITY,
        MIXING,
        "Augment.mix",
        "share = shares.mean(dim=(1, 2, 3))[:, None]",
        "share = share[:, None]",
    ),
    augment(
        "mixes-in-evaluation",
        "images are mixed in evaluation too",
        PREPROCESSING,
        MIXING,
        "Augment.forward",
        "if not self.training:\n    return (inputs, target)",
        "if not self.training:\n"
        "    if self.settings.mixup or self.settings.cutmix:\n"
        "        images, target = self.mix(*inputs, target, generator)\n"
        "        return (images,), target\n"
        "    return (inputs, target)",
    ),
    augment(
        "partners-of-the-global-generator",
        "which images are mixed does not come from the generator that is given",
        PROCESS,
        MIXING,
        "Augment.mix",
        PARTNER,
        "torch.randperm(len(images), device=images.device)",
    ),
    augment(
        "shares-of-the-global-generator",
        "the share comes from PyTorch's distributions, which take no generator",
        PROCESS,
        MIXING,
        "Augment.mix",
        "self.beta(torch.where(is_blended, s.mixup, s.cutmix), generator)",
        "torch.distributions.Beta(*[torch.where(is_blended, s.mixup, s.cutmix)] * 2).sample()",
    ),
    augment(
        "partners-of-no-draw",
        "images are always mixed with themselves",
        API,
        MIXING,
        "Augment.mix",
        PARTNER,
        "torch.arange(len(images), device=images.device)",
    ),
    augment(
        "as-many-classes-as-in-the-batch",
        "the number of classes is taken from the batch",
        SHAPE,
        MIXING,
        "Augment.mix",
        "F.one_hot(target, self.num_classes)",
        "F.one_hot(target)",
    ),
    augment(
        "mixup-never-beside-cutmix",
        "where both are on, only cutmix is done",
        PREPROCESSING,
        MIXING,
        "Augment.mix",
        "0.5 if s.mixup and s.cutmix else float(s.mixup > 0)",
        "0.0 if s.mixup and s.cutmix else float(s.mixup > 0)",
    ),
    augment(
        "mixup-by-the-setting-of-cutmix",
        "the settings of mixup and cutmix are swapped",
        PREPROCESSING,
        MIXING,
        "Augment.mix",
        "torch.where(is_blended, s.mixup, s.cutmix)",
        "torch.where(is_blended, s.cutmix, s.mixup)",
    ),
    augment(
        "uniform-shares",
        "the share is uniform whatever the setting",
        PREPROCESSING,
        MIXING,
        "Augment.mix",
        "self.beta(torch.where(is_blended, s.mixup, s.cutmix), generator)",
        "self.uniform(one, 0.0, 1.0, generator)",
    ),
    augment(
        "beta-of-the-inverse",
        "the exponent is the setting and not its inverse",
        API,
        MIXING,
        "Augment.beta",
        "-1.0 / alpha",
        "-alpha",
    ),
    augment(
        "one-sided-beta",
        "the angle is only half of a turn, so that the other image always has the smaller share",
        API,
        MIXING,
        "Augment.beta",
        "self.uniform(alpha, 0.0, 2 * math.pi, generator)",
        "self.uniform(alpha, math.pi / 2, math.pi, generator)",
    ),
    augment(
        "height-for-width",
        "rows are as many as columns should be",
        SHAPE,
        (*MIXING, *ERASING),
        "in_box",
        "images.shape[2:]",
        "images.shape[:1:-1]",
    ),
    augment(
        "a-cross-for-a-box",
        "whole rows and columns are taken",
        PREPROCESSING,
        (*MIXING, *ERASING),
        "in_box",
        "rows[:, None, :, None] & columns[:, None, None, :]",
        "rows[:, None, :, None] | columns[:, None, None, :]",
    ),
    augment(
        "same-box-for-all-images",
        "all images of a batch lose the same box",
        PREPROCESSING,
        ERASING,
        "Augment.erase",
        "in_box(images, centre, sides)",
        "in_box(images, [each[:1] for each in centre], [each[:1] for each in sides])",
    ),
    augment(
        "all-images-or-none-erased",
        "whether something is erased is drawn once for the batch",
        PREPROCESSING,
        ERASING,
        "Augment.erase",
        "self.uniform(images, 0.0, 1.0, generator)",
        "self.uniform(images[:1], 0.0, 1.0, generator)",
    ),
    augment(
        "erases-the-others",
        "the probability of erasing is that of not erasing",
        PREPROCESSING,
        ERASING,
        "Augment.erase",
        "self.uniform(images, 0.0, 1.0, generator) < self.settings.erasing",
        "self.uniform(images, 0.0, 1.0, generator) > self.settings.erasing",
    ),
    augment(
        "erased-in-the-first-quarter",
        "boxes lie only up and left of the middle",
        PREPROCESSING,
        ERASING,
        "Augment.erase",
        "self.uniform(images, -0.5, 0.5, generator)",
        "self.uniform(images, -0.5, 0.0, generator)",
    ),
    augment(
        "erased-before-it-is-standardised",
        "0 is put into pixels, of which it is black and not the mean",
        PREPROCESSING,
        ERASING,
        "Augment.forward",
        "images = (pixels - self.mean) / self.std",
        "if self.settings.erasing:\n"
        "    pixels = self.erase(pixels, generator)\n"
        "images = (pixels - self.mean) / self.std",
        "if self.settings.erasing:\n    images = self.erase(images, generator)",
        "pass",
    ),
    augment(
        "mean-of-pixels-for-standardised-ones",
        "the mean of the pixels is put into standardised images, of which it is 0",
        PREPROCESSING,
        ERASING,
        "Augment.erase",
        "images.masked_fill(box, 0.0)",
        "torch.where(box, self.mean, images)",
    ),
    augment(
        "boxes-of-one-channel",
        "only the first channel of images is erased",
        INPUT,
        ("cnn",),
        "Augment.erase",
        "images.masked_fill(box, 0.0)",
        "torch.cat([images[:, :1].masked_fill(box, 0.0), images[:, 1:]], dim=1)",
    ),
    objective(
        "mixed-mean-over-samples",
        "the loss of weighted classes is divided by the number of samples, as PyTorch does it for mixed ones",
        LOSS,
        MIXING,
        "Objective.forward",
        "total / count, count",
        "total / len(target), count",
    ),
    objective(
        "mixed-classes-count-as-one",
        "mixed samples count as one each, whatever the weights of their classes",
        LOSS,
        MIXING,
        "Objective.count",
        "(target @ self.weights).sum()",
        "len(target)",
    ),
    objective(
        "mixed-classes-count-by-the-largest",
        "a mixed sample counts with the weight of its larger share",
        LOSS,
        MIXING,
        "Objective.count",
        "(target @ self.weights).sum()",
        "self.weights[target.argmax(dim=1)].sum()",
    ),
]

SAME = (
    "of each class, ``(B, num_classes)``. As the authors do, all images of a batch take the same\n"
    "        share of another one: it then holds as much of each class as the loop has counted.\n"
)
EDITS = [
    edit(
        "a-share-for-each-image",
        "each image draws its share, its box and its kind of mixing",
        MIXING,
        text(SAME, "of each class, ``(B, num_classes)``, and is another one for each image.\n"),
        text("        s, one = self.settings, images[:1]\n", "        s = self.settings\n"),
        text(
            "is_blended = self.uniform(one, 0.0, 1.0, generator) < odds\n",
            "is_blended = self.uniform(images, 0.0, 1.0, generator) < odds\n",
        ),
        text(
            "centre = [self.uniform(one, 0.0, 1.0, generator) for _ in range(2)]\n",
            "centre = [self.uniform(images, 0.0, 1.0, generator) for _ in range(2)]\n",
        ),
    ),
    edit(
        "mixed-with-the-image-before",
        "images are mixed with the one before them, as torchvision does it",
        MIXING,
        text(
            "        partner = torch.randperm(len(images), generator=generator, device=images.device)\n",
            "        partner = torch.arange(len(images), device=images.device).roll(1)\n",
        ),
    ),
    edit(
        "whole-boxes",
        "boxes of other images lie within the image",
        MIXING,
        text(
            "        centre = [self.uniform(one, 0.0, 1.0, generator) for _ in range(2)]\n"
            "        box = in_box(images, centre, [share.sqrt(), share.sqrt()])\n",
            "        side = share.sqrt()\n"
            "        centre = [0.5 + (1 - side) * self.uniform(one, -0.5, 0.5, generator) for _ in range(2)]\n"
            "        box = in_box(images, centre, [side, side])\n",
        ),
        text("        # Of a box that crosses the edge, its part in the image counts.\n", ""),
    ),
    edit(
        "some-batches-mixed",
        "a new setting says how many batches are mixed at all",
        MIXING,
        text(
            'STRENGTHS = {"rotation": (0.0, 180.0), "min_crop": (1.0, 0.1), "hue": (0.0, 0.5)}\n',
            'STRENGTHS = {\n    "rotation": (0.0, 180.0),\n    "min_crop": (1.0, 0.1),\n'
            '    "hue": (0.0, 0.5),\n    "mixed": (1.0, 1.0),\n}\n',
        ),
        text(
            "    mixup: Fraction\n",
            "    mixed: Fraction\n"
            '    """Fraction of the batches that mixup and cutmix change."""\n'
            "    mixup: Fraction\n",
        ),
        text(
            "        partner = torch.randperm(",
            "        shares = shares * (self.uniform(one, 0.0, 1.0, generator) < s.mixed)\n"
            "        partner = torch.randperm(",
        ),
        Text("configs/default.yaml", "  mixup: 0.0\n", "  mixed: 0.5\n  mixup: 0.0\n"),
    ),
    edit(
        "erased-with-noise",
        "boxes are filled with noise, as in timm",
        ERASING,
        text(
            '        """Fills a box with the mean, which is 0 in standardised images (Zhong et al. 2020).\n'
            "\n"
            "        Noise does no better in the paper; the ranges are those of torchvision.\n"
            '        """\n',
            '        """Fills a box with noise (Zhong et al. 2020), in the ranges of torchvision."""\n',
        ),
        text(
            "        return images.masked_fill(box, 0.0)\n",
            "        noise = torch.randn(images.shape, generator=generator, device=images.device)\n"
            "        return torch.where(box, noise, images)\n",
        ),
    ),
    edit(
        "erased-by-other-ranges",
        "what is erased is between a twentieth and a quarter of the image",
        ERASING,
        text("uniform(images, 0.02, 0.33, generator)", "uniform(images, 0.05, 0.25, generator)"),
    ),
    edit(
        "mixed-by-the-recipe",
        "mixup, cutmix, erasing, smoothing and weights are all on",
        ("resnet", "vit"),
        Text("configs/default.yaml", "  mixup: 0.0\n", "  mixup: 0.8\n"),
        Text("configs/default.yaml", "  cutmix: 0.0\n", "  cutmix: 1.0\n"),
        Text("configs/default.yaml", "  erasing: 0.0\n", "  erasing: 0.25\n"),
        Text("configs/default.yaml", "  label_smoothing: 0.0\n", "  label_smoothing: 0.1\n"),
        Text(
            "configs/default.yaml",
            "  class_weights: null\n",
            "  class_weights: [1.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 3.0, 1.0]\n",
        ),
    ),
]
