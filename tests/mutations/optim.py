"""Mistakes in optim.py, decay.py and schedule.py."""

from functools import partial

from .faults import API, HYPERPARAMETERS, OPTIMISER, PROCESS
from .mutation import Edit, Mutation

optim = partial(Edit, "optim.py")
decay = partial(Edit, "decay.py")
schedule = partial(Edit, "schedule.py")
GROUPS = (
    "return [{'params': [p for p in parameters if p in decayed], 'weight_decay': weight_decay}, "
    "{'params': [p for p in parameters if p not in decayed], 'weight_decay': 0.0}]"
)
DECAYED = (
    "decayed = {parameter for module in model.modules() if isinstance(module, DECAYED_LAYERS) "
    "for name, parameter in module.named_parameters(recurse=False) if 'bias' not in name}"
)
PROGRESS = "min(1.0, (step - warmup_steps) / max(1, total_steps - warmup_steps - 1))"
COSINE = "settings.floor + (1.0 - settings.floor) * (1.0 + math.cos(math.pi * progress)) / 2.0"
DROPS = "sum((step >= milestone * total_steps for milestone in settings.milestones))"
ADAMW, SGD = ("resnet", "transformer", "gcn"), ("cnn_sgd", "lstm_sgd", "gat")
SOME = ("vit", "lstm", "gat", "gin")

MUTATIONS = [
    Mutation(
        "adam-for-adamw",
        "Adam adds the decay to the gradient and divides it by its scale",
        OPTIMISER,
        ADAMW,
        (optim("", "from torch.optim import AdamW", "from torch.optim import Adam as AdamW"),),
    ),
    Mutation(
        "everything-decays",
        "norms, biases and embeddings decay too",
        OPTIMISER,
        SOME,
        (
            decay(
                "parameter_groups",
                GROUPS,
                "return [{'params': parameters, 'weight_decay': weight_decay}]",
            ),
        ),
    ),
    Mutation(
        "nothing-decays",
        "the setting for decay is not passed on",
        OPTIMISER,
        SOME,
        (
            optim(
                "build_optimizer",
                "parameter_groups(model, settings.weight_decay)",
                "parameter_groups(model, 0.0)",
            ),
        ),
    ),
    Mutation(
        "decay-rule-not-used",
        "the optimizer is given the model's parameters, and decays all of them by a default of its own",
        OPTIMISER,
        SOME,
        (optim("build_optimizer", "parameter_groups(model, settings.weight_decay)", "model.parameters()"),),
    ),
    Mutation(
        "default-decay-of-the-rest",
        "a group without weight_decay gets AdamW's default",
        API,
        ADAMW,
        (
            decay(
                "parameter_groups",
                "{'params': [p for p in parameters if p not in decayed], 'weight_decay': 0.0}",
                "{'params': [p for p in parameters if p not in decayed]}",
            ),
        ),
    ),
    Mutation(
        "decay-by-dimensions",
        "whatever has two dimensions decays, embeddings too",
        OPTIMISER,
        ("vit", "textcnn", "gcn"),
        (
            decay(
                "parameter_groups",
                DECAYED,
                "decayed = {parameter for parameter in model.parameters() if parameter.ndim >= 2}",
            ),
        ),
    ),
    Mutation(
        "biases-decay",
        "the biases of the decayed layers decay too",
        OPTIMISER,
        ("mlp", "lstm", "gcn", "gin"),
        (decay("parameter_groups", "'bias' not in name", "name"),),
    ),
    Mutation(
        "decay-by-name",
        "whatever is called weight decays: norms and embeddings do, LSTMs do not",
        OPTIMISER,
        ("cnn_sgd", "lstm", "gat"),
        (
            decay(
                "parameter_groups",
                DECAYED,
                "decayed = {p for name, p in model.named_parameters() if name.endswith('weight')}",
            ),
        ),
    ),
    Mutation(
        "groups-swapped",
        "the groups with and without decay are swapped",
        OPTIMISER,
        SOME,
        (
            decay(
                "parameter_groups",
                GROUPS,
                "return [{'params': [p for p in parameters if p not in decayed], 'weight_decay': weight_decay}, "
                "{'params': [p for p in parameters if p in decayed], 'weight_decay': 0.0}]",
            ),
        ),
    ),
    Mutation(
        "undecayed-never-trained",
        "the group without decay is forgotten",
        OPTIMISER,
        SOME,
        (
            decay(
                "parameter_groups",
                GROUPS,
                "return [{'params': [p for p in parameters if p in decayed], 'weight_decay': weight_decay}]",
            ),
        ),
    ),
    Mutation(
        "parameter-in-no-group",
        "a rule for the group without decay that was written by hand forgets one parameter",
        OPTIMISER,
        ("resnet", "lstm"),
        (
            optim(
                "build_optimizer",
                "groups = parameter_groups(model, settings.weight_decay)",
                "groups = parameter_groups(model, settings.weight_decay)\n"
                "groups[1]['params'] = [p for p in model.parameters() if p.ndim < 2][:-1]",
            ),
        ),
    ),
    Mutation(
        "convolutions-do-not-decay",
        "a layer type is missing from those that decay",
        OPTIMISER,
        ("cnn", "textcnn"),
        (
            decay(
                "",
                "DECAYED_LAYERS = (nn.Linear, nn.Bilinear, _ConvNd, nn.RNNBase, nn.MultiheadAttention)",
                "DECAYED_LAYERS = (nn.Linear, nn.Bilinear, nn.RNNBase, nn.MultiheadAttention)",
            ),
        ),
    ),
    Mutation(
        "recurrent-layers-do-not-decay",
        "a layer type is missing from those that decay",
        OPTIMISER,
        ("lstm", "lstm_sgd"),
        (
            decay(
                "",
                "DECAYED_LAYERS = (nn.Linear, nn.Bilinear, _ConvNd, nn.RNNBase, nn.MultiheadAttention)",
                "DECAYED_LAYERS = (nn.Linear, nn.Bilinear, _ConvNd, nn.MultiheadAttention)",
            ),
        ),
    ),
    Mutation(
        "graph-layers-do-not-decay",
        "the layers of PyTorch Geometric are not torch's Linear",
        OPTIMISER,
        ("gcn", "graphsage", "gat"),
        (
            decay(
                "",
                "DECAYED_LAYERS = (*(nn.Linear, nn.Bilinear, _ConvNd, nn.RNNBase, nn.MultiheadAttention), *(Linear, GATConv))",
                "DECAYED_LAYERS = (nn.Linear, nn.Bilinear, _ConvNd, nn.RNNBase, nn.MultiheadAttention)",
            ),
        ),
    ),
    Mutation(
        "attention-vectors-do-not-decay",
        "the attention of GATConv is not in its Linear",
        OPTIMISER,
        ("gat",),
        (decay("", "*(Linear, GATConv)", "*(Linear,)"),),
    ),
    Mutation(
        "rate-hard-coded",
        "the learning rate is hard-coded, the setting is ignored",
        HYPERPARAMETERS,
        ADAMW,
        (
            optim(
                "build_optimizer",
                "AdamW(groups, lr=settings.lr, betas=settings.betas)",
                "AdamW(groups, lr=1e-3, betas=settings.betas)",
            ),
        ),
    ),
    Mutation(
        "betas-ignored",
        "the setting for the betas is ignored",
        HYPERPARAMETERS,
        ADAMW,
        (
            optim(
                "build_optimizer",
                "AdamW(groups, lr=settings.lr, betas=settings.betas)",
                "AdamW(groups, lr=settings.lr)",
            ),
        ),
    ),
    Mutation(
        "betas-swapped",
        "the betas are given in the wrong order",
        HYPERPARAMETERS,
        ADAMW,
        (optim("build_optimizer", "settings.betas", "settings.betas[::-1]"),),
    ),
    Mutation(
        "momentum-ignored",
        "the momentum is hard-coded, the setting is ignored",
        HYPERPARAMETERS,
        SGD,
        (
            optim(
                "build_optimizer",
                "SGD(groups, lr=settings.lr, momentum=settings.momentum, nesterov=True)",
                "SGD(groups, lr=settings.lr, momentum=0.9, nesterov=True)",
            ),
        ),
    ),
    Mutation(
        "no-nesterov",
        "SGD without Nesterov's momentum",
        OPTIMISER,
        SGD,
        (
            optim(
                "build_optimizer",
                "SGD(groups, lr=settings.lr, momentum=settings.momentum, nesterov=True)",
                "SGD(groups, lr=settings.lr, momentum=settings.momentum)",
            ),
        ),
    ),
    Mutation(
        "gradient-ascent",
        "maximize=True goes up the gradient",
        OPTIMISER,
        ("cnn_sgd", "lstm_sgd", "gat"),
        (
            optim(
                "build_optimizer",
                "SGD(groups, lr=settings.lr, momentum=settings.momentum, nesterov=True)",
                "SGD(groups, lr=settings.lr, momentum=settings.momentum, nesterov=True, maximize=True)",
            ),
        ),
    ),
    Mutation(
        "no-warmup",
        "the warmup is left out",
        HYPERPARAMETERS,
        ("resnet", "transformer", "gin", "vit"),
        (schedule("lr_factor", "warmup_steps = int(settings.warmup * total_steps)", "warmup_steps = 0"),),
    ),
    Mutation(
        "warmup-in-steps",
        "the share for warmup is taken for a number of steps",
        HYPERPARAMETERS,
        ("resnet", "textcnn"),
        (schedule("lr_factor", "int(settings.warmup * total_steps)", "int(settings.warmup)"),),
    ),
    Mutation(
        "warmup-from-nothing",
        "the first step has a learning rate of 0",
        HYPERPARAMETERS,
        ("resnet", "transformer", "cnn_sgd"),
        (schedule("lr_factor", "(step + 1) / (warmup_steps + 1)", "step / warmup_steps"),),
    ),
    Mutation(
        "warmup-downwards",
        "the warmup goes down instead of up",
        HYPERPARAMETERS,
        ("vit", "lstm"),
        (
            schedule(
                "lr_factor",
                "(step + 1) / (warmup_steps + 1)",
                "1 - step / (warmup_steps + 1)",
            ),
        ),
    ),
    Mutation(
        "jump-after-warmup",
        "the decay counts from the first step, so that the rate jumps after the warmup",
        HYPERPARAMETERS,
        ("resnet", "transformer", "vit", "textcnn"),
        (schedule("lr_factor", PROGRESS, "min(1.0, step / total_steps)"),),
    ),
    Mutation(
        "rises-after-the-end",
        "without a clamp the cosine rises again after its end",
        HYPERPARAMETERS,
        ("resnet", "lstm"),
        (schedule("lr_factor", PROGRESS, PROGRESS.removeprefix("min(1.0, ")[:-1]),),
    ),
    Mutation(
        "floor-ignored",
        "the cosine ends at 0, the setting is ignored",
        HYPERPARAMETERS,
        ("resnet", "lstm"),
        (schedule("lr_factor", COSINE, "(1.0 + math.cos(math.pi * progress)) / 2.0"),),
    ),
    Mutation(
        "whole-cosine",
        "a whole cosine ends where it began",
        HYPERPARAMETERS,
        ("lstm", "gin"),
        (schedule("lr_factor", COSINE, COSINE.replace("math.pi", "2 * math.pi")),),
    ),
    Mutation(
        "milestones-in-steps",
        "the shares for milestones are taken for numbers of steps",
        HYPERPARAMETERS,
        ("cnn_sgd", "gcn_graphs"),
        (schedule("lr_factor", DROPS, DROPS.replace("milestone * total_steps", "milestone")),),
    ),
    Mutation(
        "one-milestone",
        "the rate drops once however many milestones there are",
        HYPERPARAMETERS,
        ("cnn_sgd",),
        (schedule("lr_factor", DROPS, DROPS.replace("sum", "any")),),
    ),
    Mutation(
        "exponent-by-step",
        "the factor of the whole training is applied in each step",
        HYPERPARAMETERS,
        ("vit", "textcnn", "graphsage"),
        (schedule("lr_factor", "settings.floor ** progress", "settings.floor ** step"),),
    ),
    Mutation(
        "rate-squared",
        "LambdaLR's function gives a rate where it should give a factor",
        API,
        SOME,
        (
            schedule(
                "build_schedule",
                "lr_factor(step, total_steps, settings)",
                "optimizer.defaults['lr'] * lr_factor(step, total_steps, settings)",
            ),
        ),
    ),
    Mutation(
        "one-step-ahead",
        "the schedule is one step ahead",
        HYPERPARAMETERS,
        ("resnet", "vit", "cnn_sgd"),
        (
            schedule(
                "build_schedule",
                "lr_factor(step, total_steps, settings)",
                "lr_factor(step + 1, total_steps, settings)",
            ),
        ),
    ),
    Mutation(
        "constant-rate",
        "the schedule is built and its factor not used",
        HYPERPARAMETERS,
        ("mlp", "lstm_sgd", "gcn", "gin"),
        (schedule("build_schedule", "lr_factor(step, total_steps, settings)", "1.0"),),
    ),
    Mutation(
        "frozen-parameters-in-a-group",
        "parameters that do not train are given to the optimizer too",
        PROCESS,
        ("resnet",),
        (
            decay(
                "parameter_groups",
                "[parameter for parameter in model.parameters() if parameter.requires_grad]",
                "list(model.parameters())",
            ),
        ),
        equivalent="the optimizer passes over parameters without a gradient",
    ),
]
