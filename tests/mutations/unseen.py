"""Mistakes that survived, at first, among those of somebody who had seen neither checks nor catalogue, and one like them."""

from .faults import API, DATA_QUALITY, GPU, HYPERPARAMETERS, INPUT, PREPROCESSING, PROCESS, SHAPE, VALIDATION
from .mutation import Edit, Mutation
from .projects import EVERY_TASK

MUTATIONS = [
    Mutation(
        "border-of-the-image-lost",
        "images that patches do not divide lose their last rows and columns",
        SHAPE,
        ("vit",),
        (
            Edit(
                "model.py",
                "VisionTransformer.forward",
                "images = F.pad(images, (0, self.padding, 0, self.padding))",
                "pass",
            ),
        ),
    ),
    Mutation(
        "secret-labels-taken",
        "-1, which stands for a label that is kept secret, counts as the last class",
        DATA_QUALITY,
        ("lstm", "resnet"),
        (Edit("engine/hub.py", "read_labels", "n is not None and n >= 0", "n is not None"),),
    ),
    Mutation(
        "prediction-adds-edges-back",
        "prediction makes edges go both ways where training kept their direction",
        INPUT,
        ("gcn", "gat"),
        (
            Edit(
                "data.py",
                "read_inputs",
                "remembered(folder, info)",
                "remembered(folder, {**info, 'directed': False})",
            ),
        ),
    ),
    Mutation(
        "scale-of-the-loss-not-resumed",
        "a resumed training in 16 bits begins with another scale of the loss",
        PROCESS,
        ("resnet", "gcn"),
        (
            Edit(
                "engine/state.py",
                "TrainState.load_state_dict",
                "self.scaler.load_state_dict(state['scaler'])",
                "pass",
            ),
        ),
    ),
    Mutation(
        "order-of-a-set",
        "what is drawn from comes in the order of a set, another one in each process",
        DATA_QUALITY,
        ("lstm", "textcnn"),
        (
            Edit(
                "sample.py",
                "read_sample",
                "sorted((t for t in texts if t.endswith('.') and 8 <= len(t.split()) <= 60))",
                "[t for t in texts if t.endswith('.') and 8 <= len(t.split()) <= 60]",
            ),
        ),
    ),
    Mutation(
        "prediction-cuts-nothing",
        "texts to predict are longer than any in training",
        PREPROCESSING,
        ("transformer", "lstm"),
        (
            Edit(
                "data.py",
                "read_inputs",
                "tokenizer = load_tokenizer(info)",
                "tokenizer = load_tokenizer(info)\ntokenizer.no_truncation()",
            ),
        ),
    ),
    Mutation(
        "prediction-reads-special-tokens",
        "a text to predict that spells out a special token is read as one",
        PREPROCESSING,
        ("transformer", "lstm"),
        (
            Edit(
                "data.py",
                "read_inputs",
                "tokenizer = load_tokenizer(info)",
                "tokenizer = Tokenizer.from_str(info['tokenizer'])",
            ),
        ),
    ),
    Mutation(
        "prediction-skips-capital-suffixes",
        "images to predict whose suffix is in capitals are passed over",
        INPUT,
        ("cnn", "vit"),
        (
            Edit(
                "engine/images.py",
                "find_images",
                "path.suffix.lower() in SUFFIXES",
                "path.suffix in SUFFIXES",
            ),
        ),
    ),
    Mutation(
        "sixteen-bits-a-pixel",
        "images of 16 bits a pixel are taken, and all but white",
        PREPROCESSING,
        ("vit", "mlp"),
        (Edit("engine/images.py", "open_image", "image.mode[0] in 'IF'", "image.mode[0] == 'F'"),),
    ),
    Mutation(
        "confusion-matrix-transposed",
        "rows of the confusion matrix are predictions and its columns classes, and its labels say the opposite",
        VALIDATION,
        EVERY_TASK,
        (
            Edit(
                "tools/charts.py",
                "draw_confusion",
                "counts.index_put_((target, predicted), torch.ones(len(target)), accumulate=True)",
                "counts.index_put_((predicted, target), torch.ones(len(target)), accumulate=True)",
            ),
        ),
    ),
    Mutation(
        "sixteen-bits-of-the-other-kind",
        "bf16 trains in fp16, whose loss is then not scaled, and fp16 in bf16",
        GPU,
        EVERY_TASK,
        (
            Edit(
                "engine/device.py",
                "autocast",
                "torch.float16 if precision == 'fp16' else torch.bfloat16",
                "torch.bfloat16 if precision == 'fp16' else torch.float16",
            ),
        ),
    ),
    Mutation(
        "schedule-ignores-accumulation",
        "the schedule is as long as if every batch were a step",
        HYPERPARAMETERS,
        ("cnn", "gin"),
        (
            Edit(
                "train.py",
                "train",
                "build_state(settings, data.info, total_steps=training.epochs * steps)",
                "build_state(settings, data.info, total_steps=training.epochs * len(data.train))",
            ),
        ),
    ),
    Mutation(
        "statistics-of-the-first-images",
        "mean and deviation are those of the first images, all of one class",
        DATA_QUALITY,
        ("cnn", "vit"),
        (
            Edit(
                "data.py",
                "describe",
                "random.Random(seed).sample(examples, min(len(examples), STATISTICS_SAMPLE))",
                "examples[:STATISTICS_SAMPLE]",
            ),
        ),
    ),
    Mutation(
        "every-second-pixel",
        "images shrink by leaving pixels out instead of by means",
        API,
        ("vit", "resnet"),
        (
            Edit(
                "data.py",
                "to_pixels",
                "ImageOps.fit(image, size)",
                "ImageOps.fit(image, size, method=Image.Resampling.NEAREST)",
            ),
        ),
    ),
]
