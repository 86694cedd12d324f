"""What survived, at first, of 195 mistakes by five more who had seen neither checks nor catalogue."""

from .faults import API, GPU, LAYER_PROPERTIES, LAYERS, PREPROCESSING, SHAPE, VALIDATION
from .mutation import Edit, Mutation
from .projects import EVERY_TASK

MUTATIONS = [
    Mutation(
        "first-patch-taken-for-class-token",
        "pooling takes the first patch, as if it were a class token",
        LAYERS,
        ("vit",),
        (
            Edit(
                "model.py",
                "VisionTransformer.forward",
                "self.norm(self.blocks(x)).mean(dim=1)",
                "self.norm(self.blocks(x))[:, 0]",
            ),
        ),
    ),
    Mutation(
        "every-block-of-a-stage-strides",
        "not only the first block of a stage halves the image",
        LAYER_PROPERTIES,
        ("resnet",),
        (
            Edit(
                "model.py",
                "ResNet.__init__",
                "BasicBlock(in_channels, out_channels, stride if first else 1)",
                "BasicBlock(in_channels, out_channels, stride)",
            ),
        ),
    ),
    Mutation(
        "afternoon-sorts-before-morning",
        "hours of a run's name are 01 to 12: the newest run is not the last by name",
        API,
        EVERY_TASK,
        (
            Edit(
                "engine/run.py",
                "Run.__init__",
                "f'{datetime.now():%Y%m%d-%H%M%S-%f}-{settings.name}'",
                "f'{datetime.now():%Y%m%d-%I%M%S-%f}-{settings.name}'",
            ),
        ),
    ),
    Mutation(
        "graphs-counted-by-the-last-node",
        "a batch whose last graph has no nodes gets a row too few",
        SHAPE,
        ("gin", "gcn_graphs"),
        (
            Edit(
                "model.py",
                "",
                "x.new_zeros(len(sizes), x.size(1))",
                "x.new_zeros(int(graph.max()) + 1, x.size(1))",
            ),
        ),
    ),
    Mutation(
        "deviation-plus-epsilon",
        "a number that is constant in training is divided by 1e-8",
        PREPROCESSING,
        ("gin", "gcn_graphs"),
        (Edit("data.py", "describe", "std.masked_fill(constant, 1)", "std + 1e-8"),),
    ),
    Mutation(
        "rest-of-planetoid-is-test",
        "nodes of Planetoid that are in no split are tested",
        VALIDATION,
        ("gcn",),
        (Edit("sources.py", "read_planetoid", "'test' if s else ''", "'test'"),),
    ),
    Mutation(
        "batch-norm-over-padding",
        "an added batch norm takes its statistics over padding too",
        LAYERS,
        ("textcnn",),
        (
            Edit(
                "model.py",
                "Filters.__init__",
                "nn.ReLU(inplace=True)",
                "nn.Sequential(nn.BatchNorm1d(num_filters), nn.ReLU(inplace=True))",
            ),
        ),
    ),
    Mutation(
        "dropout-of-the-accelerator-not-restored",
        "on a GPU a resumed training draws other dropout than one that was not stopped",
        GPU,
        ("vit", "transformer"),
        (
            Edit(
                "engine/checkpoint.py",
                "restore_random_states",
                "torch.get_device_module(generator.device).set_rng_state(states['device'])",
                "pass",
            ),
        ),
    ),
    Mutation(
        "trial-of-a-sweep-taken-for-the-newest-run",
        "best.pt is looked for at any depth, and studies sort behind the dates of runs",
        VALIDATION,
        ("mlp", "graphsage"),
        (Edit("engine/checkpoint.py", "find_best", "folder.glob('*/best.pt')", "folder.rglob('best.pt')"),),
    ),
]
