"""What a report shows of a language model: what a token costs by what the model sees before it."""

from pathlib import Path

from matplotlib.figure import Figure

from .show import save


def draw_overview(folder: Path, each: dict[str, dict[str, float]]) -> str:
    """Draws the whole split, of which ``compute_each`` told; returns the name of the picture."""
    figure = Figure(figsize=(6, 3))
    axes = figure.subplots()
    losses = [found["loss"] for found in each.values()]
    axes.plot(range(len(losses)), losses, marker=".")
    axes.set_xticks(range(len(losses)), [*each], rotation=45, ha="right", fontsize=7)
    axes.set(ylabel="loss")
    save(figure, folder / "places.png")
    return "places"
