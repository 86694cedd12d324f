"""Mistakes of other kinds, thought of when all that stand in the other files were caught."""

from .faults import (
    ACTIVATION,
    API,
    DATA_QUALITY,
    HYPERPARAMETERS,
    INPUT,
    LAYER_PROPERTIES,
    LAYERS,
    LOSS,
    MODEL_TYPE,
    OPTIMISER,
    PREPROCESSING,
    PROCESS,
    SHAPE,
    VALIDATION,
)
from .mutation import Edit, Mutation
from .projects import EVERY_TASK

MUTATIONS = [
    Mutation(
        "labels-in-reverse",
        "images and labels of a batch are put together in different orders",
        DATA_QUALITY,
        ("resnet", "vit"),
        (Edit("data.py", "Images.collate", "torch.stack(targets)", "torch.stack(targets[::-1])"),),
    ),
    Mutation(
        "texts-sorted-without-labels",
        "texts of a batch are sorted by length, as packing once needed, and labels are not",
        DATA_QUALITY,
        ("lstm", "textcnn"),
        (
            Edit(
                "data.py",
                "collate",
                "texts = [text for text, _ in examples]",
                "texts = sorted((text for text, _ in examples), key=len, reverse=True)",
            ),
        ),
    ),
    Mutation(
        "clips-the-objective",
        "the gradient of the objective, which has none, is clipped instead of the model's",
        PROCESS,
        ("lstm", "gin"),
        (
            Edit(
                "train.py",
                "train_steps",
                "clip_grad_norm_(state.model.parameters(), state.clip_norm)",
                "clip_grad_norm_(state.objective.parameters(), state.clip_norm)",
            ),
        ),
    ),
    Mutation(
        "schedule-half-as-long",
        "the schedule ends in the middle of the training",
        HYPERPARAMETERS,
        ("resnet", "vit"),
        (
            Edit(
                "engine/state.py",
                "build_state",
                "build_schedule(settings.schedule, optimizer, total_steps)",
                "build_schedule(settings.schedule, optimizer, total_steps // 2)",
            ),
        ),
    ),
    Mutation(
        "all-nodes-weigh-in-the-mean",
        "evaluation weights a loss by all nodes instead of those that count",
        VALIDATION,
        ("gcn", "gat"),
        (
            Edit(
                "train.py",
                "evaluate",
                "mean_loss.update(*objective(outputs, target))",
                "mean_loss.update(objective(outputs, target)[0], len(target))",
            ),
        ),
    ),
    Mutation(
        "patches-reshaped",
        "patches are reshaped where they should be transposed, which mixes them with features",
        SHAPE,
        ("vit",),
        (
            Edit(
                "model.py",
                "VisionTransformer.forward",
                "x = self.patches(images).flatten(2).transpose(1, 2)",
                "x = self.patches(images)\nx = x.reshape(x.size(0), -1, x.size(1))",
            ),
        ),
    ),
    Mutation(
        "momentum-as-in-keras",
        "batch norm's momentum is 1 minus that of Keras: 0.99 keeps the last batch alone",
        API,
        ("cnn",),
        (
            Edit(
                "model.py",
                "ConvBlock.__init__",
                "nn.BatchNorm2d(out_channels)",
                "nn.BatchNorm2d(out_channels, momentum=0.99)",
            ),
        ),
    ),
    Mutation(
        "attention-always-drops",
        "dropout_p of scaled_dot_product_attention knows nothing of eval mode",
        API,
        ("vit",),
        (
            Edit(
                "model.py",
                "SelfAttention.forward",
                "F.scaled_dot_product_attention(query, key, value)",
                "F.scaled_dot_product_attention(query, key, value, dropout_p=0.1)",
            ),
        ),
    ),
    Mutation(
        "accuracy-by-threshold",
        "the class is the first with a probability above a half, as if there were two",
        VALIDATION,
        ("resnet", "gcn"),
        (
            Edit(
                "metrics.py",
                "Metrics.update",
                "probabilities.argmax(dim=1)",
                "(probabilities > 0.5).int().argmax(dim=1)",
            ),
        ),
    ),
    Mutation(
        "label-among-the-features",
        "the label stays among the features of a node",
        DATA_QUALITY,
        ("gcn", "gat"),
        (
            Edit(
                "sources.py",
                "read_tables",
                "labels, splits = (nodes.pop('label', unknown), nodes.pop('split', unknown))",
                "labels, splits = (nodes.get('label', unknown), nodes.pop('split', unknown))",
            ),
        ),
    ),
    Mutation(
        "edges-listed-twice",
        "edges that are listed twice count twice",
        INPUT,
        ("gcn", "gat"),
        (
            Edit(
                "sources.py",
                "read_tables",
                "coalesce if directed else to_undirected",
                "(lambda e, **_: e) if directed else (lambda e, **_: torch.cat([e, e.flip(0)], dim=1))",
            ),
        ),
    ),
    Mutation(
        "colours-of-the-first-image",
        "the first image decides whether all have colours",
        PREPROCESSING,
        ("resnet",),
        (
            Edit(
                "data.py",
                "describe",
                "{image.mode for image in images} <= {'1', 'L'}",
                "images[0].mode in {'1', 'L'}",
            ),
        ),
    ),
    Mutation(
        "checkpoint-flag-ignored",
        "the newest run is used whatever checkpoint is named",
        VALIDATION,
        EVERY_TASK,
        (
            Edit(
                "engine/config.py",
                "BaseLayer.find_checkpoint",
                "self.checkpoint or find_best(find_runs(arguments))",
                "find_best(find_runs(arguments))",
            ),
        ),
    ),
    Mutation(
        "constant-weights",
        "all weights of a layer start alike and stay alike",
        MODEL_TYPE,
        ("vit", "transformer"),
        (
            Edit(
                "model.py",
                "",
                "nn.init.trunc_normal_(module.weight, std=0.02)",
                "nn.init.constant_(module.weight, 0.02)",
            ),
        ),
    ),
    Mutation(
        "relu-before-the-sum",
        "the activation is before the sum instead of behind it",
        ACTIVATION,
        ("resnet",),
        (
            Edit(
                "model.py",
                "BasicBlock.forward",
                "self.activation(self.residual(x) + self.shortcut(x))",
                "self.activation(self.residual(x)) + self.shortcut(x)",
            ),
        ),
    ),
    Mutation(
        "logits-clamped",
        "logits are clamped against overflow, so that sure mistakes get no gradient",
        LOSS,
        ("resnet", "lstm"),
        (
            Edit(
                "objective.py",
                "Objective.forward",
                "F.cross_entropy(logits, target, label_smoothing=smoothing)",
                "F.cross_entropy(logits.clamp(-50, 50), target, label_smoothing=smoothing)",
            ),
        ),
    ),
    Mutation(
        "loss-divided-by-classes",
        "the loss is divided by the number of classes",
        LOSS,
        ("resnet", "gin"),
        (
            Edit(
                "objective.py",
                "Objective.forward",
                "F.cross_entropy(logits, target, label_smoothing=smoothing)",
                "F.cross_entropy(logits, target, label_smoothing=smoothing) / logits.size(1)",
            ),
        ),
    ),
    Mutation(
        "augmented-targets-lost",
        "the target of before the augmentation is used, which fits no longer where nodes were dropped",
        PREPROCESSING,
        ("gcn",),
        (
            Edit(
                "train.py",
                "train_steps",
                "inputs, target = state.augment(*to_device(batch, device), state.generator)",
                "inputs, target = to_device(batch, device)\ninputs, _ = state.augment(inputs, target, state.generator)",
            ),
        ),
    ),
    Mutation(
        "prediction-cut-short",
        "a text to predict is cut to fewer tokens than in training",
        PREPROCESSING,
        ("lstm", "textcnn"),
        (Edit("data.py", "read_inputs", "tokenizer.encode(text).ids", "tokenizer.encode(text).ids[:4]"),),
    ),
    Mutation(
        "largest-neighbour",
        "the maximum over the neighbours instead of their mean",
        LAYER_PROPERTIES,
        ("graphsage",),
        (Edit("model.py", "GraphSAGE.__init__", "SAGEConv(*sizes)", "SAGEConv(*sizes, aggr='max')"),),
    ),
    Mutation(
        "mean-for-sum",
        "the mean over the neighbours where only sums can count them",
        LAYER_PROPERTIES,
        ("gin",),
        (
            Edit(
                "model.py",
                "GIN.__init__",
                "GINConv(MLP(num_features, width))",
                "GINConv(MLP(num_features, width), aggr='mean')",
            ),
        ),
    ),
    Mutation(
        "dropped-words-masked",
        "dropped words are taken out of the mask as if they were padding",
        PREPROCESSING,
        ("lstm", "textcnn"),
        (
            Edit(
                "augment.py",
                "Augment.forward",
                "(token_ids.masked_fill(unknown, self.unknown_id), mask)",
                "(token_ids.masked_fill(unknown, self.unknown_id), mask & ~unknown)",
            ),
        ),
    ),
    Mutation(
        "nodes-by-the-share-of-edges",
        "nodes use the setting for edges, a slip of copy and paste",
        PREPROCESSING,
        ("gcn", "gin"),
        (
            Edit(
                "augment.py",
                "Augment.forward",
                "sample_kept((len(x),), self.settings.drop_nodes, x.device, generator)",
                "sample_kept((len(x),), self.settings.drop_edges, x.device, generator)",
            ),
        ),
    ),
    Mutation(
        "large-epsilon",
        "an epsilon of 0.1 makes SGD of AdamW",
        OPTIMISER,
        ("resnet", "gcn"),
        (
            Edit(
                "optim.py",
                "build_optimizer",
                "AdamW(groups, lr=settings.lr, betas=settings.betas)",
                "AdamW(groups, lr=settings.lr, betas=settings.betas, eps=0.1)",
            ),
        ),
    ),
    Mutation(
        "group-with-a-rate-of-its-own",
        "norms and biases learn at a tenth of the rate",
        OPTIMISER,
        ("resnet", "lstm"),
        (
            Edit(
                "optim.py",
                "build_optimizer",
                "groups = parameter_groups(model, settings.weight_decay)",
                "groups = parameter_groups(model, settings.weight_decay)\ngroups[1]['lr'] = settings.lr / 10",
            ),
        ),
    ),
    Mutation(
        "peak-twice",
        "the warmup reaches the peak one step early",
        HYPERPARAMETERS,
        ("resnet", "cnn_sgd", "vit"),
        (
            Edit(
                "schedule.py",
                "lr_factor",
                "(step + 1) / (warmup_steps + 1)",
                "(step + 1) / warmup_steps",
            ),
        ),
    ),
    Mutation(
        "word-starts-of-another-tokenizer",
        "words are looked for by the sign of another tokenizer, so that none begins anywhere",
        API,
        ("lstm", "textcnn"),
        (Edit("data.py", "load_data", "token.startswith('Ġ')", "token.startswith('▁')"),),
    ),
    Mutation(
        "planetoid-masks-swapped",
        "validation and test nodes of a citation graph are swapped",
        VALIDATION,
        ("gcn", "gat"),
        (
            Edit(
                "sources.py",
                "read_planetoid",
                "'train' if t else 'val' if v else 'test' if s else ''",
                "'train' if t else 'val' if s else 'test' if v else ''",
            ),
        ),
    ),
    Mutation(
        "held-out-ignored",
        "the share that is held out is hard-coded, the setting is ignored",
        DATA_QUALITY,
        ("gin", "gcn_graphs"),
        (
            Edit(
                "data.py",
                "load_data",
                "split_graphs(graphs.labels, settings.held_out, seed)",
                "split_graphs(graphs.labels, 0.15, seed)",
            ),
        ),
    ),
    Mutation(
        "embeddings-renormalised",
        "max_norm changes the embedding in each pass, those of an evaluation too",
        API,
        ("lstm",),
        (
            Edit(
                "model.py",
                "LSTMClassifier.__init__",
                "nn.Embedding(vocabulary_size, width, padding_idx=0)",
                "nn.Embedding(vocabulary_size, width, padding_idx=0, max_norm=1.0)",
            ),
        ),
    ),
    Mutation(
        "dropout-of-logits",
        "logits are dropped in training",
        LAYERS,
        ("lstm",),
        (Edit("model.py", "LSTMClassifier.forward", "self.head(x)", "self.dropout(self.head(x))"),),
    ),
    Mutation(
        "largest-pixel",
        "the maximum over an image instead of the mean",
        LAYER_PROPERTIES,
        ("resnet", "cnn"),
        (Edit("model.py", "", "nn.AdaptiveAvgPool2d(1)", "nn.AdaptiveMaxPool2d(1)"),),
    ),
]
