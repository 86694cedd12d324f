"""What a classifier is measured by, from the predictions for a whole split.

Shapes: N samples, K classes.
"""

from torch import Tensor


def compute_metrics(probabilities: Tensor, target: Tensor) -> dict[str, float]:
    """Accuracy and macro-averaged F1 of ``(N, K)`` probabilities and int64 ``(N,)`` classes."""
    from sklearn.metrics import f1_score  # two seconds to import: paid at the first evaluation

    # jinja: if output == "node"
    counted = target >= 0  # the others belong to another split
    probabilities, target = probabilities[counted], target[counted]
    # jinja: endif
    prediction = probabilities.argmax(dim=1)
    return {
        "accuracy": (prediction == target).double().mean().item(),
        "macro_f1": float(f1_score(target, prediction, average="macro", zero_division=0.0)),
    }


def score(metrics: dict[str, float]) -> float:
    """What decides which checkpoint is the best one; higher is better."""
    return metrics["accuracy"]
