"""Mistakes in run.py, checkpoint.py, metrics.py, cli.py and the configuration."""

from functools import partial

from .faults import API, HYPERPARAMETERS, INPUT, PREPROCESSING, PROCESS, VALIDATION
from .mutation import Edit, Mutation, Setting
from .projects import EVERY_TASK

run = partial(Edit, "engine/run.py")
checkpoint = partial(Edit, "engine/checkpoint.py")
metrics = partial(Edit, "metrics.py")
cli = partial(Edit, "cli.py")
CLASSES = ("resnet", "lstm", "gcn")
GRAPHS = ("gin", "gcn_graphs")
F1 = "(2 * hits[found] / sums[found]).mean()"

MUTATIONS = [
    Mutation(
        "best-is-always-last",
        "the best score is not remembered, so that best.pt is the last checkpoint",
        PROCESS,
        ("resnet", "gcn"),
        (run("Run.finish_epoch", "self.best = max(score, self.best)", "pass"),),
    ),
    Mutation(
        "best-is-worst",
        "the comparison is the wrong way round",
        PROCESS,
        ("lstm", "gin"),
        (
            run("Run.__init__", "-math.inf", "math.inf"),
            run("Run.finish_epoch", "max(score, self.best)", "min(score, self.best)"),
            run("Run.finish_epoch", "score >= self.best", "score <= self.best"),
        ),
    ),
    Mutation(
        "best-comes-first",
        "of equal scores the first is kept, which came by chance",
        PROCESS,
        ("resnet", "gcn"),
        (run("Run.finish_epoch", "score >= self.best", "score > self.best"),),
    ),
    Mutation(
        "written-in-place",
        "a crash while the checkpoint is written leaves half of it",
        PROCESS,
        ("resnet", "gcn"),
        (checkpoint("save_checkpoint", "path.with_suffix('.tmp')", "path"),),
    ),
    Mutation(
        "parameters-without-statistics",
        "buffers such as the statistics of batch norm are not saved",
        PROCESS,
        ("resnet", "gin"),
        (
            Edit(
                "engine/state.py",
                "TrainState.state_dict",
                "self.model.state_dict()",
                "{name: weight.detach() for name, weight in self.model.named_parameters()}",
            ),
        ),
    ),
    Mutation(
        "checkpoint-runs-code",
        "a checkpoint from elsewhere may run any code",
        API,
        EVERY_TASK,
        (
            checkpoint(
                "load_checkpoint",
                "torch.load(path, map_location='cpu', weights_only=True)",
                "torch.load(path, map_location='cpu', weights_only=False)",
            ),
        ),
    ),
    Mutation(
        "oldest-run",
        "the oldest run is taken for the newest",
        PROCESS,
        EVERY_TASK,
        (checkpoint("find_best", "found[-1]", "found[0]"),),
    ),
    Mutation(
        "metrics-overwritten",
        "each epoch overwrites the metrics of those before it",
        API,
        EVERY_TASK,
        (
            run(
                "Run.finish_epoch",
                "(self.folder / 'metrics.jsonl').open('a')",
                "(self.folder / 'metrics.jsonl').open('w')",
            ),
        ),
    ),
    Mutation(
        "goes-on-with-nan",
        "training goes on with a loss of nan",
        PROCESS,
        EVERY_TASK,
        (run("Run.finish_epoch", "not math.isfinite(record['train_loss'])", "False"),),
    ),
    Mutation(
        "runs-share-a-folder",
        "two runs in the same second write to one folder",
        PROCESS,
        ("resnet",),
        (
            run(
                "Run.__init__",
                "self.folder.mkdir(parents=True)",
                "self.folder.mkdir(parents=True, exist_ok=True)",
            ),
        ),
        equivalent="the folder's name has microseconds, so that no two runs have the same",
    ),
    Mutation(
        "accuracy-over-the-batch",
        "the largest value is looked for in the wrong dimension",
        VALIDATION,
        CLASSES,
        (metrics("Metrics.update", "probabilities.argmax(dim=1)", "probabilities.argmax(dim=0)"),),
    ),
    Mutation(
        "f1-weighted",
        "F1 is weighted by the size of the classes, where all should count the same",
        VALIDATION,
        CLASSES,
        (
            metrics(
                "Metrics.compute",
                F1,
                "(2 * hits / sums * confusion.sum(dim=1))[found].sum() / confusion.sum()",
            ),
        ),
    ),
    Mutation(
        "f1-micro",
        "micro-averaged F1 is the accuracy again",
        VALIDATION,
        CLASSES,
        (metrics("Metrics.compute", F1, "2 * hits.sum() / sums.sum()"),),
    ),
    Mutation(
        "f1-swapped",
        "target and prediction are given to F1 in the wrong order",
        API,
        ("resnet",),
        (
            metrics(
                "Metrics.update",
                "(target, probabilities.argmax(dim=1))",
                "(probabilities.argmax(dim=1), target)",
            ),
        ),
        equivalent="F1 is symmetric, and so is its mean over the classes of both",
    ),
    Mutation(
        "recall-for-f1",
        "the macro-averaged recall is reported as F1",
        VALIDATION,
        ("lstm", "gcn"),
        (
            metrics(
                "Metrics.compute",
                "confusion.sum(dim=0) + confusion.sum(dim=1)",
                "2 * confusion.sum(dim=1)",
            ),
        ),
    ),
    Mutation(
        "metrics-of-all-nodes",
        "nodes of other splits count as wrong",
        VALIDATION,
        ("gcn", "gat"),
        (
            metrics(
                "Metrics.update", "probabilities, target = (probabilities[counted], target[counted])", "pass"
            ),
        ),
    ),
    Mutation(
        "metrics-without-class-zero",
        "nodes of class 0 are left out",
        VALIDATION,
        ("gcn", "graphsage"),
        (metrics("Metrics.update", "target >= 0", "target > 0"),),
    ),
    Mutation(
        "score-of-the-loss",
        "the checkpoint with the highest loss is called the best",
        VALIDATION,
        EVERY_TASK,
        (metrics("score", "metrics['accuracy']", "metrics['loss']"),),
    ),
    Mutation(
        "score-negated",
        "the checkpoint with the lowest accuracy is called the best",
        VALIDATION,
        ("resnet", "gin"),
        (metrics("score", "metrics['accuracy']", "-metrics['accuracy']"),),
    ),
    Mutation(
        "auroc-of-predictions",
        "the area is computed from classes instead of probabilities",
        VALIDATION,
        GRAPHS,
        (metrics("Metrics.compute", "scores[:, 1]", "scores.argmax(dim=1)"),),
    ),
    Mutation(
        "auroc-of-the-other-class",
        "the area is computed from the probability of the other class",
        VALIDATION,
        GRAPHS,
        (metrics("Metrics.compute", "scores[:, 1]", "scores[:, 0]"),),
    ),
    Mutation(
        "auroc-one-against-rest",
        "the area of more than two classes is averaged another way than is said",
        VALIDATION,
        ("gin",),
        (
            metrics(
                "Metrics.compute",
                "roc_auc_score(target, scores, multi_class='ovo', labels=present)",
                "roc_auc_score(target, scores, multi_class='ovr', average='weighted', labels=present)",
            ),
        ),
    ),
    Mutation(
        "evaluates-another-split",
        "evaluate splits the data with another seed than the training did",
        VALIDATION,
        ("resnet", "lstm", "gin"),
        (
            cli(
                "measure",
                "load_data(settings.data, settings.training.seed, checkpoint['info'])",
                "load_data(settings.data, 0, checkpoint['info'])",
            ),
        ),
    ),
    Mutation(
        "evaluates-with-new-statistics",
        "evaluate prepares the data by what it finds instead of what the model was trained with",
        PREPROCESSING,
        ("resnet", "lstm", "gcn", "gin"),
        (
            cli(
                "measure",
                "load_data(settings.data, settings.training.seed, checkpoint['info'])",
                "load_data(settings.data, settings.training.seed)",
            ),
        ),
    ),
    Mutation(
        "evaluates-training-data",
        "evaluate measures on the training data whatever the split",
        VALIDATION,
        ("resnet", "gin"),
        (cli("measure", "getattr(data, split)", "data.train"),),
    ),
    Mutation(
        "predicts-the-class-before",
        "class names are counted from 1",
        INPUT,
        EVERY_TASK,
        (Edit("targets.py", "describe_prediction", "info['classes'][best]", "info['classes'][best - 1]"),),
    ),
    Mutation(
        "predicts-logits",
        "predict prints the largest logit as a probability",
        VALIDATION,
        EVERY_TASK,
        (cli("predict", "objective.predict(outputs)", "outputs"),),
    ),
    Mutation(
        "config-wins-over-flags",
        "the project's defaults win over the file that was named",
        HYPERPARAMETERS,
        EVERY_TASK,
        (cli("dispatch", "(read_config(config), base)", "(base, read_config(config))"),),
    ),
    Mutation(
        "evaluates-with-the-projects-defaults",
        "evaluate builds the model by the project's defaults instead of those it was trained with",
        HYPERPARAMETERS,
        EVERY_TASK,
        (
            Edit(
                "engine/config.py",
                "BaseLayer.__call__",
                "to_layer(drop_unknown(checkpoint['settings'], path), path)",
                "read_config(DEFAULT_CONFIG)",
            ),
        ),
    ),
    Mutation(
        "digits-mirrored",
        "digits are mirrored, which changes what they are",
        PREPROCESSING,
        ("resnet", "vit"),
        (Setting("augment.horizontal_flip", 0.5),),
    ),
    Mutation(
        "rate-far-too-high",
        "the learning rate is that of another optimizer",
        HYPERPARAMETERS,
        ("resnet", "lstm", "gin"),
        (Setting("optim.lr", 10.0),),
    ),
    Mutation(
        "betas-in-the-wrong-order",
        "the betas stand in the wrong order",
        HYPERPARAMETERS,
        ("resnet", "lstm"),
        (Setting("optim.betas", [0.999, 0.9]),),
    ),
]
