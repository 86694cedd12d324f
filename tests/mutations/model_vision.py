"""Mistakes in model.py of vision projects."""

from functools import partial

from .faults import ACTIVATION, API, GPU, LAYER_PROPERTIES, LAYERS, MODEL_TYPE, PROCESS, SHAPE
from .mutation import Edit, Mutation

edit = partial(Edit, "model.py")
MUTATIONS = [
    Mutation(
        "mlp-softmax-in-forward",
        "softmax in the model, whose output the cross-entropy takes for logits",
        LAYERS,
        ("mlp",),
        (edit("MLP.forward", "self.head(x)", "self.head(x).softmax(dim=1)"),),
    ),
    Mutation(
        "mlp-relu-after-head",
        "the last layer gets the same activation as the others",
        ACTIVATION,
        ("mlp",),
        (
            edit(
                "MLP.__init__",
                "nn.Linear(in_features, num_outputs)",
                "nn.Sequential(nn.Linear(in_features, num_outputs), nn.ReLU(inplace=True))",
            ),
        ),
    ),
    Mutation(
        "mlp-ten-classes",
        "the number of classes is hard-coded to that of the sample",
        LAYER_PROPERTIES,
        ("mlp",),
        (edit("MLP.__init__", "nn.Linear(in_features, num_outputs)", "nn.Linear(in_features, 10)"),),
    ),
    Mutation(
        "mlp-input-of-the-sample",
        "the input size is hard-coded to that of the sample",
        LAYER_PROPERTIES,
        ("mlp",),
        (edit("build_model", "info['channels'] * info['image_size'] ** 2", "64"),),
    ),
    Mutation(
        "mlp-in-place-on-the-batch",
        "an in-place activation on the model's input changes the caller's batch",
        API,
        ("mlp",),
        (
            edit(
                "MLP.__init__",
                "nn.Sequential(nn.Flatten())",
                "nn.Sequential(nn.Flatten(), nn.LeakyReLU(0.1, inplace=True))",
            ),
        ),
    ),
    Mutation(
        "mlp-list-of-blocks",
        "layers in a Python list are no parameters of the model",
        MODEL_TYPE,
        ("mlp",),
        (
            edit(
                "MLP.__init__",
                "self.body = nn.Sequential(nn.Flatten())",
                "self.body = [nn.Flatten()]",
            ),
            edit(
                "MLP.forward",
                "x = self.body(images)",
                "x = images\nfor layer in self.body:\n    x = layer(x)",
            ),
        ),
    ),
    Mutation(
        "mlp-keeps-what-it-should-drop",
        "dropout is given the share to keep, as in TensorFlow 1",
        LAYER_PROPERTIES,
        ("mlp",),
        (edit("Block.__init__", "nn.Dropout(dropout)", "nn.Dropout(1 - dropout)"),),
    ),
    Mutation(
        "mlp-no-activation",
        "without an activation between them the layers are one linear layer",
        ACTIVATION,
        ("mlp",),
        (
            edit(
                "Block.__init__",
                "super().__init__(nn.Linear(in_features, out_features), nn.ReLU(inplace=True), nn.Dropout(dropout))",
                "super().__init__(nn.Linear(in_features, out_features), nn.Dropout(dropout))",
            ),
        ),
    ),
    Mutation(
        "cnn-view-for-transpose",
        "view changes the shape where a transpose was needed, and mixes the images of a batch",
        SHAPE,
        ("cnn", "cnn_sgd"),
        (edit("CNN.forward", "self.pool(x)", "self.pool(x).view(x.size(1), -1).T"),),
    ),
    Mutation(
        "cnn-norm-without-running-statistics",
        "batch norm goes on to use the statistics of the batch in evaluation",
        LAYER_PROPERTIES,
        ("cnn",),
        (
            edit(
                "ConvBlock.__init__",
                "nn.BatchNorm2d(out_channels)",
                "nn.BatchNorm2d(out_channels, track_running_stats=False)",
            ),
        ),
    ),
    Mutation(
        "cnn-sigmoid-after-head",
        "sigmoid in the model, whose output the cross-entropy takes for logits",
        LAYERS,
        ("cnn", "cnn_sgd"),
        (edit("CNN.forward", "self.head(x)", "self.head(x).sigmoid()"),),
    ),
    Mutation(
        "cnn-dropout-in-evaluation",
        "functional dropout without training=self.training drops in evaluation too",
        API,
        ("cnn",),
        (edit("CNN.forward", "self.head(x)", "self.head(nn.functional.dropout(x, 0.1))"),),
    ),
    Mutation(
        "cnn-norm-built-in-forward",
        "a norm built in forward is new in each pass and never learns",
        LAYERS,
        ("cnn",),
        (edit("CNN.forward", "self.pool(x)", "nn.LayerNorm(x.size(1))(self.pool(x))"),),
    ),
    Mutation(
        "cnn-linear-built-in-forward",
        "a linear layer built in forward has new random weights in each pass",
        MODEL_TYPE,
        ("cnn",),
        (edit("CNN.forward", "self.pool(x)", "nn.Linear(x.size(1), x.size(1))(self.pool(x))"),),
    ),
    Mutation(
        "cnn-one-channel",
        "the number of channels is hard-coded to that of the sample",
        LAYER_PROPERTIES,
        ("cnn",),
        (edit("build_model", "info['channels']", "1"),),
    ),
    Mutation(
        "cnn-head-softmax-without-dim",
        "softmax without dim in a Sequential head",
        API,
        ("cnn",),
        (
            edit(
                "CNN.__init__",
                "nn.Sequential(nn.Dropout(settings.dropout), nn.Linear(channels, num_outputs))",
                "nn.Sequential(nn.Dropout(settings.dropout), nn.Linear(channels, num_outputs), nn.Softmax())",
            ),
        ),
    ),
    Mutation(
        "resnet-in-place-on-the-shortcut",
        "pre-activation written in place changes what the shortcut adds",
        API,
        ("resnet",),
        (
            edit("BasicBlock.__init__", "nn.ReLU()", "nn.ReLU(inplace=True)"),
            edit(
                "BasicBlock.forward",
                "self.activation(self.residual(x) + self.shortcut(x))",
                "self.residual(self.activation(x)) + self.shortcut(x)",
            ),
        ),
    ),
    Mutation(
        "resnet-no-shortcut",
        "the shortcut is not added",
        LAYERS,
        ("resnet",),
        (
            edit(
                "BasicBlock.forward",
                "self.activation(self.residual(x) + self.shortcut(x))",
                "self.activation(self.residual(x))",
            ),
        ),
    ),
    Mutation(
        "resnet-shortcut-detached",
        "a detach in the wrong place cuts the gradient through the shortcut",
        PROCESS,
        ("resnet",),
        (edit("BasicBlock.forward", "self.shortcut(x)", "self.shortcut(x.detach())"),),
    ),
    Mutation(
        "resnet-large-head",
        "the initialisation of the convolutions is given to the head as well",
        MODEL_TYPE,
        ("resnet",),
        (
            edit(
                "ResNet.__init__",
                "isinstance(module, nn.Conv2d)",
                "isinstance(module, (nn.Conv2d, nn.Linear))",
            ),
        ),
    ),
    Mutation(
        "resnet-two-blocks-per-stage",
        "the number of blocks is hard-coded, the setting is ignored",
        MODEL_TYPE,
        ("resnet",),
        (edit("ResNet.__init__", "range(settings.blocks_per_stage)", "range(2)"),),
    ),
    Mutation(
        "resnet-dropout-ignored",
        "the setting for dropout is ignored",
        LAYERS,
        ("resnet",),
        (edit("ResNet.__init__", "nn.Dropout(settings.dropout)", "nn.Dropout(0.1)"),),
    ),
    Mutation(
        "resnet-batch-standardised",
        "features are standardised over the batch by hand, in evaluation too",
        LAYERS,
        ("resnet",),
        (
            edit(
                "ResNet.forward",
                "self.head(x)",
                "self.head((x - x.mean(dim=0)) / (x.std(dim=0, correction=0) + 1e-5))",
            ),
        ),
    ),
    Mutation(
        "resnet-flattened-batch-pool",
        "global pooling over the wrong dimensions, repeated over the batch",
        LAYER_PROPERTIES,
        ("resnet",),
        (edit("ResNet.forward", "self.pool(x)", "x.mean(dim=(0, 2, 3)).expand(len(x), -1)"),),
    ),
    Mutation(
        "resnet-frozen-stem",
        "the stem stays frozen after an experiment with fine-tuning",
        PROCESS,
        ("resnet",),
        (
            edit(
                "ResNet.__init__",
                "self.stages = nn.Sequential()",
                "self.stem.requires_grad_(False)\nself.stages = nn.Sequential()",
            ),
        ),
    ),
    Mutation(
        "vit-attention-batch-second",
        "MultiheadAttention without batch_first attends over the batch",
        API,
        ("vit",),
        (
            edit(
                "SelfAttention.__init__",
                "self.query_key_value = nn.Linear(width, 3 * width)\nself.projection = nn.Linear(width, width)",
                "self.attention = nn.MultiheadAttention(width, num_heads)",
            ),
            edit(
                "SelfAttention.forward",
                "x = self.query_key_value(x).unflatten(2, (3, self.num_heads, -1))\n"
                "query, key, value = x.permute(2, 0, 3, 1, 4)\n"
                "x = F.scaled_dot_product_attention(query, key, value)\n"
                "return self.projection(x.transpose(1, 2).flatten(2))",
                "return self.attention(x, x, x, need_weights=False)[0]",
            ),
        ),
    ),
    Mutation(
        "vit-heads-not-transposed",
        "heads and tokens are reshaped together without the transpose, which mixes them",
        SHAPE,
        ("vit",),
        (
            edit(
                "SelfAttention.forward", "x.transpose(1, 2).flatten(2)", "x.reshape(x.size(0), x.size(2), -1)"
            ),
        ),
    ),
    Mutation(
        "vit-softmax-over-queries",
        "attention by hand takes the softmax over the queries",
        ACTIVATION,
        ("vit",),
        (
            edit(
                "SelfAttention.forward",
                "F.scaled_dot_product_attention(query, key, value)",
                "(query @ key.transpose(2, 3) / query.size(3) ** 0.5).softmax(dim=2) @ value",
            ),
        ),
    ),
    Mutation(
        "vit-attention-not-scaled",
        "attention by hand forgets to divide by the root of the head's width",
        LAYER_PROPERTIES,
        ("vit",),
        (
            edit(
                "SelfAttention.forward",
                "F.scaled_dot_product_attention(query, key, value)",
                "(query @ key.transpose(2, 3)).softmax(dim=3) @ value",
            ),
        ),
    ),
    Mutation(
        "vit-no-position",
        "the position is computed and not added",
        LAYERS,
        ("vit",),
        (
            edit(
                "VisionTransformer.forward",
                "x = x + self.position(torch.arange(x.size(1), device=x.device))",
                "pass",
            ),
        ),
    ),
    Mutation(
        "vit-position-of-the-batch",
        "positions are counted along the batch",
        SHAPE,
        ("vit",),
        (
            edit(
                "VisionTransformer.forward",
                "self.position(torch.arange(x.size(1), device=x.device))",
                "self.position(torch.arange(x.size(0), device=x.device) % x.size(1))[:, None]",
            ),
        ),
    ),
    Mutation(
        "vit-position-no-parameter",
        "positions as a plain tensor: neither trained nor saved nor moved",
        GPU,
        ("vit",),
        (
            edit(
                "VisionTransformer.__init__",
                "self.position = nn.Embedding(num_patches, settings.width)",
                "self.position = 0.02 * torch.randn(num_patches, settings.width)",
            ),
            edit(
                "VisionTransformer.__init__", "nn.init.trunc_normal_(self.position.weight, std=0.02)", "pass"
            ),
            edit(
                "VisionTransformer.forward",
                "self.position(torch.arange(x.size(1), device=x.device))",
                "self.position.to(x.device)",
            ),
        ),
    ),
    Mutation(
        "vit-parameter-moved",
        "a parameter moved in __init__ is no parameter on an accelerator",
        GPU,
        ("vit",),
        (
            edit(
                "VisionTransformer.__init__",
                "self.position = nn.Embedding(num_patches, settings.width)",
                "self.position = nn.Parameter(0.02 * torch.randn(num_patches, settings.width)).to('cpu')",
            ),
            edit(
                "VisionTransformer.__init__", "nn.init.trunc_normal_(self.position.weight, std=0.02)", "pass"
            ),
            edit(
                "VisionTransformer.forward",
                "self.position(torch.arange(x.size(1), device=x.device))",
                "self.position",
            ),
        ),
    ),
    Mutation(
        "vit-no-residual",
        "what the MLP gives replaces its input instead of being added",
        LAYERS,
        ("vit",),
        (edit("TransformerBlock.forward", "return x + self.mlp(x)", "return self.mlp(x)"),),
    ),
    Mutation(
        "vit-blocks-shared",
        "multiplying a list of one block gives the same block many times",
        MODEL_TYPE,
        ("vit",),
        (
            edit(
                "VisionTransformer.__init__",
                "nn.Sequential(*(TransformerBlock(settings.width, settings.num_heads, settings.dropout) for _ in range(settings.depth)))",
                "nn.Sequential(*[TransformerBlock(settings.width, settings.num_heads, settings.dropout)] * settings.depth)",
            ),
        ),
    ),
    Mutation(
        "vit-depth-ignored",
        "the number of blocks is hard-coded, the setting is ignored",
        MODEL_TYPE,
        ("vit",),
        (edit("VisionTransformer.__init__", "range(settings.depth)", "range(4)"),),
    ),
    Mutation(
        "vit-last-norm-forgotten",
        "the norm after the blocks is built and not used",
        LAYERS,
        ("vit",),
        (edit("VisionTransformer.forward", "self.norm(self.blocks(x))", "self.blocks(x)"),),
    ),
    Mutation(
        "vit-normal-weights",
        "weights are drawn with a deviation of 1",
        MODEL_TYPE,
        ("vit",),
        (
            edit(
                "VisionTransformer.__init__",
                "nn.init.trunc_normal_(module.weight, std=0.02)",
                "nn.init.normal_(module.weight)",
            ),
        ),
    ),
    Mutation(
        "vit-block-in-place",
        "the residual is added in place to the block's input",
        API,
        ("vit",),
        (
            edit(
                "TransformerBlock.forward",
                "x = x + self.attention(x)\nreturn x + self.mlp(x)",
                "x += self.attention(x.clone())\nreturn x + self.mlp(x)",
            ),
        ),
        equivalent="the input is the block's alone, made by the addition before it, and attention gets a copy",
    ),
    Mutation(
        "resnet-in-place-behind-the-sum",
        "the activation behind the sum works in place",
        API,
        ("resnet",),
        (edit("BasicBlock.__init__", "nn.ReLU()", "nn.ReLU(inplace=True)"),),
        equivalent="the sum is a new tensor that nothing else reads",
    ),
    Mutation(
        "cnn-log-softmax-in-forward",
        "log-softmax in the model, before the cross-entropy",
        LAYERS,
        ("cnn",),
        (edit("CNN.forward", "self.head(x)", "self.head(x).log_softmax(dim=1)"),),
        equivalent="log-softmax of a log-softmax is itself, so loss and probabilities are the same",
    ),
]
