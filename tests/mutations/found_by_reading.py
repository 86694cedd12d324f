"""Mistakes of this repository itself, which readers of the generated projects found, made once more."""

from .faults import API, DATA_QUALITY, INPUT, PREPROCESSING, PROCESS, VALIDATION
from .mutation import Edit, Mutation
from .projects import EVERY_TASK

MUTATIONS = [
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
        (Edit("engine/provenance.py", "git", "output.removesuffix('\\n')", "output.rstrip('\\n')"),),
    ),
    Mutation(
        "patch-as-the-user-likes-it",
        "the patch follows settings of git that nothing can apply",
        PROCESS,
        EVERY_TASK,
        (
            Edit(
                "engine/provenance.py",
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
                "engine/checkpoint.py",
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
                "measure",
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
                "tools/show.py",
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
        (Edit("tools/sweep.py", "strengthen", "max(0.9, rate)", "0.9"),),
    ),
    Mutation(
        "hidden-folders-read",
        "thumbnails in a hidden folder are taken for data",
        DATA_QUALITY,
        ("resnet",),
        (Edit("engine/images.py", "find_images", "path.relative_to(folder).parts", "[path.name]"),),
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
        (Edit("sources.py", "read_hub_split", "label_text and text.strip()", "label_text and text"),),
    ),
    Mutation(
        "second-validation-split-wins",
        "of two validation splits of a hub the last is taken silently",
        DATA_QUALITY,
        ("resnet", "lstm"),
        (Edit("engine/hub.py", "read_hub", "split in splits", "False"),),
    ),
    Mutation(
        "class-with-nothing-to-train",
        "a class whose images are all held out is never learned",
        DATA_QUALITY,
        ("resnet",),
        (
            Edit(
                "engine/splits.py",
                "hold_out",
                "empty + untrained",
                "empty",
            ),
        ),
    ),
]
