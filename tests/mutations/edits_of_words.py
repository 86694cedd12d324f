"""What people rightly change where words are tagged: windows, tokens, layers, metrics, what is read."""

from .mutation import Setting, Text, edit
from .projects import WORDS_PROJECTS as BOTH

LSTM, TRANSFORMER = ("lstm_words",), ("transformer_words",)

EDITS = [
    edit("windows-of-eight", "windows are of eight tokens", BOTH, Setting("data.max_length", 8)),
    edit("long-windows", "no text is longer than a window", BOTH, Setting("data.max_length", 5000)),
    edit("few-pieces", "words are in small pieces", BOTH, Setting("data.vocabulary_size", 300)),
    edit("words-dropped", "augmentation of words is on", BOTH, Setting("augment.word_dropout", 0.2)),
    edit("other-columns", "other keys of words and tags", BOTH, Setting("data.columns", ["words", "ner"])),
    edit(
        "tagger-of-two-layers",
        "more layers, wider, and with little dropout",
        LSTM,
        Setting("model.num_layers", 2),
        Setting("model.width", 96),
        Setting("model.dropout", 0.1),
    ),
    edit(
        "tagger-of-one-head",
        "a narrow and deep model of one head",
        TRANSFORMER,
        Setting("model.width", 24),
        Setting("model.depth", 5),
        Setting("model.num_heads", 1),
    ),
    edit(
        "wide-head",
        "a hidden layer before the last one",
        LSTM,
        Text(
            "model.py",
            "        self.head = nn.Sequential(nn.Dropout(settings.dropout), "
            "nn.Linear(2 * width, num_outputs))\n",
            "        self.head = nn.Sequential(\n"
            "            nn.Dropout(settings.dropout),\n"
            "            nn.Linear(2 * width, width),\n"
            "            nn.Tanh(),\n"
            "            nn.Linear(width, num_outputs),\n"
            "        )\n",
        ),
    ),
    edit(
        "shape-of-words",
        "digits of words are all alike to the tokenizer",
        BOTH,
        Text(
            "tokenizer.py",
            'Replace(Regex(r"\\s"), "_")]\n',
            'Replace(Regex(r"\\s"), "_")]\n    steps.append(normalizers.Replace(Regex(r"[0-9]"), "0"))\n',
        ),
    ),
    edit(
        "further-suffix-of-conll",
        "files of another suffix are read too",
        BOTH,
        Text("engine/conll.py", '".bio", ".tsv"]', '".bio", ".tsv", ".ner"]'),
    ),
    edit(
        "f1-of-kinds",
        "a further metric: the mean F1 over the kinds",
        BOTH,
        Text(
            "metrics.py",
            '            "accuracy": accuracy,\n        }\n',
            '            "accuracy": accuracy,\n'
            '            "macro_f1": float('
            "(2 * self.counts[0] / (self.counts[1] + self.counts[2])).nanmean()),\n"
            "        }\n",
        ),
    ),
]
