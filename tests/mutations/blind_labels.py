"""Mistakes with any number of labels, by somebody who had seen neither tests nor catalogue.

Four more of theirs stood already in labels.py, and one in data_graph.py.
"""

from functools import partial

from .faults import ACTIVATION, DATA_QUALITY, LOSS, PREPROCESSING, PROCESS, VALIDATION
from .mutation import change
from .projects import LABELS_PROJECTS

data = partial(change, "data.py")
targets = partial(change, "targets.py")
objective = partial(change, "objective.py")
metrics = partial(change, "metrics.py")
augment = partial(change, "augment.py")
train = partial(change, "train.py")
charts = partial(change, "tools/charts.py")
IMAGES, TEXTS, GRAPHS = ("cnn_labels",), ("textcnn_labels",), ("gin_labels",)

MUTATIONS = [
    targets(
        "unknown-labels-are-absent",
        "a label that nobody knows becomes 0 where names become rows",
        PREPROCESSING,
        LABELS_PROJECTS,
        "encode_labels",
        "absent = 0.0 if label.text else float('nan')\n"
        "rows.append([label.values.get(name, absent) for name in info['labels']])",
        "present = set(find_present(label))\n"
        "rows.append([float(name in present) for name in info['labels']])",
    ),
    targets(
        "columns-in-natural-order",
        "names of columns are sorted by their length, and probabilities are not",
        VALIDATION,
        LABELS_PROJECTS,
        "prediction_columns",
        "info['labels']",
        "sorted(info['labels'], key=lambda name: (len(name), name))",
    ),
    objective(
        "loss-divided-by-all-labels",
        "the mean is over all labels, and its count is that of the known ones",
        LOSS,
        LABELS_PROJECTS,
        "Objective.forward",
        "losses.where(target.isfinite(), 0).sum() / count.clamp(min=1)",
        "losses.where(target.isfinite(), 0).mean()",
    ),
    objective(
        "pos-weight-as-weight",
        "the weights are laid on presence and absence alike",
        LOSS,
        LABELS_PROJECTS,
        "Objective.forward",
        "F.binary_cross_entropy_with_logits(logits, target.nan_to_num(), pos_weight=weight, reduction='none')",
        "F.binary_cross_entropy_with_logits(logits, target.nan_to_num(), weight=weight, reduction='none')",
    ),
    metrics(
        "average-precision-by-example",
        "precision is averaged over the labels of each example",
        VALIDATION,
        LABELS_PROJECTS,
        "Metrics.compute",
        "present.any(dim=0)",
        "present.any(dim=1)",
        "zip(present.T[found], probabilities.T[found], known.T[found], strict=True)",
        "zip(present[found], probabilities[found], known[found], strict=True)",
    ),
    metrics(
        "average-precision-by-batch",
        "average precision is that of each batch, and their mean",
        VALIDATION,
        LABELS_PROJECTS,
        "Metrics.compute",
        "columns = zip(present.T[found], probabilities.T[found], known.T[found], strict=True)\n"
        "scores = [average_precision_score(true[rows], p[rows]) for true, p, rows in columns]",
        "scores = []\n"
        "for batch, true in zip(self.probabilities, self.target, strict=True):\n"
        "    for label in (true == 1).any(dim=0).nonzero().flatten().tolist():\n"
        "        if found.any():\n"
        "            rows = true[:, label].isfinite()\n"
        "            scores.append(average_precision_score(true[rows, label] == 1, batch[rows, label]))",
    ),
    data(
        "labels-of-all-images",
        "a label of the test images alone gets an output that nobody trains",
        DATA_QUALITY,
        IMAGES,
        "load_data",
        "labels = [example.label for example in splits['train']]",
        "labels = [example.label for examples in splits.values() for example in examples]",
    ),
    data(
        "separator-of-labels-is-not-handed-on",
        "the separator of the settings does not reach the labels: each combination is one",
        DATA_QUALITY,
        (*IMAGES, *TEXTS),
        "load_data",
        "partial(read_label, separator=settings.label_separator)",
        "read_label",
    ),
    data(
        "groups-out-of-step",
        "the second split is stratified by the groups of other graphs",
        DATA_QUALITY,
        GRAPHS,
        "split_graphs",
        "[groups[number] for number in rest]",
        "[*groups.values()][:len(rest)]",
    ),
    change(
        "sources.py",
        "images-without-labels-are-skipped",
        "an empty cell, which says that there is no label, is taken for a missing one",
        DATA_QUALITY,
        IMAGES,
        "read_labelled",
        "label = read_label({column: fields[column] for column in columns[1:]}, place)",
        "if not any(fields[column] for column in columns[1:]):\n    continue\n"
        "label = read_label({column: fields[column] for column in columns[1:]}, place)",
    ),
    change(
        "engine/rows.py",
        "empty-rows-at-the-start-are-stripped",
        "where the first graph has no label, each has those of the next one",
        DATA_QUALITY,
        GRAPHS,
        "read_rows",
        "read_text(path).rstrip()",
        "read_text(path).strip()",
    ),
    augment(
        "pasted-half-keeps-its-target",
        "half of another image is pasted, and the target is that of the first",
        PREPROCESSING,
        IMAGES,
        "Augment.forward",
        "(images,) = inputs",
        "(images,) = inputs\n"
        "partner = torch.randperm(len(images), generator=generator, device=images.device)\n"
        "half = images.size(3) // 2\n"
        "images = torch.cat([images[..., :half], images[partner][..., half:]], dim=3)",
    ),
    augment(
        "smoothing-makes-unknown-absent",
        "what is not 1 becomes nearly 0, which unknown labels are not",
        PREPROCESSING,
        GRAPHS,
        "Augment.forward",
        "x, edge_index, graph, sizes, *edge_attr = inputs",
        "target = torch.where(target == 1, 0.95, 0.05)\nx, edge_index, graph, sizes, *edge_attr = inputs",
    ),
    change(
        "model.py",
        "sigmoid-before-the-sigmoid",
        "the model ends in a sigmoid, and the loss begins with one",
        ACTIVATION,
        IMAGES,
        "CNN.forward",
        "self.head(x)",
        "self.head(x).sigmoid()",
    ),
    train(
        "loss-of-labels-is-a-mean-of-batches",
        "a batch with few known labels counts as much as any",
        VALIDATION,
        LABELS_PROJECTS,
        "evaluate",
        "mean_loss.update(*objective(outputs, target))",
        "loss, _ = objective(outputs, target)\nmean_loss.update(loss, 1)",
    ),
    train(
        "logits-into-metrics",
        "metrics are given logits: the order is the same, and the threshold another",
        VALIDATION,
        LABELS_PROJECTS,
        "evaluate",
        "objective.predict(outputs).cpu()",
        "outputs.cpu()",
    ),
    train(
        "accumulated-labels-weigh-by-batch",
        "batches of one step weigh the same, however many of their labels are known",
        PROCESS,
        LABELS_PROJECTS,
        "train_steps",
        "loss * (batch_count / count)",
        "loss / len(group)",
    ),
    charts(
        "bars-in-another-order-than-their-names",
        "the bars are sorted by how common a label is, and the names are not",
        VALIDATION,
        LABELS_PROJECTS,
        "draw_overview",
        "[f\"{info['labels'][label]} ({int(counts[label])})\" for label in order]",
        "[f\"{info['labels'][n]} ({int(counts[n])})\" for n in range(len(order))]",
    ),
    charts(
        "worst-examples-by-what-is-unknown",
        "a sure prediction of what nobody knows looks like an error",
        VALIDATION,
        LABELS_PROJECTS,
        "score_examples",
        "right.where(target.isfinite(), float('nan')).nanmean(dim=1).nan_to_num(0.5)",
        "right.mean(dim=1)",
    ),
]
