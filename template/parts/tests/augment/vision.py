"""Each change to an image: what it does, what it leaves alone, and its own draw for every image."""

from dataclasses import replace

import pytest
import torch
from torch import Generator
from torch.testing import assert_close

from package.augment import Augment

COLOUR_ONLY = {"saturation", "hue"}
LUMA = torch.tensor([0.299, 0.587, 0.114])

small_and_colour = pytest.mark.parametrize("info", ["small", "colour"], indirect=True)
colour = pytest.mark.parametrize("info", ["colour"], indirect=True)


@pytest.fixture
def apply(info, no_augmentation):
    """``apply(pixels, seed, **changes)``: augments pixels in [0, 1] with only the changes on."""

    def apply(pixels, seed=0, **changes):
        augment = Augment(replace(no_augmentation, **changes), info)
        mean, std = augment.mean, augment.std
        generator = Generator().manual_seed(seed)
        # jinja: if output == "pixel"
        target = torch.zeros_like(pixels[:, 0], dtype=torch.int64)
        # jinja: else
        target = torch.arange(len(pixels))
        # jinja: endif
        (images,), _ = augment(((pixels - mean) / std,), target, generator)
        return images * std + mean

    return apply


@pytest.fixture
def pixels(info):
    shape = (6, info["channels"], *info["image_size"])
    return 0.4 + 0.2 * torch.rand(shape, generator=Generator().manual_seed(0))


@small_and_colour
def test_all_off_changes_nothing(apply, pixels):
    assert_close(apply(pixels), pixels, atol=2e-5, rtol=0)


@small_and_colour
def test_pixels_stay_between_black_and_white(apply, pixels, strong_augmentation):
    # What is put in place of something may be noise of any size.
    changes = {key: value for key, value in vars(strong_augmentation).items() if key != "erasing"}
    changed = apply((pixels - 0.4) / 0.2, **changes)
    assert changed.min() > -1e-5
    assert changed.max() < 1 + 1e-5


@pytest.mark.parametrize("info", ["small"], indirect=True)
def test_an_image_without_colour_gets_none(apply, pixels):
    assert_close(apply(pixels, saturation=0.5, hue=0.5), pixels, atol=2e-5, rtol=0)


@small_and_colour
def test_a_flip_mirrors_left_and_right(apply, pixels):
    assert_close(apply(pixels, horizontal_flip=1.0), pixels.flip(3), atol=2e-5, rtol=0)


@colour
@pytest.mark.parametrize(("height", "width"), [(32, 32), (32, 48), (48, 32)])
def test_images_are_turned_shrunk_and_mirrored_but_never_bent(apply, height, width):
    """One channel rises along x, one along y: their slopes are the linear map of the image."""
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    ramps = 0.2 + 0.0125 * torch.stack([x, y, torch.zeros_like(x)]).expand(200, -1, -1, -1)
    moved = apply(ramps, rotation=30.0, min_crop=0.7, horizontal_flip=0.5)[:, :2]
    row, column = height // 2 - 1, width // 2 - 1
    along_x, along_y = moved[:, :, row, column + 1], moved[:, :, row + 1, column]
    maps = torch.stack([along_x, along_y], dim=2) - moved[:, :, row, column, None]
    maps = maps / 0.0125  # (B, 2, 2)
    scale, mirrored = maps.det().abs().sqrt(), maps.det() < 0
    angle = torch.atan2(-maps[:, 0, 1], maps[:, 1, 1]).rad2deg()
    square = scale[:, None, None] ** 2 * torch.eye(2)
    assert_close(maps.mT @ maps, square, atol=1e-3, rtol=0, msg="images are sheared or stretched")
    assert 0.7 - 1e-3 < scale.min() < 0.75 < 0.95 < scale.max() < 1 + 1e-3
    assert -30.1 < angle.min() < -25 < 25 < angle.max() < 30.1
    assert 60 < mirrored.sum() < 140


@small_and_colour
def test_brightness_and_contrast_stay_within_their_range(apply, pixels):
    many = pixels[:1].expand(200, -1, -1, -1)
    ratio = apply(many, brightness=0.2) / many
    assert 0.8 - 1e-3 < ratio.min() < 0.85 < 1.15 < ratio.max() < 1.2 + 1e-3
    changed = apply(many, contrast=0.2)
    mean, same_mean = (x.mean(dim=(1, 2, 3)) for x in (many, changed))
    assert_close(same_mean, mean, atol=1e-4, rtol=0, msg="contrast is about the mean of an image")
    ratio = changed.std(dim=(1, 2, 3)) / many.std(dim=(1, 2, 3))
    assert 0.8 - 1e-3 < ratio.min() < 0.85 < 1.15 < ratio.max() < 1.2 + 1e-3


@colour
@pytest.mark.parametrize("kind", sorted(COLOUR_ONLY))
def test_colour_changes_leave_brightness_and_grey_alone(apply, pixels, kind):
    changed = apply(pixels, **{kind: 0.1})
    luma, same_luma = (torch.einsum("c,bchw->bhw", LUMA, x) for x in (pixels, changed))
    assert_close(same_luma, luma, atol=1e-3, rtol=0)
    grey = pixels[:, :1].expand(-1, 3, -1, -1)
    assert_close(apply(grey, **{kind: 0.5}), grey, atol=1e-3, rtol=0)


@small_and_colour
def test_noise_has_its_standard_deviation(apply, pixels):
    many = pixels[:1].expand(200, -1, -1, -1)
    noise = apply(many, noise=0.05) - many
    assert noise.mean().item() == pytest.approx(0.0, abs=0.003)
    assert noise.std().item() == pytest.approx(0.05, rel=0.05)


@small_and_colour
@pytest.mark.parametrize("share", [0.3, 1.0])
def test_erasing_takes_one_box_out_of_some_images_each_its_own(apply, info, seed, share):
    white = torch.ones(500, info["channels"], 12, 17)
    changed = apply(white, seed, erasing=share)
    box = ~torch.isclose(changed, white, atol=1e-6, rtol=0).all(dim=1)  # (B, H, W)
    rows, columns = box.any(dim=2), box.any(dim=1)
    assert torch.equal(box, rows[:, :, None] & columns[:, None]), "what is erased is no box"
    found = box.flatten(1).any(dim=1)
    assert found.float().mean().item() == pytest.approx(share, abs=0.08), "of how many images"
    assert 0.02 < box[found].float().mean() < 0.5, "far too little or too much is erased"
    assert not box.flatten(1).all(dim=1).any(), "nothing is left of an image"
    assert len(box[found].unique(dim=0)) > 60, "the images share their boxes"
    for lines in (rows[found].float(), columns[found].float()):
        assert lines.any(dim=0).all(), "some rows or columns are never erased"
        half = lines.size(1) // 2
        first, last = lines[:, :half].mean(), lines[:, -half:].mean()
        assert first.item() == pytest.approx(last.item(), rel=0.25), "one side is spared"
    filled = changed.movedim(1, 3)[box].mean().item()
    message = "what is put in is not what images have in the mean: 0 is that once standardised"
    assert filled == pytest.approx(0.5, abs=0.05), message


# jinja: if mixing
@pytest.fixture
def mix(info, no_augmentation, seed):
    """``mix(size, draw, **changes)``: images of one colour and class each, as they are mixed.

    It gives the images, the colours of all classes, ``(K, C)``, the classes and their shares.
    """

    def mix(size, draw, shape=(8, 13), **changes):
        generator = Generator().manual_seed(seed + draw)
        number = len(info["classes"]), info["channels"]
        colours = 0.2 + 0.6 * torch.rand(number, generator=generator)
        target = torch.randperm(len(colours), generator=generator)[:size]
        augment = Augment(replace(no_augmentation, **changes), info)
        pixels = colours[target][:, :, None, None].expand(-1, -1, *shape)
        given = ((pixels - augment.mean) / augment.std,)
        (images,), shares = augment(given, target, generator)
        return images * augment.std + augment.mean, colours, target, shares

    return mix


mixing = pytest.mark.parametrize(
    "changes", [{"mixup": 1.0}, {"cutmix": 1.0}, {"mixup": 0.4, "cutmix": 0.7}], ids=str
)


@small_and_colour
@mixing
@pytest.mark.parametrize("size", [1, 2, 7])
def test_a_mixed_target_has_of_each_class_what_is_in_the_image(mix, info, changes, size):
    """The same share of the same other image; of a box, what is within the image."""
    largest = 0.0
    for draw in range(40):
        images, colours, target, shares = mix(size, draw, **changes)
        assert shares.shape == (size, len(info["classes"]))
        message = "image and target take another share, or one of another image"
        assert_close(images.mean(dim=(2, 3)), shares @ colours, atol=1e-4, rtol=0, msg=message)
        own = shares[torch.arange(size), target]
        largest = max(largest, torch.minimum(own, 1 - own).max().item())
    assert (largest > 0.2) == (size > 1), "hardly anything is mixed"


@pytest.mark.parametrize("info", ["small"], indirect=True)
def test_mixup_blends_whole_images_by_shares_of_its_beta_distribution(mix):
    for alpha in (0.3, 1.0):
        found = []
        for draw in range(200):
            images, _, target, shares = mix(3, draw, shape=(2, 2), mixup=alpha)
            assert_close(images, images[:, :, :1, :1].expand_as(images), atol=1e-4, rtol=0)
            own = shares[torch.arange(3), target]
            found.extend(own[own < 1][:1].tolist())  # the others are mixed with themselves
        share = torch.tensor(found)
        spread = 1 / (4 * (2 * alpha + 1))  # its variance
        assert share.mean().item() == pytest.approx(0.5, abs=0.12)
        assert share.var().item() == pytest.approx(spread, rel=0.25), f"not Beta({alpha}, {alpha})"


@small_and_colour
def test_cutmix_shows_a_box_of_one_other_image(mix):
    boxes = set()
    for draw in range(60):
        images, colours, target, _ = mix(5, draw, cutmix=1.0)
        own = torch.isclose(images, colours[target][:, :, None, None], atol=1e-4).all(dim=1)
        box = ~own
        rows, columns = box.any(dim=2), box.any(dim=1)
        assert torch.equal(box, rows[:, :, None] & columns[:, None]), "what is shown is no box"
        distance = (images[:, None] - colours[:, :, None, None]).abs().amax(dim=2)
        assert distance.amin(dim=1).max() < 1e-3, "a pixel is of no image, but blended"
        boxes |= {tuple(each.flatten().tolist()) for each in box if each.any()}
    assert len(boxes) > 20, "it is always the same box"


@small_and_colour
def test_with_both_on_some_images_are_blended_and_some_are_cut(mix):
    blended = []
    for draw in range(60):
        images, _, target, shares = mix(5, draw, mixup=1.0, cutmix=1.0)
        own = shares[torch.arange(5), target]
        is_even = (images - images[:, :, :1, :1]).abs().amax(dim=(1, 2, 3)) < 1e-4
        blended.extend(is_even[(own - 0.5).abs() < 0.45].tolist())
    assert 0.2 < sum(blended) / len(blended) < 0.8, "one of them hardly ever happens"


# jinja: endif
# jinja: if output == "pixel"
MOVES = {"horizontal_flip": 0.5, "rotation": 40.0, "min_crop": 0.5}


@pytest.fixture
def move(info, no_augmentation):
    """``move(pixels, masks, seed, **changes)``: both, as the changes make them."""

    def move(pixels, masks, seed=0, **changes):
        augment = Augment(replace(no_augmentation, **changes), info)
        images = (pixels - augment.mean) / augment.std
        (images,), masks = augment((images,), masks, Generator().manual_seed(seed))
        return images * augment.std + augment.mean, masks

    return move


@small_and_colour
@pytest.mark.parametrize("names", [[name] for name in MOVES] + [[*MOVES]], ids=str)
@pytest.mark.parametrize(("height", "width"), [(48, 48), (36, 60)])
def test_masks_move_with_their_images(move, info, names, height, width):
    """Else pixels are taught to be what stands beside them."""
    rows, columns = torch.arange(height)[:, None] // 12, torch.arange(width) // 12
    masks = (rows + 2 * columns + 1).expand(20, -1, -1)  # blocks, each unlike its mirror image
    pixels = (masks / 20)[:, None].expand(-1, info["channels"], -1, -1)
    moved, found = move(pixels, masks, **{name: MOVES[name] for name in names})
    assert not torch.equal(found, masks), "masks stay where they are"
    shown = (moved[:, 0] * 20).round().long()
    wrong = ((shown != found) & (found != 255)).flatten(1).float().mean(dim=1)
    # Where two classes meet an image is blurred, and is neither.
    assert wrong.max() < 0.2, f"of masks and images up to {wrong.max():.0%} are apart"
    inner = torch.nn.functional.max_pool2d(moved, 3, 1, 1) - moved < 1e-3
    inner &= moved + torch.nn.functional.max_pool2d(-moved, 3, 1, 1) < 1e-3
    inner = inner.all(dim=1) & (found != 255)
    assert (shown[inner] == found[inner]).float().mean() > 0.99


@small_and_colour
def test_a_marked_pixel_is_found_in_its_mask(move, info):
    """A single one, bright and of its own class, lands on the same place in both."""
    pixels = torch.zeros(40, info["channels"], 33, 21)
    masks = torch.zeros(40, 33, 21, dtype=torch.int64)
    pixels[:, :, 12:15, 6:9], masks[:, 12:15, 6:9] = 1.0, 7
    moved, found = move(pixels, masks, **MOVES)
    places = torch.meshgrid(torch.arange(33.0), torch.arange(21.0), indexing="ij")
    for image, mask in zip(moved[:, 0], found, strict=True):
        if not (mask == 7).any() or image.sum() < 4:
            continue  # it has left the picture
        for place in places:
            bright = (image * place).sum() / image.sum()
            assert place[mask == 7].mean() == pytest.approx(bright.item(), abs=1.5)


@small_and_colour
def test_what_comes_from_beyond_the_border_is_void(move, info):
    """An image is mirrored there; its classes would be invented."""
    pixels = torch.full((30, info["channels"], 24, 24), 0.5)
    masks = torch.full((30, 24, 24), 3)
    _, found = move(pixels, masks, rotation=45.0)
    assert {*found.unique().tolist()} == {3, 255}
    is_void = found == 255
    assert is_void[:, 0, 0].any(), "the corners of what was turned are not void"
    assert not is_void[:, 8:16, 8:16].any(), "the middle is void"
    _, found = move(pixels, masks, horizontal_flip=1.0, min_crop=0.5)
    assert torch.equal(found, masks), "crops and mirrors have nothing beyond the border"


@small_and_colour
def test_void_stays_void(move, info):
    pixels, masks = torch.rand(20, info["channels"], 24, 24), torch.full((20, 24, 24), 255)
    assert torch.equal(move(pixels, masks, **MOVES)[1], masks)


@small_and_colour
def test_colours_noise_and_boxes_leave_masks_alone(move, info, strong_augmentation):
    changes = {n: v for n, v in vars(strong_augmentation).items() if n not in MOVES}
    masks = torch.randint(11, (6, 12, 17))
    _, found = move(torch.rand(6, info["channels"], 12, 17), masks, **changes)
    assert torch.equal(found, masks)
    assert found.dtype == torch.int64


# jinja: endif
@colour
def test_hue_and_saturation_stay_within_their_range(apply, pixels, info):
    """Hue is the angle in the colour plane, of which 1 is a whole turn; saturation the distance."""
    many = pixels[:1].expand(200, -1, -1, -1)

    def plane(batch):
        """The colours of a pixel, as complex numbers ``(B,)``."""
        axes = torch.tensor([[0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]])
        return torch.complex(*(axes @ batch[:, :, 3, 3].T))

    turn = (plane(apply(many, hue=0.1)) / plane(many)).angle().rad2deg()
    assert -36.1 < turn.min() < -30 < 30 < turn.max() < 36.1
    ratio = (plane(apply(many, saturation=0.2)) / plane(many)).abs()
    assert 0.8 - 1e-3 < ratio.min() < 0.85 < 1.15 < ratio.max() < 1.2 + 1e-3
