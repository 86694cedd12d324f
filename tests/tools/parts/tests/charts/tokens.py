"""What a report shows of a language model: what tokens cost by their place."""

from matplotlib.axes import Axes

from package.tools.charts import draw_overview


def test_the_cost_of_each_place_is_drawn(tmp_path, monkeypatch):
    drawn, plot = [], Axes.plot

    def record(axes, *values, **options):
        drawn.append(values)
        return plot(axes, *values, **options)

    monkeypatch.setattr(Axes, "plot", record)
    each = {"token 1": {"loss": 3.0}, "token 2 to 3": {"loss": 2.0}}
    name = draw_overview(tmp_path, each)
    assert (tmp_path / f"{name}.png").exists()
    assert [*drawn[0][1]] == [3.0, 2.0]
