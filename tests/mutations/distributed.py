"""Mistakes of training in several processes, in projects with the extra `distributed`."""

from functools import partial

from .faults import DATA_QUALITY, GPU, LOSS, PROCESS, VALIDATION
from .mutation import Edit, Mutation
from .projects import DISTRIBUTED_PROJECTS

parallel = partial(Edit, "engine/parallel.py")
sampling = partial(Edit, "engine/sampling.py")
buckets = partial(Edit, "engine/buckets.py")
state = partial(Edit, "engine/state.py")
train = partial(Edit, "train.py")
IMAGES, TEXTS, GRAPHS = DISTRIBUTED_PROJECTS
BACKWARD = "state.scaler.scale(loss * (batch_count / count)).backward()"
IMPORT = "from .engine.parallel import all_reduce_mean, merge, set_gradient_sync"
SLICE = "batch[rank()::world_size()]"
MINE = "range(rank(), length, world_size())"
TURNS = "[mine[part * size // number:(part + 1) * size // number] for part in range(number)]"


def one(name: str, mistake: str, fault: str, projects: tuple[str, ...], *edits: Edit) -> Mutation:
    return Mutation(name, mistake, fault, projects, edits)


MUTATIONS = [
    one(
        "every-process-trains-on-all",
        "the slice of a rank is lost: each process trains on the whole batch",
        DATA_QUALITY,
        DISTRIBUTED_PROJECTS,
        sampling("EpochSampler.__iter__", SLICE, "batch"),
    ),
    one(
        "share-of-the-batch-ignored",
        "all processes train on the same share of the data",
        DATA_QUALITY,
        DISTRIBUTED_PROJECTS,
        sampling("EpochSampler.__iter__", SLICE, "batch[::world_size()]"),
    ),
    one(
        "texts-sliced-twice",
        "the sampler of texts takes the slice of its rank, of which the one it extends takes one again",
        DATA_QUALITY,
        (TEXTS,),
        buckets(
            "",
            "from .sampling import EpochSampler, chunk",
            "from .parallel import rank, world_size\nfrom .sampling import EpochSampler, chunk",
        ),
        buckets(
            "BucketSampler.make_batches",
            "sorted(pool, key=self.lengths.__getitem__)",
            "sorted(pool, key=self.lengths.__getitem__)[rank()::world_size()]",
        ),
    ),
    one(
        "order-of-each-rank",
        "each process shuffles by a seed of its own, so that their slices are of different batches",
        DATA_QUALITY,
        (IMAGES, TEXTS),
        sampling(
            "EpochSampler.__iter__",
            "10007 * self.seed + self.epoch",
            "10007 * self.seed + self.epoch + rank()",
        ),
    ),
    one(
        "a-rank-without-samples",
        "a last batch of fewer samples than processes leaves one of them without any",
        PROCESS,
        (TEXTS,),
        sampling("EpochSampler.__len__", "rest >= world_size()", "rest > 0"),
    ),
    one(
        "small-batches-accepted",
        "nobody looks whether every process gets a sample of a batch",
        PROCESS,
        DISTRIBUTED_PROJECTS,
        sampling("EpochSampler.__init__", "min(length, batch_size) < world_size()", "length < world_size()"),
    ),
    one(
        "evaluation-in-unequal-turns",
        "one process has more batches to evaluate than another, which FSDP waits for in vain",
        PROCESS,
        DISTRIBUTED_PROJECTS,
        sampling("batches_in_order", TURNS, "chunk(mine, batch_size // world_size() or 1)"),
    ),
    one(
        "every-process-evaluates-all",
        "each process evaluates the whole split, which counts everything twice",
        VALIDATION,
        (IMAGES, TEXTS),
        sampling("batches_in_order", MINE, "range(length)"),
    ),
    one(
        "rest-of-the-split-unmeasured",
        "samples of an evaluation are left out so that all processes have equally many",
        VALIDATION,
        (IMAGES, GRAPHS),
        sampling(
            "batches_in_order", MINE, "range(rank(), length // world_size() * world_size(), world_size())"
        ),
    ),
    one(
        "metrics-of-one-process",
        "predictions of other processes are left out of the metrics",
        VALIDATION,
        (TEXTS, IMAGES),
        parallel("all_gather", "return values", "return [value]"),
    ),
    one(
        "states-are-not-merged",
        "each process reports the metrics of its own share",
        VALIDATION,
        DISTRIBUTED_PROJECTS,
        parallel("merge", "all_gather(value)", "[value]"),
    ),
    one(
        "merged-state-not-used",
        "the merged metrics are thrown away",
        VALIDATION,
        DISTRIBUTED_PROJECTS,
        train("evaluate", "metrics.state = merge(metrics.state)", "merge(metrics.state)"),
    ),
    one(
        "state-of-rank-0",
        "what rank 0 has counted is taken for what all have",
        VALIDATION,
        (IMAGES, GRAPHS),
        parallel("merge", "reduce(operator.add, all_gather(value))", "all_gather(value)[0]"),
    ),
    one(
        "mean-not-reduced",
        "each process reports the mean loss of its own samples",
        VALIDATION,
        DISTRIBUTED_PROJECTS,
        Edit("engine/state.py", "Mean.compute", "all_reduce_sum(self.totals)", "self.totals"),
    ),
    one(
        "totals-reduced-in-place",
        "the sum over all ranks takes the place of a rank's own, and is summed again the next time",
        VALIDATION,
        (IMAGES, TEXTS),
        parallel("all_reduce_sum", "value = value.clone()", "pass"),
    ),
    one(
        "gradients-averaged-twice",
        "the loss is divided by the number of processes, which average their gradients anyway",
        LOSS,
        (IMAGES, TEXTS),
        train("", IMPORT, IMPORT + ", world_size"),
        train("train_steps", BACKWARD, BACKWARD.replace("loss *", "loss / world_size() *")),
    ),
    one(
        "count-of-all-ranks",
        "the loss is divided by the count of all processes, which average their gradients anyway",
        LOSS,
        (TEXTS, GRAPHS),
        train("", IMPORT, IMPORT.replace("mean", "sum")),
        train(
            "train_steps",
            "all_reduce_mean(count, device)",
            "all_reduce_sum(torch.as_tensor(count, device=device))",
        ),
    ),
    one(
        "gradients-of-unequal-shares",
        "the gradient of a process counts the same however many samples it is of",
        LOSS,
        (TEXTS, GRAPHS),
        train("train_steps", "all_reduce_mean(count, device)", "count"),
    ),
    one(
        "averages-the-first-batch",
        "processes average the gradient of the first of the accumulated batches only",
        PROCESS,
        (IMAGES, GRAPHS),
        train("train_steps", "batch is group[-1]", "batch is group[0]"),
    ),
    one(
        "gradients-never-averaged",
        "each process trains a model of its own",
        PROCESS,
        DISTRIBUTED_PROJECTS,
        train("train_steps", "batch is group[-1]", "False"),
    ),
    one(
        "trains-the-bare-model",
        "the model is wrapped, and the one that is not is trained",
        PROCESS,
        (IMAGES, TEXTS),
        state(
            "build_state",
            "model = wrap_model(model, settings.run.parallel, training.precision, device)",
            "wrap_model(model, settings.run.parallel, training.precision, device)",
        ),
    ),
    one(
        "optimizer-before-shards",
        "the optimizer is built before the model is sharded, and steps weights that nothing uses any more",
        PROCESS,
        (IMAGES, TEXTS),
        state(
            "build_state",
            "model = wrap_model(model, settings.run.parallel, training.precision, device)\nseed += rank()\n"
            "optimizer = build_optimizer(settings.optim, model)",
            "optimizer = build_optimizer(settings.optim, model)\nseed += rank()\n"
            "model = wrap_model(model, settings.run.parallel, training.precision, device)",
        ),
    ),
    one(
        "seeds-of-all-ranks-alike",
        "all processes draw the same dropout and augmentation",
        PROCESS,
        DISTRIBUTED_PROJECTS,
        state("build_state", "seed += rank()", "pass"),
    ),
    one(
        "weights-of-each-rank",
        "each process begins with weights of its own, shards of which are put together",
        PROCESS,
        (IMAGES, TEXTS),
        state("build_state", "seed += rank()", "pass"),
        state(
            "build_state",
            "torch.manual_seed(seed)\ndevice = choose_device(training.device)",
            "seed += rank()\ntorch.manual_seed(seed)\ndevice = choose_device(training.device)",
        ),
    ),
    one(
        "same-dropout-in-all-processes",
        "all processes draw the same dropout",
        PROCESS,
        (TEXTS, GRAPHS),
        state(
            "build_state",
            "optimizer = build_optimizer(settings.optim, model)\ntorch.manual_seed(seed)",
            "optimizer = build_optimizer(settings.optim, model)\ntorch.manual_seed(training.seed)",
        ),
    ),
    one(
        "same-augmentation-in-all-processes",
        "all processes draw the same augmentation",
        PROCESS,
        (IMAGES, GRAPHS),
        state(
            "build_state",
            "Generator(device).manual_seed(seed)",
            "Generator(device).manual_seed(training.seed)",
        ),
    ),
    one(
        "accelerator-of-another-process",
        "all processes of a machine share its first accelerator",
        GPU,
        (IMAGES,),
        Edit("engine/device.py", "choose_device", "int(os.environ.get('LOCAL_RANK', '0'))", "0"),
    ),
    one(
        "shard-saved",
        "the checkpoint holds the shard that rank 0 has of each weight",
        PROCESS,
        DISTRIBUTED_PROJECTS,
        parallel("gather_tensors", "value.full_tensor()", "value.to_local()"),
    ),
    one(
        "shards-of-moments-saved",
        "the checkpoint holds the shards that rank 0 has of the optimizer's state",
        PROCESS,
        (IMAGES, TEXTS),
        parallel("gather_state", "gather_tensors(state['optimizer'])", "state['optimizer']"),
    ),
    one(
        "saved-with-the-wrapper",
        "names of weights in a checkpoint begin with the wrapper's, which one process does not have",
        PROCESS,
        (IMAGES, GRAPHS),
        parallel("gather_state", "unwrap_model(model).state_dict()", "state['model']"),
    ),
    one(
        "loss-of-one-rank-saved",
        "the checkpoint holds the loss of rank 0's samples for that of all",
        VALIDATION,
        (IMAGES, TEXTS),
        parallel("gather_state", "all_reduce_sum(state['loss'])", "state['loss']"),
    ),
    one(
        "loss-of-all-in-every-rank",
        "every process goes on with the loss of all, which their sum then counts as often",
        VALIDATION,
        (IMAGES, TEXTS),
        parallel("scatter_state", "ranks[rank()]", "{**ranks[rank()], 'loss': state['loss']}"),
    ),
    one(
        "loss-of-one-process-in-every-rank",
        "every process goes on with the loss of the one that began, which their sum then counts as often",
        VALIDATION,
        (IMAGES, GRAPHS),
        parallel("scatter_state", "rank() == 0", "ranks"),
    ),
    one(
        "random-numbers-of-rank-0",
        "every process goes on with the random numbers of rank 0",
        PROCESS,
        DISTRIBUTED_PROJECTS,
        parallel("scatter_state", "ranks[rank()]", "ranks[0]"),
    ),
    one(
        "ranks-not-saved",
        "resumed processes begin their random numbers anew",
        PROCESS,
        (TEXTS, GRAPHS),
        parallel("gather_state", "all_gather(own)", "[]"),
    ),
    one(
        "other-number-of-ranks",
        "processes take what others had of a training, whatever their number",
        PROCESS,
        (IMAGES, TEXTS),
        parallel("scatter_state", "len(ranks) == world_size()", "rank() < len(ranks)"),
    ),
    one(
        "moments-not-sharded",
        "a resumed process keeps whole moments for weights of which it has a shard",
        PROCESS,
        (IMAGES, TEXTS),
        parallel("scatter_state", "shard(value, parameters[number])", "value"),
    ),
    one(
        "signal-of-one-rank",
        "a signal that one process has got stops that one only, and the others wait for it",
        PROCESS,
        DISTRIBUTED_PROJECTS,
        Edit("engine/signals.py", "StopSignals.received", "max(all_gather(self.number))", "self.number"),
    ),
    one(
        "signal-numbers-added",
        "the numbers of signals are added up where several processes get one",
        PROCESS,
        (IMAGES,),
        Edit(
            "engine/signals.py",
            "StopSignals.received",
            "max(all_gather(self.number))",
            "sum(all_gather(self.number))",
        ),
    ),
    one(
        "asked-when-told",
        "only a process that has got a signal asks the others, which are training",
        PROCESS,
        (IMAGES,),  # it takes a minute until the process that asks gives up
        Edit(
            "engine/signals.py",
            "StopSignals.received",
            "world_size() > 1 and self.calls % 10",
            "not self.number",
        ),
    ),
    one(
        "every-rank-writes",
        "each process has a run's folder of its own, of which one is found later",
        PROCESS,
        DISTRIBUTED_PROJECTS,
        Edit("engine/run.py", "Run.__init__", "rank() > 0", "False"),
    ),
]
