"""What people rightly set in configs/default.yaml: values at either end of what makes sense."""

from .mutation import Setting, Text, edit

IMAGES = ("cnn", "resnet_numbers")
TEXTS = ("lstm", "textcnn_labels")
GRAPHS = ("gin", "gin_numbers")
NODES = ("gcn", "gcn_numbers")
FORMS = ("cnn", "lstm", "gin")
ALL = (*FORMS, "gcn")


def training(*lines: str) -> Text:
    """Add settings of the training that the recipe does not name."""
    return Text(
        "configs/default.yaml", "training:\n", "training:\n" + "".join(f"  {line}\n" for line in lines)
    )


EDITS = [
    edit("smallest-batches", "a step takes two samples", FORMS, Setting("data.batch_size", 2)),
    edit("largest-batches", "a step takes thousands of samples", FORMS, Setting("data.batch_size", 8192)),
    edit("hardly-any-held-out", "a fiftieth is held out", ALL, Setting("data.held_out", 0.02)),
    edit("nearly-half-held-out", "nearly half is held out", ALL, Setting("data.held_out", 0.45)),
    edit(
        "smallest-recipe",
        "hardly any learning: the lowest rate, no decay, no floor, one epoch",
        FORMS,
        Setting("optim.lr", 1e-6),
        Setting("optim.weight_decay", 0.0),
        Setting("optim.betas", [0.0, 0.5]),
        Setting("schedule.floor", 0.0),
        Setting("training.epochs", 1),
    ),
    edit(
        "largest-recipe",
        "much of everything: decay, momentum, a floor at the peak, a thousand epochs, clipping",
        FORMS,
        Setting("optim.weight_decay", 10.0),
        Setting("optim.betas", [0.99, 0.9999]),
        Setting("schedule.floor", 1.0),
        Setting("training.epochs", 1000),
        Setting("training.clip_norm", 100.0),
    ),
    edit(
        "tightest-clipping",
        "gradients are clipped to nearly nothing",
        ALL,
        Setting("training.clip_norm", 1e-3),
    ),
    edit("no-warmup", "the first step has the peak rate", FORMS, Setting("schedule.warmup", 0.0)),
    edit("mostly-warmup", "nine tenths of the training are warmup", ALL, Setting("schedule.warmup", 0.9)),
    edit("a-high-rate", "the rate is three times as high", FORMS, Setting("optim.lr", 0.03)),
    edit(
        "smallest-model-of-images",
        "four channels in the first stage",
        ("cnn",),
        Setting("model.width", 4),
    ),
    edit(
        "largest-model-of-images",
        "five stages, much dropout",
        ("cnn",),
        Setting("model.num_stages", 5),
        Setting("model.dropout", 0.9),
    ),
    edit(
        "smallest-model-of-texts",
        "four features, no dropout, eight tokens of a text",
        ("lstm",),
        Setting("model.width", 4),
        Setting("model.dropout", 0.0),
        Setting("data.max_length", 8),
        Setting("data.vocabulary_size", 300),
    ),
    edit(
        "largest-model-of-texts",
        "three layers, much dropout, long texts",
        ("lstm",),
        Setting("model.num_layers", 3),
        Setting("model.dropout", 0.9),
        Setting("data.max_length", 4096),
        Setting("data.vocabulary_size", 50000),
    ),
    edit(
        "smallest-model-of-graphs",
        "two layers of eight features, without dropout",
        ("gin", "gcn_graphs"),
        Setting("model.width", 8),
        Setting("model.depth", 2),
        Setting("model.dropout", 0.0),
    ),
    edit(
        "largest-model-of-graphs",
        "ten layers of 128 features, much dropout",
        ("gin", "gcn_graphs"),
        Setting("model.width", 128),
        Setting("model.depth", 10),
        Setting("model.dropout", 0.9),
    ),
    edit(
        "smallest-model-of-nodes",
        "four features, without dropout",
        NODES,
        Setting("model.width", 4),
        Setting("model.dropout", 0.0),
    ),
    edit(
        "largest-model-of-nodes",
        "four layers of 256 features",
        NODES,
        Setting("model.depth", 4),
        Setting("model.width", 256),
    ),
    edit(
        "no-augmentation-of-images",
        "all of it is off",
        ("cnn",),
        Setting("augment.rotation", 0.0),
        Setting("augment.min_crop", 1.0),
        Setting("augment.brightness", 0.0),
        Setting("augment.contrast", 0.0),
        Setting("augment.saturation", 0.0),
        Setting("augment.hue", 0.0),
        Setting("augment.noise", 0.0),
    ),
    edit(
        "strongest-augmentation-of-images",
        "all of it at its fullest",
        IMAGES,
        Setting("augment.horizontal_flip", 1.0),
        Setting("augment.rotation", 180.0),
        Setting("augment.min_crop", 0.1),
        Setting("augment.brightness", 1.0),
        Setting("augment.contrast", 1.0),
        Setting("augment.saturation", 1.0),
        Setting("augment.hue", 0.5),
        Setting("augment.noise", 1.0),
    ),
    edit("no-augmentation-of-texts", "no word is dropped", ("lstm",), Setting("augment.word_dropout", 0.0)),
    edit(
        "strongest-augmentation-of-texts",
        "all words but one are dropped",
        TEXTS,
        Setting("augment.word_dropout", 0.95),
    ),
    edit(
        "strongest-augmentation-of-graphs",
        "half of everything is dropped",
        (*GRAPHS, *NODES),
        Setting("augment.drop_edges", 0.5),
        Setting("augment.drop_nodes", 0.5),
        Setting("augment.drop_features", 0.5),
    ),
    edit(
        "smoothing-and-weights",
        "labels are smoothed and classes weighted",
        ("cnn", "lstm", "gin", "gcn"),
        Setting("objective.label_smoothing", 0.3),
        Setting("objective.class_weights", [1.0, 3.0]),
    ),
    edit(
        "positive-weights",
        "what is rare weighs more",
        ("cnn_labels",),
        Setting("objective.pos_weight", [9.0] * 10),
    ),
    edit(
        "patient-and-accumulated",
        "steps of eight batches, early stopping, another seed",
        ALL,
        training("accumulate: 8", "patience: 1", "seed: 17"),
    ),
    edit(
        "monitored-and-timed",
        "the loss decides which epoch is best, and half an hour is enough",
        ALL,
        training("monitor: loss", "minutes: 30"),
    ),
    edit(
        "balanced-fold-of-another-split",
        "classes are drawn equally often, in the second of three folds of another split",
        FORMS,
        Text("configs/default.yaml", "data:\n", "data:\n  balance: true\n  fold: [2, 3]\n  split_seed: 7\n"),
    ),
    edit(
        "sixteen-bits", "bf16 on every device, the CPU too", ALL, training("precision: bf16", "device: cpu")
    ),
    edit(
        "runs-elsewhere",
        "runs are kept in another folder under another name, and saved often",
        ALL,
        Text("configs/default.yaml", "run:\n", "run:\n  folder: results\n  save_every: 3\n  log_every: 1\n"),
    ),
    edit("workers", "images are read by two processes", IMAGES, Setting("data.workers", 2)),
]
