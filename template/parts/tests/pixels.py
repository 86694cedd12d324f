"""What a model of pixels must do: an output for each of them, from what surrounds it."""

import pytest
import torch

from package.model import build_model


@pytest.mark.parametrize(("height", "width"), [(1, 1), (5, 3), (17, 31), (32, 32), (33, 46)])
def test_outputs_have_the_size_of_their_image(settings, info, num_outputs, height, width):
    """Whatever it is: halves of odd numbers must not add up to less, or to more."""
    model = build_model(settings.model, info, num_outputs).eval()
    images = torch.randn(2, info["channels"], height, width)
    assert model(images).shape == (2, num_outputs, height, width)


@pytest.mark.parametrize("info", ["colour"], indirect=True)
@pytest.mark.parametrize("place", [(3, 20), (27, 4), (15, 11)])
def test_an_output_looks_at_the_surroundings_of_its_pixel(model, info, place):
    """Not at the pixel alone, which tells nothing, nor at another part of the image."""
    images = torch.randn(2, info["channels"], 31, 24, requires_grad=True)
    row, column = place
    model(images)[1, :, row, column].square().sum().backward()
    if images.grad is None:
        pytest.skip("a frozen part keeps no gradients")
    seen = images.grad.abs().sum(dim=1)  # (B, H, W)
    assert not seen[0].any(), "the outputs of an image depend on another one"
    seen = seen[1]
    assert (seen > 0).sum() > 9, "an output depends on hardly more than its own pixel"
    rows, columns = torch.arange(31.0), torch.arange(24.0)
    centre = (seen.sum(dim=1) @ rows / seen.sum(), seen.sum(dim=0) @ columns / seen.sum())
    near = seen[max(0, row - 3) : row + 4, max(0, column - 3) : column + 4].mean()
    found = f"it looks around row {centre[0]:.0f}, column {centre[1]:.0f}"
    assert near > 2 * seen.mean(), f"the output of row {row}, column {column} is elsewhere: {found}"
