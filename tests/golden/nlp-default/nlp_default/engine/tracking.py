"""What TensorBoard shows of a run: ``tensorboard --logdir runs``."""

from pathlib import Path
from typing import Any


class Tracker:
    """Writes beside the checkpoints; what an earlier part of the run wrote later is hidden."""

    def __init__(self, folder: Path, settings: dict[str, Any], first_epoch: int) -> None:
        from torch.utils.tensorboard import SummaryWriter  # slow to import

        self.settings, self.writer = settings, SummaryWriter(str(folder), purge_step=first_epoch)

    def log(self, record: dict[str, float]) -> None:
        for name, value in record.items():
            self.writer.add_scalar(name, value, record["epoch"])
        self.writer.flush()

    def finish(self, record: dict[str, float]) -> None:
        """Settings and last metrics side by side, to compare runs by."""
        metrics = {f"final/{name}": value for name, value in record.items()}
        self.writer.add_hparams(self.settings, metrics, run_name=".")
