"""Mistakes in data.py."""

from .mutation import DATA_QUALITY, INPUT, PREPROCESSING, PROCESS, SHAPE, VALIDATION, Edit, Mutation


def edit(definition: str, old: str, new: str) -> Edit:
    return Edit("data.py", definition, old, new)


PIXELS = ("resnet", "vit")
TEXTS = ("lstm", "textcnn")
NODES = ("gcn", "gat")
GRAPHS = ("gin", "gcn_graphs")
SPLIT_IMAGES = (
    "splits['train'], splits[name] = train_test_split(splits['train'], test_size=held_out, "
    "stratify=labels, random_state=seed)"
)
SPLIT_TEXTS = SPLIT_IMAGES.replace("held_out", "settings.held_out")

MUTATIONS = [
    Mutation(
        "images-not-shuffled",
        "training images come in the same order in each epoch",
        PREPROCESSING,
        PIXELS,
        (
            edit(
                "load_data",
                "loader(datasets['train'], sampler=sampler, drop_last=drop_last)",
                "loader(datasets['train'], drop_last=drop_last)",
            ),
        ),
    ),
    Mutation(
        "validation-images-shuffled",
        "images of an evaluation come in another order each time",
        VALIDATION,
        PIXELS,
        (edit("load_data", "loader(datasets['val'])", "loader(datasets['val'], shuffle=True)"),),
    ),
    Mutation(
        "validation-images-dropped",
        "the last images of an evaluation are dropped",
        VALIDATION,
        PIXELS,
        (edit("load_data", "loader(datasets['val'])", "loader(datasets['val'], drop_last=True)"),),
    ),
    Mutation(
        "batch-of-one-image",
        "a last batch of one image reaches batch norm",
        PROCESS,
        ("resnet", "cnn"),
        (edit("load_data", "drop_last = len(sampler) > settings.batch_size", "drop_last = False"),),
    ),
    Mutation(
        "no-batch-at-all",
        "data smaller than a batch gives none",
        PROCESS,
        ("resnet", "gin"),
        (edit("load_data", "drop_last = len(sampler) > settings.batch_size", "drop_last = True"),),
    ),
    Mutation(
        "statistics-of-all-images",
        "mean and deviation are computed from all splits",
        PREPROCESSING,
        PIXELS,
        (
            edit(
                "load_data",
                "describe(splits['train'], settings.image_size, seed)",
                "describe(sum(splits.values(), []), settings.image_size, seed)",
            ),
        ),
    ),
    Mutation(
        "held-out-images-in-training",
        "what is held out stays in the training data",
        DATA_QUALITY,
        PIXELS,
        (
            edit(
                "load_data",
                SPLIT_IMAGES,
                SPLIT_IMAGES.replace("splits['train'], splits[name] =", "_, splits[name] =", 1),
            ),
        ),
    ),
    Mutation(
        "images-not-stratified",
        "rare classes may be missing from a split",
        DATA_QUALITY,
        PIXELS,
        (edit("load_data", SPLIT_IMAGES, SPLIT_IMAGES.replace("labels", "None")),),
    ),
    Mutation(
        "split-of-images-by-chance",
        "the split differs from run to run, so that evaluation sees training images",
        DATA_QUALITY,
        PIXELS,
        (edit("load_data", SPLIT_IMAGES, SPLIT_IMAGES.replace("random_state=seed", "random_state=None")),),
    ),
    Mutation(
        "split-of-images-always-the-same",
        "the split ignores the seed",
        DATA_QUALITY,
        PIXELS,
        (edit("load_data", SPLIT_IMAGES, SPLIT_IMAGES.replace("random_state=seed", "random_state=0")),),
    ),
    Mutation(
        "order-of-images-ignores-the-seed",
        "the order of the training data ignores the seed",
        PROCESS,
        PIXELS,
        (
            edit(
                "load_data",
                "DistributedSampler(datasets['train'], num_replicas=1, rank=0, seed=seed)",
                "DistributedSampler(datasets['train'], num_replicas=1, rank=0)",
            ),
        ),
    ),
    Mutation(
        "classes-of-each-split",
        "each split numbers its own classes",
        DATA_QUALITY,
        PIXELS,
        (
            edit(
                "load_data",
                "read_folder(settings.path / name, classes)",
                "read_folder(settings.path / name, None)",
            ),
        ),
    ),
    Mutation(
        "classes-of-the-folder",
        "labels are counted among the folders that were found, not the classes that are known",
        DATA_QUALITY,
        PIXELS,
        (edit("read_folder", "classes.index(name)", "found.index(name)"),),
    ),
    Mutation(
        "channels-reshaped",
        "view where a permutation was needed scrambles colour images",
        SHAPE,
        PIXELS,
        (edit("to_pixels", "pixels.view(*size, -1).permute(2, 0, 1)", "pixels.view(-1, *size)"),),
    ),
    Mutation(
        "images-on-their-side",
        "height and width are swapped",
        SHAPE,
        PIXELS,
        (
            edit(
                "to_pixels",
                "pixels.view(*size, -1).permute(2, 0, 1)",
                "pixels.view(*size, -1).permute(2, 1, 0)",
            ),
        ),
    ),
    Mutation(
        "pixels-not-scaled",
        "pixels stay between 0 and 255",
        PREPROCESSING,
        PIXELS,
        (edit("to_pixels", "np.array(image, dtype=np.float32) / 255", "np.array(image, dtype=np.float32)"),),
    ),
    Mutation(
        "images-not-standardised",
        "the model gets images in [0, 1] where the augmentation expects standardised ones",
        PREPROCESSING,
        PIXELS,
        (edit("Images.collate", "standardize(torch.stack(pixels), self.info)", "torch.stack(pixels)"),),
    ),
    Mutation(
        "predicts-from-raw-pixels",
        "prediction forgets what training does to the images",
        PREPROCESSING,
        PIXELS,
        (
            edit(
                "read_inputs",
                "standardize(to_pixels(file, info).unsqueeze(0), info)",
                "to_pixels(file, info).unsqueeze(0)",
            ),
        ),
    ),
    Mutation(
        "division-by-no-deviation",
        "a channel that never varies is divided by 0",
        PREPROCESSING,
        PIXELS,
        (edit("describe", "std.where(std > 0, 1)", "std"),),
    ),
    Mutation(
        "variance-for-deviation",
        "images are divided by their variance",
        PREPROCESSING,
        PIXELS,
        (edit("describe", "torch.std_mean(pixels, dim=(0, 2, 3))", "torch.var_mean(pixels, dim=(0, 2, 3))"),),
    ),
    Mutation(
        "photographs-on-their-side",
        "the orientation that a camera recorded is ignored",
        INPUT,
        PIXELS,
        (edit("open_image", "ImageOps.exif_transpose(file)", "file.copy()"),),
    ),
    Mutation(
        "images-squeezed",
        "images are squeezed into a square instead of being cropped",
        PREPROCESSING,
        PIXELS,
        (edit("to_pixels", "ImageOps.fit(image, size)", "image.resize(size)"),),
    ),
    Mutation(
        "batch-size-of-images-hard-coded",
        "the batch size is hard-coded, the setting is ignored",
        PROCESS,
        PIXELS,
        (
            edit(
                "load_data",
                "partial(DataLoader, batch_size=settings.batch_size, num_workers=settings.workers, "
                "collate_fn=datasets['train'].collate, pin_memory=torch.accelerator.is_available(), "
                "generator=torch.Generator().manual_seed(seed))",
                "partial(DataLoader, batch_size=64, num_workers=settings.workers, "
                "collate_fn=datasets['train'].collate, pin_memory=torch.accelerator.is_available(), "
                "generator=torch.Generator().manual_seed(seed))",
            ),
        ),
    ),
    Mutation(
        "test-is-validation-images",
        "the test loader gives the validation data",
        VALIDATION,
        PIXELS,
        (edit("load_data", "loader(datasets['test'])", "loader(datasets['val'])"),),
    ),
    Mutation(
        "validation-is-training-images",
        "the validation loader gives the training data",
        VALIDATION,
        PIXELS,
        (edit("load_data", "loader(datasets['val'])", "loader(datasets['train'])"),),
    ),
    Mutation(
        "digits-almost-black",
        "the sample's 16 grey values are taken for 255",
        PREPROCESSING,
        PIXELS,
        (edit("read_digits", "np.uint8(image * 255 / 16)", "np.uint8(image)"),),
    ),
    Mutation(
        "digits-overflow",
        "the sample's grey values overflow their 8 bits",
        PREPROCESSING,
        PIXELS,
        (edit("read_digits", "np.uint8(image * 255 / 16)", "np.int64(image * 256 / 16).astype(np.uint8)"),),
    ),
    Mutation(
        "labels-shifted",
        "labels are off by one against the images",
        DATA_QUALITY,
        PIXELS,
        (edit("read_digits", "digits.target.tolist()", "[*digits.target.tolist()[1:], 0]"),),
    ),
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
                "[classes.index(row.label) for row in rows]",
                "[sorted({row.label for row in rows}).index(row.label) for row in rows]",
            ),
        ),
    ),
    Mutation(
        "held-out-texts-in-training",
        "what is held out stays in the training data",
        DATA_QUALITY,
        TEXTS,
        (
            edit(
                "load_data",
                SPLIT_TEXTS,
                SPLIT_TEXTS.replace("splits['train'], splits[name] =", "_, splits[name] =", 1),
            ),
        ),
    ),
    Mutation(
        "texts-not-stratified",
        "rare classes may be missing from a split",
        DATA_QUALITY,
        TEXTS,
        (edit("load_data", SPLIT_TEXTS, SPLIT_TEXTS.replace("labels", "None")),),
    ),
    Mutation(
        "split-of-texts-by-chance",
        "the split differs from run to run, so that evaluation sees training texts",
        DATA_QUALITY,
        TEXTS,
        (edit("load_data", SPLIT_TEXTS, SPLIT_TEXTS.replace("random_state=seed", "random_state=None")),),
    ),
    Mutation(
        "validation-and-test-texts-swapped",
        "validation and test are swapped",
        VALIDATION,
        TEXTS,
        (
            edit(
                "load_data",
                "loader(datasets['val'], batch_size=settings.batch_size)",
                "loader(datasets['test'], batch_size=settings.batch_size)",
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
                "loader(datasets['val'], batch_size=settings.batch_size)",
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
        (edit("BucketSampler.__iter__", "self.seed + self.epoch", "self.seed"),),
    ),
    Mutation(
        "sampler-ignores-the-seed",
        "the sampler ignores the seed",
        PROCESS,
        TEXTS,
        (edit("BucketSampler.__iter__", "self.seed + self.epoch", "self.epoch"),),
    ),
    Mutation(
        "short-texts-first",
        "batches come in the order of their lengths",
        PREPROCESSING,
        TEXTS,
        (
            edit(
                "BucketSampler.__iter__",
                "for index in torch.randperm(len(batches), generator=generator).tolist():\n    yield batches[index]",
                "yield from batches",
            ),
        ),
    ),
    Mutation(
        "texts-not-shuffled",
        "buckets are made from the texts in the order of the file",
        PREPROCESSING,
        TEXTS,
        (
            edit(
                "BucketSampler.__iter__",
                "torch.randperm(len(self.lengths), generator=generator).tolist()",
                "list(range(len(self.lengths)))",
            ),
        ),
    ),
    Mutation(
        "last-texts-of-a-bucket-lost",
        "the texts at the end of a bucket never reach the model",
        PROCESS,
        TEXTS,
        (
            edit(
                "BucketSampler.__iter__",
                "range(0, len(bucket), size)",
                "range(0, len(bucket) - size + 1, size)",
            ),
        ),
    ),
    Mutation(
        "sampler-draws-globally",
        "the order depends on whatever else was drawn before",
        PROCESS,
        TEXTS,
        (
            edit(
                "BucketSampler.__iter__",
                "torch.randperm(len(self.lengths), generator=generator)",
                "torch.randperm(len(self.lengths))",
            ),
        ),
    ),
    Mutation(
        "buckets-not-sorted",
        "texts of any length share a batch, most of which is padding",
        PROCESS,
        TEXTS,
        (
            edit(
                "BucketSampler.__iter__",
                "sorted(order[start:start + pool], key=self.lengths.__getitem__)",
                "order[start:start + pool]",
            ),
        ),
    ),
    Mutation(
        "all-nodes-are-training-nodes",
        "the targets of all nodes are given to every split",
        DATA_QUALITY,
        NODES,
        (
            edit(
                "load_data",
                "for node in nodes:\n    place, label = (graph.places[node], graph.labels[node])\n    if label not in info['classes']:\n        raise DataError(f'{place}: no training node has the label {label!r}: mend one')\n    target[node] = info['classes'].index(label)",
                "for node in sum(splits.values(), []):\n    place, label = (graph.places[node], graph.labels[node])\n    if label not in info['classes']:\n        raise DataError(f'{place}: no training node has the label {label!r}: mend one')\n    target[node] = info['classes'].index(label)",
            ),
        ),
    ),
    Mutation(
        "ignored-nodes-are-class-zero",
        "nodes without a target in a split are given class 0",
        DATA_QUALITY,
        NODES,
        (edit("", "IGNORED = -100", "IGNORED = 0"),),
    ),
    Mutation(
        "statistics-of-all-nodes",
        "mean and deviation are computed from all nodes",
        PREPROCESSING,
        NODES,
        (
            edit(
                "describe",
                "torch.std_mean(numbers[train], correction=0)",
                "torch.std_mean(numbers, correction=0)",
            ),
        ),
    ),
    Mutation(
        "karate-one-way",
        "each edge is read in one direction only",
        INPUT,
        NODES,
        (edit("read_karate", "club.to_directed().edges", "club.edges"),),
    ),
    Mutation(
        "direction-lost",
        "directed graphs are made undirected",
        INPUT,
        NODES,
        (edit("read_tables", "coalesce if directed else to_undirected", "to_undirected"),),
    ),
    Mutation(
        "always-directed",
        "messages go one way in undirected graphs",
        INPUT,
        NODES,
        (edit("read_tables", "coalesce if directed else to_undirected", "coalesce"),),
    ),
    Mutation(
        "loops-kept",
        "loops in the data come on top of those of the layers",
        INPUT,
        NODES,
        (
            edit(
                "read_tables",
                "edge_index, _ = remove_self_loops(torch.tensor(ends, dtype=torch.int64).view(2, -1))",
                "edge_index = torch.tensor(ends, dtype=torch.int64).view(2, -1)",
            ),
        ),
    ),
    Mutation(
        "source-and-target-swapped",
        "edges are read from target to source",
        INPUT,
        NODES,
        (edit("read_tables", "('source', 'target')", "('target', 'source')"),),
    ),
    Mutation(
        "ends-interleaved",
        "a list of pairs is reshaped where it should be transposed",
        SHAPE,
        NODES,
        (
            edit(
                "read_tables",
                "torch.tensor(ends, dtype=torch.int64).view(2, -1)",
                "torch.tensor(ends, dtype=torch.int64).T.reshape(2, -1)",
            ),
        ),
    ),
    Mutation(
        "unseen-category",
        "a category that training has not seen is an error",
        INPUT,
        NODES + GRAPHS,
        (edit("encode", "ids.get(word, 0)", "ids[word]"),),
    ),
    Mutation(
        "unseen-category-is-the-first",
        "a category that training has not seen is taken for the first",
        INPUT,
        NODES + GRAPHS,
        (edit("encode", "ids.get(word, 0)", "ids.get(word, 1)"),),
    ),
    Mutation(
        "columns-share-categories",
        "the categories of all columns are counted from 1",
        INPUT,
        NODES + GRAPHS,
        (edit("encode", "first += len(words)", "pass"),),
    ),
    Mutation(
        "validation-among-training-nodes",
        "validation nodes are drawn from all nodes instead of the rest",
        DATA_QUALITY,
        NODES,
        (
            edit(
                "split_nodes",
                "train, val = draw(rest, stratify=[graph.labels[node] for node in rest])",
                "_, val = draw(labelled, stratify=[graph.labels[node] for node in labelled])\ntrain = rest",
            ),
        ),
    ),
    Mutation(
        "nodes-not-stratified",
        "rare classes may be missing from a split",
        DATA_QUALITY,
        NODES,
        (
            edit(
                "split_nodes",
                "train, val = draw(rest, stratify=[graph.labels[node] for node in rest])",
                "train, val = draw(rest)",
            ),
        ),
    ),
    Mutation(
        "validation-and-test-nodes-swapped",
        "validation and test are swapped",
        VALIDATION,
        NODES,
        (edit("load_data", "loader(batches['val'])", "loader(batches['test'])"),),
    ),
    Mutation(
        "nodes-not-scaled",
        "numbers of nodes are centred and not scaled",
        PREPROCESSING,
        NODES,
        (
            edit(
                "encode",
                "[(graph.numbers[name] - mean) / std for name, (mean, std) in info['scale'].items()]",
                "[graph.numbers[name] - mean for name, (mean, std) in info['scale'].items()]",
            ),
        ),
    ),
    Mutation(
        "graphs-not-moved-apart",
        "the edges of all graphs of a batch are put on the nodes of the first",
        SHAPE,
        GRAPHS,
        (edit("collate", "edge_index + start", "edge_index"),),
    ),
    Mutation(
        "graph-of-node-by-turns",
        "the graph of each node is counted the wrong way",
        SHAPE,
        GRAPHS,
        (edit("collate", "torch.repeat_interleave(sizes)", "torch.repeat_interleave(sizes).flip(0)"),),
    ),
    Mutation(
        "atlas-one-way",
        "each edge is read in one direction only",
        INPUT,
        GRAPHS,
        (edit("read_atlas", "graph.to_directed().edges", "graph.edges"),),
    ),
    Mutation(
        "statistics-of-all-graphs",
        "mean and deviation are computed from all graphs",
        PREPROCESSING,
        GRAPHS,
        (
            edit(
                "describe",
                "graphs.numbers[in_train.repeat_interleave(graphs.sizes)]",
                "graphs.numbers",
            ),
        ),
    ),
    Mutation(
        "nodes-counted-from-one",
        "the files count nodes from 1 and the code from 0",
        INPUT,
        GRAPHS,
        (
            edit(
                "read_tudataset",
                "read_integers(edge_path, 2).T - 1",
                "read_integers(edge_path, 2).T % len(graph)",
            ),
        ),
    ),
    Mutation(
        "validation-among-training-graphs",
        "validation graphs are drawn from all graphs instead of the rest",
        DATA_QUALITY,
        GRAPHS,
        (
            edit(
                "load_data",
                "train, val = draw(rest, stratify=[graphs.labels[number] for number in rest])",
                "_, val = draw(range(len(graphs.labels)), stratify=graphs.labels)\ntrain = rest",
            ),
        ),
    ),
    Mutation(
        "held-out-graphs-in-training",
        "what is held out stays in the training data",
        DATA_QUALITY,
        GRAPHS,
        (
            edit(
                "load_data",
                "train, val = draw(rest, stratify=[graphs.labels[number] for number in rest])",
                "_, val = draw(rest, stratify=[graphs.labels[number] for number in rest])\ntrain = rest",
            ),
        ),
    ),
    Mutation(
        "graphs-not-shuffled",
        "training graphs come in the same order in each epoch",
        PREPROCESSING,
        GRAPHS,
        (
            edit(
                "load_data",
                "loader(train_set, sampler=sampler, drop_last=drop_last)",
                "loader(train_set, drop_last=drop_last)",
            ),
        ),
    ),
    Mutation(
        "degrees-of-one-graph",
        "degrees are counted from the wrong end of the edges",
        INPUT,
        GRAPHS,
        (edit("read_graphs", "graphs.edges[1]", "graphs.edges[0]"),),
        equivalent="edges stand in the files in both directions, so that both ends have the same degrees",
    ),
]
