"""Mistakes in data.py of projects for images."""

from .mutation import DATA_QUALITY, INPUT, PREPROCESSING, PROCESS, SHAPE, VALIDATION, Edit, Mutation


def edit(definition: str, old: str, new: str) -> Edit:
    return Edit("data.py", definition, old, new)


PIXELS = ("resnet", "vit")
SPLIT = (
    "splits['train'], splits[name] = train_test_split(splits['train'], test_size=held_out, "
    "stratify=labels, random_state=seed)"
)

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
                SPLIT,
                SPLIT.replace("splits['train'], splits[name] =", "_, splits[name] =", 1),
            ),
        ),
    ),
    Mutation(
        "images-not-stratified",
        "rare classes may be missing from a split",
        DATA_QUALITY,
        PIXELS,
        (edit("load_data", SPLIT, SPLIT.replace("labels", "None")),),
    ),
    Mutation(
        "split-of-images-by-chance",
        "the split differs from run to run, so that evaluation sees training images",
        DATA_QUALITY,
        PIXELS,
        (edit("load_data", SPLIT, SPLIT.replace("random_state=seed", "random_state=None")),),
    ),
    Mutation(
        "split-of-images-always-the-same",
        "the split ignores the seed",
        DATA_QUALITY,
        PIXELS,
        (edit("load_data", SPLIT, SPLIT.replace("random_state=seed", "random_state=0")),),
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
]
