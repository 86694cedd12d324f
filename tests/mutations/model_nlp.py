"""Mistakes in model.py of text projects."""

from functools import partial

from .faults import (
    ACTIVATION,
    API,
    HYPERPARAMETERS,
    INPUT,
    LAYER_PROPERTIES,
    LAYERS,
    MODEL_TYPE,
    PROCESS,
    SHAPE,
)
from .mutation import Edit, Mutation

edit = partial(Edit, "model.py")
LSTM = ("lstm", "lstm_sgd")

MUTATIONS = [
    Mutation(
        "textcnn-padding-counts",
        "what the filters find over padding takes part in the maximum",
        INPUT,
        ("textcnn",),
        (
            edit(
                "TextCNN.forward",
                "filters(x).masked_fill(padding, 0.0).amax(dim=2)",
                "filters(x).amax(dim=2)",
            ),
        ),
    ),
    Mutation(
        "textcnn-view-for-transpose",
        "view where a transpose was needed mixes tokens and features",
        SHAPE,
        ("textcnn",),
        (
            edit(
                "TextCNN.forward",
                "x = self.embedding(token_ids).transpose(1, 2)",
                "x = self.embedding(token_ids)\nx = x.view(x.size(0), x.size(2), x.size(1))",
            ),
        ),
    ),
    Mutation(
        "textcnn-list-of-filters",
        "filters in a Python list are no parameters of the model",
        MODEL_TYPE,
        ("textcnn",),
        (
            edit(
                "TextCNN.__init__",
                "nn.ModuleList((Filters(settings.width, settings.num_filters, size) for size in settings.filter_sizes))",
                "[Filters(settings.width, settings.num_filters, size) for size in settings.filter_sizes]",
            ),
        ),
    ),
    Mutation(
        "textcnn-no-relu",
        "without the ReLU the 0 of padding wins over what the filters give for a text",
        ACTIVATION,
        ("textcnn",),
        (
            edit(
                "Filters.__init__",
                "super().__init__(nn.ConstantPad1d(((size - 1) // 2, size // 2), 0.0), nn.Conv1d(width, num_filters, size), nn.ReLU(inplace=True))",
                "super().__init__(nn.ConstantPad1d(((size - 1) // 2, size // 2), 0.0), nn.Conv1d(width, num_filters, size))",
            ),
        ),
    ),
    Mutation(
        "textcnn-frozen-embedding",
        "Embedding.from_pretrained freezes its weights unless told otherwise",
        API,
        ("textcnn",),
        (
            edit(
                "TextCNN.__init__",
                "nn.Embedding(vocabulary_size, settings.width, padding_idx=0)",
                "nn.Embedding.from_pretrained(torch.randn(vocabulary_size, settings.width), padding_idx=0)",
            ),
        ),
    ),
    Mutation(
        "textcnn-filter-sizes-ignored",
        "filter sizes are hard-coded, the setting is ignored",
        LAYER_PROPERTIES,
        ("textcnn",),
        (
            edit(
                "TextCNN.__init__",
                "self.filters = nn.ModuleList((Filters(settings.width, settings.num_filters, size) for size in settings.filter_sizes))\nnum_features = settings.num_filters * len(settings.filter_sizes)",
                "self.filters = nn.ModuleList((Filters(settings.width, settings.num_filters, size) for size in (3, 4, 5)))\nnum_features = settings.num_filters * 3",
            ),
        ),
    ),
    Mutation(
        "textcnn-filters-shared",
        "multiplying a list of one group of filters gives the same group many times",
        MODEL_TYPE,
        ("textcnn",),
        (
            edit(
                "TextCNN.__init__",
                "nn.ModuleList((Filters(settings.width, settings.num_filters, size) for size in settings.filter_sizes))",
                "nn.ModuleList([Filters(settings.width, settings.num_filters, settings.filter_sizes[0])] * len(settings.filter_sizes))",
            ),
        ),
    ),
    Mutation(
        "lstm-batch-second",
        "LSTM without batch_first reads across the batch",
        API,
        LSTM,
        (
            edit(
                "BidirectionalLSTM.__init__",
                "self.forwards = nn.LSTM(in_width, width, batch_first=True)",
                "self.forwards = nn.LSTM(in_width, width)",
            ),
        ),
    ),
    Mutation(
        "lstm-last-position",
        "the state at the last position is that of the padding",
        INPUT,
        LSTM,
        (
            edit(
                "LSTMClassifier.forward",
                "x = x.masked_fill(~mask[:, :, None], float('-inf')).amax(dim=1)",
                "x = x[:, -1]",
            ),
        ),
    ),
    Mutation(
        "lstm-turns-the-padding",
        "texts are turned around with their padding, which then comes first",
        INPUT,
        LSTM,
        (
            edit(
                "LSTMClassifier.forward",
                "torch.where(mask, last - position, position)",
                "position.flip(0).expand(token_ids.shape)",
            ),
        ),
    ),
    Mutation(
        "lstm-not-turned-back",
        "what is read backwards is joined to the wrong tokens",
        SHAPE,
        ("lstm",),
        (
            edit(
                "BidirectionalLSTM.forward",
                "turn(back, turned)",
                "back",
            ),
        ),
    ),
    Mutation(
        "lstm-one-direction",
        "both directions read forwards",
        LAYER_PROPERTIES,
        ("lstm",),
        (edit("BidirectionalLSTM.forward", "turn(x, turned)", "x"),),
    ),
    Mutation(
        "lstm-maximum-over-padding",
        "padding takes part in the maximum over a text",
        INPUT,
        LSTM,
        (
            edit(
                "LSTMClassifier.forward",
                "x.masked_fill(~mask[:, :, None], float('-inf')).amax(dim=1)",
                "x.amax(dim=1)",
            ),
        ),
    ),
    Mutation(
        "lstm-mask-inverted",
        "the mask is true for tokens and is used as if it were true for padding",
        API,
        ("lstm",),
        (edit("LSTMClassifier.forward", "~mask[:, :, None]", "mask[:, :, None]"),),
    ),
    Mutation(
        "lstm-vocabulary-one-short",
        "the embedding lacks the last token",
        LAYER_PROPERTIES,
        ("lstm",),
        (edit("build_model", "info['vocabulary_size']", "info['vocabulary_size'] - 1"),),
    ),
    Mutation(
        "lstm-vocabulary-hard-coded",
        "the size of the vocabulary is hard-coded",
        LAYER_PROPERTIES,
        ("lstm",),
        (edit("build_model", "info['vocabulary_size']", "8000"),),
    ),
    Mutation(
        "lstm-softmax-in-head",
        "the head ends in a softmax, whose output the cross-entropy takes for logits",
        LAYERS,
        LSTM,
        (
            edit(
                "LSTMClassifier.__init__",
                "nn.Sequential(nn.Dropout(settings.dropout), nn.Linear(2 * width, num_outputs))",
                "nn.Sequential(nn.Dropout(settings.dropout), nn.Linear(2 * width, num_outputs), nn.Softmax(dim=1))",
            ),
        ),
    ),
    Mutation(
        "lstm-ids-as-numbers",
        "token ids are fed as numbers, which puts words in an order",
        INPUT,
        ("lstm",),
        (
            edit(
                "LSTMClassifier.forward",
                "self.embedding(token_ids)",
                "(token_ids[:, :, None] / self.embedding.num_embeddings).expand(-1, -1, self.embedding.embedding_dim)",
            ),
        ),
    ),
    Mutation(
        "lstm-layers-ignored",
        "the number of layers is hard-coded, the setting is ignored",
        MODEL_TYPE,
        ("lstm",),
        (edit("LSTMClassifier.__init__", "range(settings.num_layers)", "range(1)"),),
    ),
    Mutation(
        "lstm-layer-output-lost",
        "each layer reads the embedding again, and the output of all but the last is lost",
        MODEL_TYPE,
        ("lstm",),
        (
            edit(
                "LSTMClassifier.forward",
                "for layer in self.layers:\n    x = layer(self.dropout(x), turned)",
                "x = self.layers[-1](self.dropout(x), turned)",
            ),
        ),
    ),
    Mutation(
        "lstm-first-position",
        "pooling over the batch instead of over the tokens, one result for all",
        SHAPE,
        ("lstm",),
        (
            edit(
                "LSTMClassifier.forward",
                "x.masked_fill(~mask[:, :, None], float('-inf')).amax(dim=1)",
                "x.masked_fill(~mask[:, :, None], float('-inf')).amax(dim=(0, 1)).expand(len(x), -1)",
            ),
        ),
    ),
    Mutation(
        "transformer-no-mask",
        "attention looks at padding",
        INPUT,
        ("transformer",),
        (
            edit(
                "SelfAttention.forward",
                "F.scaled_dot_product_attention(query, key, value, attn_mask=keys)",
                "F.scaled_dot_product_attention(query, key, value)",
            ),
        ),
    ),
    Mutation(
        "transformer-mask-inverted",
        "attention looks at padding only: key_padding_mask is true for padding, attn_mask for tokens",
        API,
        ("transformer",),
        (edit("SelfAttention.forward", "mask[:, None, None]", "~mask[:, None, None]"),),
    ),
    Mutation(
        "transformer-mask-of-queries",
        "the mask is laid over the queries instead of the keys",
        SHAPE,
        ("transformer",),
        (edit("SelfAttention.forward", "mask[:, None, None]", "mask[:, None, :, None]"),),
    ),
    Mutation(
        "transformer-mean-over-padding",
        "the mean over a text includes its padding",
        INPUT,
        ("transformer",),
        (
            edit(
                "TransformerEncoder.forward",
                "(self.norm(x) * real).sum(dim=1) / real.sum(dim=1)",
                "self.norm(x).mean(dim=1)",
            ),
        ),
    ),
    Mutation(
        "transformer-divides-by-longest",
        "the sum over the tokens of a text is divided by the length of the longest",
        INPUT,
        ("transformer",),
        (edit("TransformerEncoder.forward", "real.sum(dim=1)", "x.size(1)"),),
    ),
    Mutation(
        "transformer-positions-of-the-batch",
        "positions are counted along the batch",
        SHAPE,
        ("transformer",),
        (
            edit(
                "TransformerEncoder.forward",
                "sinusoids(x.size(1), x.size(2), x.device)",
                "sinusoids(x.size(0), x.size(2), x.device)[:, None]",
            ),
        ),
    ),
    Mutation(
        "transformer-no-positions",
        "without positions the model sees a bag of words",
        LAYERS,
        ("transformer",),
        (
            edit(
                "TransformerEncoder.forward",
                "self.dropout(x + sinusoids(x.size(1), x.size(2), x.device))",
                "self.dropout(x)",
            ),
        ),
    ),
    Mutation(
        "transformer-position-rates",
        "all frequencies but the first are almost 0, as the width is forgotten in the exponent",
        LAYER_PROPERTIES,
        ("transformer",),
        (edit("sinusoids", "-math.log(10000.0) / width", "-math.log(10000.0)"),),
    ),
    Mutation(
        "transformer-no-residual",
        "what attention gives replaces its input instead of being added",
        LAYERS,
        ("transformer",),
        (
            edit(
                "TransformerBlock.forward",
                "x = x + self.dropout(self.attention(self.norm(x), mask))",
                "x = self.dropout(self.attention(self.norm(x), mask))",
            ),
        ),
    ),
    Mutation(
        "transformer-heads-not-transposed",
        "heads and tokens are reshaped together without the transpose, which mixes them",
        SHAPE,
        ("transformer",),
        (
            edit(
                "SelfAttention.forward", "x.transpose(1, 2).flatten(2)", "x.reshape(x.size(0), x.size(2), -1)"
            ),
        ),
    ),
    Mutation(
        "transformer-dropout-in-evaluation",
        "functional dropout without training=self.training drops in evaluation too",
        API,
        ("transformer",),
        (
            edit(
                "TransformerEncoder.forward",
                "self.dropout(x + sinusoids(x.size(1), x.size(2), x.device))",
                "F.dropout(x + sinusoids(x.size(1), x.size(2), x.device), self.dropout.p)",
            ),
        ),
    ),
    Mutation(
        "transformer-branch-detached",
        "a detach in the wrong place cuts the gradient through attention",
        PROCESS,
        ("transformer",),
        (
            edit(
                "TransformerBlock.forward",
                "self.attention(self.norm(x), mask)",
                "self.attention(self.norm(x.detach()), mask)",
            ),
        ),
    ),
    Mutation(
        "transformer-no-grad-in-forward",
        "the last norm is computed without gradients, a leftover of an experiment",
        PROCESS,
        ("transformer",),
        (
            edit(
                "TransformerEncoder.forward",
                "for block in self.blocks:\n    x = block(x, mask)",
                "for block in self.blocks[:-1]:\n    with torch.no_grad():\n        x = block(x, mask)\nx = self.blocks[-1](x, mask)",
            ),
        ),
    ),
    Mutation(
        "transformer-blocks-shared",
        "multiplying a list of one block gives the same block many times",
        MODEL_TYPE,
        ("transformer",),
        (
            edit(
                "TransformerEncoder.__init__",
                "nn.ModuleList((TransformerBlock(settings.width, settings.num_heads, settings.dropout) for _ in range(settings.depth)))",
                "nn.ModuleList([TransformerBlock(settings.width, settings.num_heads, settings.dropout)] * settings.depth)",
            ),
        ),
    ),
    Mutation(
        "transformer-list-of-blocks",
        "blocks in a Python list are no parameters of the model",
        MODEL_TYPE,
        ("transformer",),
        (
            edit(
                "TransformerEncoder.__init__",
                "nn.ModuleList((TransformerBlock(settings.width, settings.num_heads, settings.dropout) for _ in range(settings.depth)))",
                "[TransformerBlock(settings.width, settings.num_heads, settings.dropout) for _ in range(settings.depth)]",
            ),
        ),
    ),
    Mutation(
        "transformer-block-output-lost",
        "the output of the blocks is not assigned",
        MODEL_TYPE,
        ("transformer",),
        (edit("TransformerEncoder.forward", "x = block(x, mask)", "block(x, mask)"),),
    ),
    Mutation(
        "transformer-keys-and-values-swapped",
        "query and key are the same part of the projection",
        SHAPE,
        ("transformer",),
        (
            edit(
                "SelfAttention.forward",
                "F.scaled_dot_product_attention(query, key, value, attn_mask=keys)",
                "F.scaled_dot_product_attention(query, query, value, attn_mask=keys)",
            ),
        ),
    ),
    Mutation(
        "transformer-dropout-hard-coded",
        "dropout of the blocks is hard-coded, the setting is ignored",
        HYPERPARAMETERS,
        ("transformer",),
        (
            edit(
                "TransformerBlock.__init__",
                "self.dropout = nn.Dropout(dropout)",
                "self.dropout = nn.Dropout(0.2)",
            ),
        ),
    ),
    Mutation(
        "textcnn-no-mask-on-embedding",
        "the embedding of padding is not masked",
        INPUT,
        ("textcnn",),
        (edit("TextCNN.forward", "x = x.masked_fill(padding, 0.0)", "pass"),),
        equivalent="padding_idx keeps that row of the embedding at 0, and it never gets a gradient",
    ),
    Mutation(
        "transformer-no-padding-idx",
        "the embedding does not know which row is padding",
        LAYER_PROPERTIES,
        ("transformer",),
        (
            edit(
                "TransformerEncoder.__init__",
                "nn.Embedding(vocabulary_size, settings.width, padding_idx=0)",
                "nn.Embedding(vocabulary_size, settings.width)",
            ),
        ),
        equivalent="padding is masked in attention and in the mean, so that its row is never seen",
    ),
]
