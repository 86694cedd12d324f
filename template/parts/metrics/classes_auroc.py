"""What a classifier of graphs is measured by, from the predictions for a whole split.

Shapes: N graphs, K classes.
"""

import torch
from torch import Tensor


def compute_metrics(probabilities: Tensor, target: Tensor) -> dict[str, float]:
    """Accuracy and AUROC of ``(N, K)`` probabilities and int64 ``(N,)`` classes.

    With more than two classes the AUROC is the mean over pairs of classes (Hand and Till 2001), of
    those that the split has.
    """
    from sklearn.metrics import roc_auc_score  # two seconds to import: paid at the first evaluation

    accuracy = (probabilities.argmax(dim=1) == target).double().mean().item()
    present = torch.unique(target)
    if len(present) < 2 or not probabilities.isfinite().all():
        return {"accuracy": accuracy, "auroc": float("nan")}
    scores = probabilities.double()[:, present]
    scores = scores / scores.sum(dim=1, keepdim=True).clamp(min=1e-300)
    if len(present) == 2:
        auroc = roc_auc_score(target == present[1], scores[:, 1])
    else:
        auroc = roc_auc_score(target, scores, multi_class="ovo", labels=present)
    return {"accuracy": accuracy, "auroc": float(auroc)}


def score(metrics: dict[str, float]) -> float:
    """What decides which checkpoint is the best one; higher is better."""
    return metrics["accuracy"]
