"""Mistakes in data.py of projects for texts."""

from functools import partial

from .faults import DATA_QUALITY, INPUT, PREPROCESSING, PROCESS, SHAPE, VALIDATION
from .mutation import Edit, Mutation

edit = partial(Edit, "data.py")
buckets = partial(Edit, "engine/buckets.py")
TEXTS = ("lstm", "textcnn")
SPLIT = "train_test_split(items, test_size=fraction, stratify=groups, random_state=seed)"
ORDER = "order = torch.randperm(self.length, generator=generator).tolist()"

MUTATIONS = [
    Mutation(
        "vocabulary-of-all-texts",
        "the tokenizer is learned from all splits",
        PREPROCESSING,
        TEXTS,
        (
            edit(
                "load_data",
                "[row.text for row in splits['train']]",
                "[row.text for rows in splits.values() for row in rows]",
            ),
        ),
    ),
    Mutation(
        "mask-one-too-long",
        "the mask takes the first padding for a token",
        INPUT,
        TEXTS,
        (
            edit(
                "collate",
                "torch.arange(token_ids.size(1)) < lengths[:, None]",
                "torch.arange(token_ids.size(1)) <= lengths[:, None]",
            ),
        ),
    ),
    Mutation(
        "mask-of-ones",
        "the mask calls everything a token",
        INPUT,
        TEXTS,
        (
            edit(
                "collate",
                "torch.arange(token_ids.size(1)) < lengths[:, None]",
                "torch.ones_like(token_ids, dtype=torch.bool)",
            ),
        ),
    ),
    Mutation(
        "tokens-first",
        "pad_sequence without batch_first puts tokens first",
        SHAPE,
        TEXTS,
        (edit("collate", "pad_sequence(texts, batch_first=True)", "pad_sequence(texts)"),),
    ),
    Mutation(
        "length-ignored",
        "the largest length is hard-coded, the setting is ignored",
        PREPROCESSING,
        TEXTS,
        (
            edit(
                "train_tokenizer",
                "tokenizer.enable_truncation(settings.max_length)",
                "tokenizer.enable_truncation(256)",
            ),
        ),
    ),
    Mutation(
        "vocabulary-size-ignored",
        "the size of the vocabulary is hard-coded, the setting is ignored",
        PREPROCESSING,
        TEXTS,
        (
            edit(
                "train_tokenizer",
                "settings.vocabulary_size",
                "8000",
            ),
        ),
    ),
    Mutation(
        "labels-of-each-file",
        "each split numbers its own labels",
        DATA_QUALITY,
        TEXTS,
        (
            edit(
                "Texts.__init__",
                "encode_labels([row.label for row in rows], info)",
                "encode_labels([row.label for row in rows], {'classes': sorted({row.label.text for row in rows})})",
            ),
        ),
    ),
    Mutation(
        "held-out-texts-in-training",
        "what is held out stays in the training data",
        DATA_QUALITY,
        TEXTS,
        (Edit("engine/splits.py", "hold_out", "return remaining, held_out", "return list(items), held_out"),),
    ),
    Mutation(
        "texts-not-stratified",
        "rare classes may be missing from a split",
        DATA_QUALITY,
        TEXTS,
        (Edit("engine/splits.py", "hold_out", SPLIT, SPLIT.replace("stratify=groups", "stratify=None")),),
    ),
    Mutation(
        "split-of-texts-by-chance",
        "the split differs from run to run, so that evaluation sees training texts",
        DATA_QUALITY,
        TEXTS,
        (
            Edit(
                "engine/splits.py", "hold_out", SPLIT, SPLIT.replace("random_state=seed", "random_state=None")
            ),
        ),
    ),
    Mutation(
        "validation-and-test-texts-swapped",
        "validation and test are swapped",
        VALIDATION,
        TEXTS,
        (
            edit(
                "load_data",
                "tokenizer = load_tokenizer(info)",
                "tokenizer = load_tokenizer(info)\nsplits['val'], splits['test'] = splits['test'], splits['val']",
            ),
        ),
    ),
    Mutation(
        "validation-texts-dropped",
        "the last texts of an evaluation are dropped",
        VALIDATION,
        TEXTS,
        (
            edit(
                "load_data",
                "loader(datasets['val'], batch_sampler=in_order['val'])",
                "loader(datasets['val'], batch_size=settings.batch_size, drop_last=True)",
            ),
        ),
    ),
    Mutation(
        "nothing-to-read-at-prediction",
        "the mask of a text to predict is false everywhere",
        INPUT,
        TEXTS,
        (edit("read_inputs", "torch.ones_like(token_ids)", "torch.zeros_like(token_ids)"),),
    ),
    Mutation(
        "special-tokens-in-texts",
        "a text that has the letters [PAD] in it gets padding in its middle",
        INPUT,
        TEXTS,
        (edit("load_tokenizer", "tokenizer.encode_special_tokens = True", "pass"),),
    ),
    Mutation(
        "same-batches-each-epoch",
        "the sampler ignores the epoch",
        PREPROCESSING,
        TEXTS,
        (
            buckets(
                "BucketSampler.make_batches",
                ORDER,
                "generator = Generator().manual_seed(self.seed)\n" + ORDER,
            ),
        ),
    ),
    Mutation(
        "sampler-ignores-the-seed",
        "the sampler ignores the seed",
        PROCESS,
        TEXTS,
        (
            buckets(
                "BucketSampler.make_batches",
                ORDER,
                "generator = Generator().manual_seed(self.epoch)\n" + ORDER,
            ),
        ),
    ),
    Mutation(
        "short-texts-first",
        "batches come in the order of their lengths",
        PREPROCESSING,
        TEXTS,
        (
            buckets(
                "BucketSampler.make_batches",
                "[batches[n] for n in torch.randperm(len(batches), generator=generator).tolist()]",
                "batches",
            ),
        ),
    ),
    Mutation(
        "texts-not-shuffled",
        "buckets are made from the texts in the order of the file",
        PREPROCESSING,
        TEXTS,
        (
            buckets(
                "BucketSampler.make_batches",
                "torch.randperm(self.length, generator=generator).tolist()",
                "list(range(self.length))",
            ),
        ),
    ),
    Mutation(
        "last-texts-of-a-pool-lost",
        "the longest texts of a pool that is no multiple of the batch size never reach the model",
        PROCESS,
        TEXTS,
        (
            buckets(
                "BucketSampler.make_batches",
                "chunk(order, 20 * self.batch_size)",
                "[p[:len(p) // self.batch_size * self.batch_size] for p in chunk(order, 20 * self.batch_size)]",
            ),
        ),
    ),
    Mutation(
        "sampler-draws-globally",
        "the order depends on whatever else was drawn before",
        PROCESS,
        TEXTS,
        (
            buckets(
                "BucketSampler.make_batches",
                "torch.randperm(self.length, generator=generator)",
                "torch.randperm(self.length)",
            ),
        ),
    ),
    Mutation(
        "buckets-not-sorted",
        "texts of any length share a batch, most of which is padding",
        PROCESS,
        TEXTS,
        (
            buckets(
                "BucketSampler.make_batches",
                "sorted(pool, key=self.lengths.__getitem__)",
                "pool",
            ),
        ),
    ),
]
