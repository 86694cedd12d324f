"""What people rightly change in a language model: its sizes, its layers, how it draws, what it reads."""

from .mutation import Setting, Text, edit

GPT = ("gpt",)
BOTH = ("gpt", "lstm_corpus")

EDITS = [
    edit("short-blocks", "a block is of two tokens", BOTH, Setting("data.context", 2)),
    edit(
        "long-blocks-of-characters",
        "a block is of 700 characters",
        BOTH,
        Setting("data.context", 700),
        Setting("data.vocabulary_size", 0),
    ),
    edit(
        "large-vocabulary",
        "as many byte pairs as do not fit into 16 bits",
        BOTH,
        Setting("data.vocabulary_size", 70_000),
    ),
    edit(
        "short-epochs",
        "an epoch is of five batches",
        BOTH,
        Text("configs/default.yaml", "data:\n", "data:\n  batches: 5\n"),
    ),
    edit("tokens-dropped", "tenths of the tokens are unknown", BOTH, Setting("augment.token_dropout", 0.3)),
    edit(
        "gpt-of-one-head",
        "a narrow and deep model of one head, with dropout",
        GPT,
        Setting("model.width", 24),
        Setting("model.depth", 7),
        Setting("model.num_heads", 1),
        Setting("model.dropout", 0.3),
    ),
    edit(
        "gpt-with-relu-squared",
        "another activation",
        GPT,
        Text(
            "model.py",
            "            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)\n",
            "            nn.Linear(width, 4 * width), nn.SiLU(), nn.Linear(4 * width, width)\n",
        ),
    ),
    edit(
        "lstm-of-three-layers",
        "more layers, and dropout between them",
        ("lstm_corpus",),
        Setting("model.num_layers", 3),
        Setting("model.dropout", 0.4),
    ),
    edit(
        "prompt-of-a-letter",
        "the text begins with another prompt if nothing is said",
        BOTH,
        Text("generate.py", '    prompt: str = "\\n",\n', '    prompt: str = "e",\n'),
    ),
    edit(
        "further-suffix",
        "folders of restructured text are read too",
        BOTH,
        Text("sources.py", 'SUFFIXES = [".txt", ".md"]', 'SUFFIXES = [".txt", ".md", ".rst"]'),
    ),
    edit(
        "accuracy-of-tokens",
        "a further metric: how often the most likely token is the next one",
        BOTH,
        Text(
            "metrics.py",
            "        self.sums[:, : target.size(1)] += each.where(known, 0.0).sum(dim=1)\n",
            "        self.sums[:, : target.size(1)] += each.where(known, 0.0).sum(dim=1)\n"
            "        self.hits += (log_probabilities.argmax(dim=2)[known] == target[known]).sum()\n",
        ),
        Text(
            "metrics.py",
            '        self.sums = torch.zeros(3, info["context"], dtype=torch.float64)\n',
            '        self.sums = torch.zeros(3, info["context"], dtype=torch.float64)\n'
            "        self.hits = torch.zeros((), dtype=torch.float64)\n",
        ),
        Text(
            "metrics.py",
            '        return {\n            "perplexity":',
            "        return {\n"
            '            "accuracy": self.hits.item() / count if count else math.nan,\n'
            '            "perplexity":',
        ),
    ),
]
