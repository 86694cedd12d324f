"""What MLflow shows of a run: ``mlflow ui --backend-store-uri sqlite:///runs/mlflow.db``."""

import logging
import os
import re
import time
from pathlib import Path
from typing import Any


class Tracker:
    """A run in the database of all runs, or on the server that MLFLOW_TRACKING_URI names."""

    def __init__(self, folder: Path, settings: dict[str, Any], first_epoch: int) -> None:
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        from mlflow import MlflowClient  # slow to import
        from mlflow.entities import Param

        logging.getLogger("mlflow").setLevel(logging.WARNING)  # else it tells of each new table
        place = f"sqlite:///{folder.resolve().parent / 'mlflow.db'}"
        # jinja: if distributed
        from .parallel import rank

        self.client: Any = MlflowClient(
            place if rank() else os.environ.get("MLFLOW_TRACKING_URI", place)
        )
        # jinja: else
        self.client: Any = MlflowClient(os.environ.get("MLFLOW_TRACKING_URI", place))
        # jinja: endif
        note, name = folder / "mlflow.txt", __package__.partition(".")[0]
        if note.exists():  # the run is resumed
            self.run = note.read_text()
            return
        experiment = self.client.get_experiment_by_name(name)
        number = experiment.experiment_id if experiment else self.client.create_experiment(name)
        self.run = self.client.create_run(number, run_name=folder.name).info.run_id
        note.write_text(self.run)
        params = [Param(key, str(value)[:500]) for key, value in settings.items()]
        self.client.log_batch(self.run, params=params)

    def log(self, record: dict[str, float]) -> None:
        from mlflow.entities import Metric

        now, epoch = int(1000 * time.time()), int(record["epoch"])
        # Other characters are not allowed in names.
        names = {name: re.sub(r"[^\w\-. :/]", "_", name) for name in record}
        metrics = [Metric(names[name], value, now, epoch) for name, value in record.items()]
        self.client.log_batch(self.run, metrics=metrics)

    def finish(self, record: dict[str, float]) -> None:
        self.client.set_terminated(self.run)
