"""Mistakes in data.py and sources.py of projects for images."""

from functools import partial

from .faults import DATA_QUALITY, INPUT, PREPROCESSING, PROCESS, SHAPE, VALIDATION
from .mutation import Edit, Mutation

edit = partial(Edit, "data.py")
splits = partial(Edit, "engine/splits.py")
sampling = partial(Edit, "engine/sampling.py")
PIXELS = ("resnet", "vit")
HOLD_OUT = "hold_out(splits['train'], groups, missing, settings.held_out, seed)"
TRAINING_LOADER = "loader(datasets['train'], batch_sampler=in_order['train'])"
VALIDATION_LOADER = TRAINING_LOADER.replace("train", "val")
TEST_LOADER = TRAINING_LOADER.replace("train", "test")
SAMPLER = "EpochSampler(len(splits['train']), settings.batch_size, seed)"

MUTATIONS = [
    Mutation(
        "images-not-shuffled",
        "training images come in the same order in each epoch",
        PREPROCESSING,
        PIXELS,
        (
            edit(
                "load_data",
                "loader(datasets['train'], batch_sampler=sampler)",
                TRAINING_LOADER,
            ),
        ),
    ),
    Mutation(
        "validation-images-shuffled",
        "images of an evaluation come in another order each time",
        VALIDATION,
        PIXELS,
        (
            edit(
                "load_data",
                VALIDATION_LOADER,
                "loader(datasets['val'], batch_size=settings.batch_size, shuffle=True)",
            ),
        ),
    ),
    Mutation(
        "validation-images-dropped",
        "the last images of an evaluation are dropped",
        VALIDATION,
        PIXELS,
        (
            edit(
                "load_data",
                VALIDATION_LOADER,
                "loader(datasets['val'], batch_size=settings.batch_size, drop_last=True)",
            ),
        ),
    ),
    Mutation(
        "batch-of-one-image",
        "a last batch of one image reaches batch norm",
        PROCESS,
        ("resnet", "cnn"),
        (edit("load_data", SAMPLER, SAMPLER.replace("seed", "seed, drop_last=False")),),
    ),
    Mutation(
        "no-batch-at-all",
        "data smaller than a batch gives none",
        PROCESS,
        ("resnet", "gin"),
        (sampling("EpochSampler.__len__", "full and self.drop_last", "self.drop_last"),),
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
        (edit("load_data", f"splits |= {HOLD_OUT}", f"splits = {{**{HOLD_OUT}, **splits}}"),),
    ),
    Mutation(
        "images-not-stratified",
        "rare classes may be missing from a split",
        DATA_QUALITY,
        PIXELS,
        (splits("hold_out", "members[group].append(example)", "members[groups[0]].append(example)"),),
    ),
    Mutation(
        "split-of-images-by-chance",
        "the split differs from run to run, so that evaluation sees training images",
        DATA_QUALITY,
        PIXELS,
        (splits("hash_name", "int.from_bytes(digest[:8]) / 2**64", "__import__('random').random()"),),
    ),
    Mutation(
        "split-of-images-always-the-same",
        "the split ignores the seed",
        DATA_QUALITY,
        PIXELS,
        (splits("hash_name", "f'{seed}/{name}'", "f'0/{name}'"),),
    ),
    Mutation(
        "order-of-images-ignores-the-seed",
        "the order of the training data ignores the seed",
        PROCESS,
        PIXELS,
        (sampling("EpochSampler.__iter__", "10007 * self.seed + self.epoch", "self.epoch"),),
    ),
    Mutation(
        "classes-of-each-split",
        "each split numbers its own classes",
        DATA_QUALITY,
        PIXELS,
        (
            edit(
                "Images.__init__",
                "encode_labels([example.label for example in examples], info)",
                "encode_labels([each.label for each in examples], {'classes': sorted({each.label.text for each in examples})})",
            ),
        ),
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
                "standardize(to_pixels(open_image(file), info).unsqueeze(0), info)",
                "to_pixels(open_image(file), info).unsqueeze(0)",
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
        (Edit("engine/images.py", "open_upright", "ImageOps.exif_transpose(file)", "file.copy()"),),
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
        (edit("load_data", SAMPLER, SAMPLER.replace("settings.batch_size", "64")),),
    ),
    Mutation(
        "test-is-validation-images",
        "the test loader gives the validation data",
        VALIDATION,
        PIXELS,
        (edit("load_data", TEST_LOADER, VALIDATION_LOADER),),
    ),
    Mutation(
        "validation-is-training-images",
        "the validation loader gives the training data",
        VALIDATION,
        PIXELS,
        (edit("load_data", VALIDATION_LOADER, TRAINING_LOADER),),
    ),
    Mutation(
        "digits-almost-black",
        "the sample's 16 grey values are taken for 255",
        PREPROCESSING,
        PIXELS,
        (Edit("sample.py", "read_sample", "np.uint8(image * 255 / 16)", "np.uint8(image)"),),
    ),
    Mutation(
        "digits-overflow",
        "the sample's grey values overflow their 8 bits",
        PREPROCESSING,
        PIXELS,
        (
            Edit(
                "sample.py",
                "read_sample",
                "np.uint8(image * 255 / 16)",
                "np.int64(image * 256 / 16).astype(np.uint8)",
            ),
        ),
    ),
    Mutation(
        "labels-shifted",
        "labels are off by one against the images",
        DATA_QUALITY,
        PIXELS,
        (Edit("sample.py", "read_sample", "digits.target.tolist()", "[*digits.target.tolist()[1:], 0]"),),
    ),
]
