"""Mistakes in objective.py."""

from functools import partial

from .faults import ACTIVATION, API, GPU, LAYERS, LOSS, VALIDATION
from .mutation import Edit, Mutation

edit = partial(Edit, "objective.py")
CROSS_ENTROPY = ("resnet", "lstm", "gin")
NLL = ("cnn_sgd", "textcnn", "gcn_graphs")
MEAN = "F.cross_entropy(logits, target, label_smoothing=smoothing)"
SUM = "F.cross_entropy(logits, target, label_smoothing=smoothing, reduction='sum')"

MUTATIONS = [
    Mutation(
        "cross-entropy-of-softmax",
        "softmax before the cross-entropy, which takes logits",
        LAYERS,
        CROSS_ENTROPY,
        (edit("Objective.forward", MEAN, MEAN.replace("logits", "logits.softmax(dim=1)")),),
    ),
    Mutation(
        "cross-entropy-of-softmax-for-nodes",
        "softmax before the cross-entropy, which takes logits",
        LAYERS,
        ("gcn", "gat"),
        (edit("Objective.forward", SUM, SUM.replace("logits", "logits.softmax(dim=1)")),),
    ),
    Mutation(
        "cross-entropy-summed",
        "a sum over the batch where a mean is expected",
        LOSS,
        CROSS_ENTROPY,
        (edit("Objective.forward", MEAN, SUM),),
    ),
    Mutation(
        "smoothing-in-evaluation",
        "label smoothing is on in evaluation too",
        VALIDATION,
        (*CROSS_ENTROPY, "gcn"),
        (
            edit(
                "Objective.forward",
                "self.label_smoothing if self.training else 0.0",
                "self.label_smoothing",
            ),
        ),
    ),
    Mutation(
        "smoothing-the-wrong-way-round",
        "label smoothing is on in evaluation only",
        LOSS,
        ("resnet", "gcn"),
        (
            edit(
                "Objective.forward",
                "self.label_smoothing if self.training else 0.0",
                "0.0 if self.training else self.label_smoothing",
            ),
        ),
    ),
    Mutation(
        "smoothing-ignored",
        "the setting for label smoothing is ignored",
        LOSS,
        ("resnet", "gcn"),
        (edit("Objective.forward", "self.label_smoothing if self.training else 0.0", "0.0"),),
    ),
    Mutation(
        "count-of-one",
        "the objective says that its mean is one of 1, so that batches count the same whatever their size",
        LOSS,
        CROSS_ENTROPY,
        (edit("Objective.count", "len(target)", "1"),),
    ),
    Mutation(
        "probabilities-over-the-batch",
        "softmax of the prediction over the wrong dimension",
        ACTIVATION,
        (*CROSS_ENTROPY, "gcn"),
        (edit("Objective.predict", "logits.softmax(dim=1)", "logits.softmax(dim=0)"),),
    ),
    Mutation(
        "log-probabilities-as-probabilities",
        "prediction gives log-probabilities",
        ACTIVATION,
        ("resnet", "gcn"),
        (edit("Objective.predict", "logits.softmax(dim=1)", "logits.log_softmax(dim=1)"),),
    ),
    Mutation(
        "sigmoid-for-softmax",
        "prediction gives a sigmoid for each class",
        ACTIVATION,
        ("lstm", "gat"),
        (edit("Objective.predict", "logits.softmax(dim=1)", "logits.sigmoid()"),),
    ),
    Mutation(
        "squared-error-of-classes",
        "squared error of probabilities for a classification",
        LOSS,
        ("resnet", "lstm"),
        (
            edit(
                "Objective.forward",
                MEAN,
                "F.mse_loss(logits.softmax(dim=1), F.one_hot(target, logits.size(1)).float())",
            ),
        ),
    ),
    Mutation(
        "binary-cross-entropy-of-classes",
        "one binary cross-entropy for each class",
        LOSS,
        ("resnet", "gin"),
        (
            edit(
                "Objective.forward",
                MEAN,
                "F.binary_cross_entropy_with_logits(logits, F.one_hot(target, logits.size(1)).float())",
            ),
        ),
    ),
    Mutation(
        "nll-of-logits",
        "the log-softmax before the negative log-likelihood is forgotten",
        ACTIVATION,
        (*NLL, "graphsage"),
        (edit("Objective.forward", "logits.log_softmax(dim=1)", "logits"),),
    ),
    Mutation(
        "nll-of-softmax",
        "softmax instead of log-softmax before the negative log-likelihood",
        ACTIVATION,
        (*NLL, "graphsage"),
        (edit("Objective.forward", "logits.log_softmax(dim=1)", "logits.softmax(dim=1)"),),
    ),
    Mutation(
        "nll-over-the-batch",
        "log-softmax over the wrong dimension",
        ACTIVATION,
        (*NLL, "graphsage"),
        (edit("Objective.forward", "logits.log_softmax(dim=1)", "logits.log_softmax(dim=0)"),),
    ),
    Mutation(
        "nll-log-of-softmax",
        "the logarithm of a softmax is -inf for a class that the model is sure to be wrong",
        LOSS,
        (*NLL, "graphsage"),
        (edit("Objective.forward", "logits.log_softmax(dim=1)", "logits.softmax(dim=1).log()"),),
    ),
    Mutation(
        "nll-weights-no-buffer",
        "class weights as a plain tensor stay on the CPU",
        GPU,
        ("cnn_sgd", "graphsage"),
        (
            edit(
                "Objective.__init__",
                "self.register_buffer('weights', None if weights is None else torch.tensor(weights))",
                "self.weights = None if weights is None else torch.tensor(weights)",
            ),
        ),
    ),
    Mutation(
        "nll-weights-in-evaluation",
        "class weights are on in evaluation too",
        VALIDATION,
        ("textcnn", "graphsage"),
        (
            edit("Objective.forward", "self.weights if self.training else None", "self.weights"),
            edit("Objective.count", "self.weights is None or not self.training", "self.weights is None"),
        ),
    ),
    Mutation(
        "nll-weights-ignored",
        "the setting for class weights is ignored",
        LOSS,
        ("cnn_sgd",),
        (
            edit(
                "Objective.forward",
                "F.nll_loss(logits.log_softmax(dim=1), target, weights)",
                "F.nll_loss(logits.log_softmax(dim=1), target)",
            ),
        ),
    ),
    Mutation(
        "nll-weighted-mean-of-how-many",
        "the count of a weighted mean is the number of targets instead of the sum of their weights",
        LOSS,
        ("cnn_sgd", "gcn_graphs"),
        (edit("Objective.count", "self.weights[target].sum()", "len(target)"),),
    ),
    Mutation(
        "ignored-nodes-count",
        "the mean is taken over all nodes, those without a target too",
        LOSS,
        ("gcn", "gat"),
        (edit("Objective.count", "(target >= 0).sum()", "(target >= -100).sum()"),),
    ),
    Mutation(
        "class-zero-does-not-count",
        "the mask leaves out class 0",
        LOSS,
        ("gcn", "graphsage"),
        (edit("Objective.count", "target >= 0", "target > 0"),),
    ),
    Mutation(
        "mean-of-no-nodes",
        "the mean over no node is nan",
        LOSS,
        ("gcn",),
        (edit("Objective.forward", "total / count.clamp(min=1)", "total / count"),),
    ),
    Mutation(
        "ignored-nodes-as-class-zero",
        "targets that do not count are clamped to class 0",
        LOSS,
        ("gcn", "gat"),
        (edit("Objective.forward", SUM, SUM.replace("target", "target.clamp(min=0)")),),
    ),
    Mutation(
        "loss-in-half-precision",
        "logits are rounded to half precision before the loss",
        API,
        ("resnet", "lstm"),
        (edit("Objective.forward", MEAN, MEAN.replace("logits", "logits.half().float()")),),
    ),
]
