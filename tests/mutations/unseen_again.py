"""What survived a second time, of 195 mistakes by five who had seen neither checks nor catalogue.

Then the mistakes of this repository itself that they found in the projects by reading.
"""

from .mutation import (
    API,
    DATA_QUALITY,
    GPU,
    INPUT,
    LAYER_PROPERTIES,
    LAYERS,
    PREPROCESSING,
    PROCESS,
    SHAPE,
    VALIDATION,
    Edit,
    Mutation,
)
from .projects import EVERY_TASK

MUTATIONS = [
    Mutation(
        "first-patch-taken-for-class-token",
        "pooling takes the first patch, as if it were a class token",
        LAYERS,
        ("vit",),
        (
            Edit(
                "model.py",
                "VisionTransformer.forward",
                "self.norm(self.blocks(x)).mean(dim=1)",
                "self.norm(self.blocks(x))[:, 0]",
            ),
        ),
    ),
    Mutation(
        "every-block-of-a-stage-strides",
        "not only the first block of a stage halves the image",
        LAYER_PROPERTIES,
        ("resnet",),
        (
            Edit(
                "model.py",
                "ResNet.__init__",
                "BasicBlock(in_channels, out_channels, stride if first else 1)",
                "BasicBlock(in_channels, out_channels, stride)",
            ),
        ),
    ),
    Mutation(
        "afternoon-sorts-before-morning",
        "hours of a run's name are 01 to 12: the newest run is not the last by name",
        API,
        EVERY_TASK,
        (
            Edit(
                "run.py",
                "Run.__init__",
                "f'{datetime.now():%Y%m%d-%H%M%S-%f}-{settings.name}'",
                "f'{datetime.now():%Y%m%d-%I%M%S-%f}-{settings.name}'",
            ),
        ),
    ),
    Mutation(
        "graphs-counted-by-the-last-node",
        "a batch whose last graph has no nodes gets a row too few",
        SHAPE,
        ("gin", "gcn_graphs"),
        (
            Edit(
                "model.py",
                "",
                "x.new_zeros(len(sizes), x.size(1))",
                "x.new_zeros(int(graph.max()) + 1, x.size(1))",
            ),
        ),
    ),
    Mutation(
        "deviation-plus-epsilon",
        "a number that is constant in training is divided by 1e-8",
        PREPROCESSING,
        ("gin", "gcn_graphs"),
        (Edit("data.py", "describe", "std.masked_fill(constant, 1)", "std + 1e-8"),),
    ),
    Mutation(
        "rest-of-planetoid-is-test",
        "nodes of Planetoid that are in no split are tested",
        VALIDATION,
        ("gcn",),
        (Edit("sources.py", "read_planetoid", "'test' if s else ''", "'test'"),),
    ),
    Mutation(
        "batch-norm-over-padding",
        "an added batch norm takes its statistics over padding too",
        LAYERS,
        ("textcnn",),
        (
            Edit(
                "model.py",
                "Filters.__init__",
                "nn.ReLU(inplace=True)",
                "nn.Sequential(nn.BatchNorm1d(num_filters), nn.ReLU(inplace=True))",
            ),
        ),
    ),
    Mutation(
        "dropout-of-the-accelerator-not-restored",
        "on a GPU a resumed training draws other dropout than one that was not stopped",
        GPU,
        ("vit", "transformer"),
        (
            Edit(
                "checkpoint.py",
                "restore_random_states",
                "torch.get_device_module(generator.device).set_rng_state(states['device'])",
                "pass",
            ),
        ),
    ),
    Mutation(
        "trial-of-a-sweep-taken-for-the-newest-run",
        "best.pt is looked for at any depth, and studies sort behind the dates of runs",
        VALIDATION,
        ("mlp", "graphsage"),
        (Edit("checkpoint.py", "find_best", "folder.glob('*/best.pt')", "folder.rglob('best.pt')"),),
    ),
    Mutation(
        "deviation-zero-but-for-rounding",
        "a constant 0.1 has a mean that is not quite 0.1, and so a deviation",
        PREPROCESSING,
        ("gin", "gcn_graphs"),
        (Edit("data.py", "describe", "std.masked_fill(constant, 1)", "std.where(std > 0, 1)"),),
    ),
    Mutation(
        "mean-of-seven-digits",
        "large numbers are centred by a mean in float32",
        PREPROCESSING,
        ("gin", "gcn_graphs"),
        (
            Edit(
                "data.py",
                "encode",
                "torch.tensor(info[name], dtype=torch.float64)",
                "torch.tensor(info[name])",
            ),
        ),
    ),
    Mutation(
        "patch-without-its-last-line",
        "a patch that ends in a binary file cannot be applied",
        PROCESS,
        EVERY_TASK,
        (Edit("provenance.py", "git", "output.removesuffix('\\n')", "output.rstrip('\\n')"),),
    ),
    Mutation(
        "patch-as-the-user-likes-it",
        "the patch follows settings of git that nothing can apply",
        PROCESS,
        EVERY_TASK,
        (
            Edit(
                "provenance.py",
                "find_changes",
                "git('diff-index', '--patch', '--binary', str(base), index=copy)",
                "git('diff', '--binary', str(base), index=copy)",
            ),
        ),
    ),
    Mutation(
        "random-numbers-of-another-device",
        "a training cannot go on with another device",
        PROCESS,
        EVERY_TASK,
        (
            Edit(
                "checkpoint.py",
                "restore_random_states",
                "if device != generator.device.type:\n    return",
                "pass",
            ),
        ),
    ),
    Mutation(
        "evaluation-in-full-precision",
        "evaluate does not compute as the training's validation did",
        VALIDATION,
        EVERY_TASK,
        (
            Edit(
                "cli.py",
                "evaluate_command",
                "autocast(device, settings.training.precision)",
                "autocast(device, 'fp32')",
            ),
        ),
    ),
    Mutation(
        "rate-drawn-a-step-late",
        "the drawn schedule is a step behind what the run records",
        API,
        ("resnet", "lstm", "gin"),
        (
            Edit(
                "show.py",
                "draw_schedule",
                "[step / steps_per_epoch for step in range(total)]",
                "[(step + 1) / steps_per_epoch for step in range(total)]",
            ),
        ),
    ),
    Mutation(
        "recipe-not-its-own-trial",
        "a recipe with much augmentation is not tried as it is",
        API,
        ("lstm", "gcn"),
        (Edit("sweep.py", "strengthen", "max(0.9, share)", "0.9"),),
    ),
    Mutation(
        "hidden-folders-read",
        "thumbnails in a hidden folder are taken for data",
        DATA_QUALITY,
        ("resnet",),
        (Edit("sources.py", "find_images", "path.relative_to(folder).parts", "[path.name]"),),
    ),
    Mutation(
        "hidden-texts-predicted",
        "files in a hidden folder are predicted for",
        INPUT,
        ("lstm",),
        (Edit("data.py", "find_texts", "file.relative_to(path).parts", "[file.name]"),),
    ),
    Mutation(
        "blank-texts-of-the-hub",
        "a text of blanks has no tokens, and its batch no meaning",
        DATA_QUALITY,
        ("lstm",),
        (Edit("sources.py", "read_hub", "str(cell).strip()", "str(cell)"),),
    ),
    Mutation(
        "second-validation-split-wins",
        "of two validation splits of a hub the last is taken silently",
        DATA_QUALITY,
        ("resnet", "lstm"),
        (Edit("sources.py", "read_hub", "split in splits", "False"),),
    ),
    Mutation(
        "class-with-nothing-to-train",
        "a class whose images are all held out is never learned",
        DATA_QUALITY,
        ("resnet",),
        (
            Edit(
                "data.py",
                "hold_out",
                "by_class.keys() - {example.label for example in splits['train']}",
                "()",
            ),
        ),
    ),
]
