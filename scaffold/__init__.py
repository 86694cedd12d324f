"""A generator of PyTorch projects that are right from the first commit."""

from typing import Any


def __getattr__(name: str) -> Any:
    """Give `__version__` on demand: reading a distribution's metadata costs more than `--help` does."""
    if name == "__version__":
        from importlib.metadata import version

        return version("torch-scaffold")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
