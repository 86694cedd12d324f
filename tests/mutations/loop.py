"""Mistakes in train.py, state.py and device.py."""

from functools import partial

from .faults import API, GPU, HYPERPARAMETERS, LOSS, PREPROCESSING, PROCESS, VALIDATION
from .mutation import Edit, Mutation
from .projects import EVERY_TASK

edit = partial(Edit, "train.py")
state = partial(Edit, "engine/state.py")
MODES = "for module in (state.model, state.objective, state.augment):\n    module.train()"
CLIP_ONLY = "if state.clip_norm:\n    clip_grad_norm_(state.model.parameters(), state.clip_norm)"
CLIP = CLIP_ONLY.replace("\n", "\n    state.scaler.unscale_(state.optimizer)\n")
BACKWARD = "state.scaler.scale(loss * (batch_count / count)).backward()"
STEP = "state.scaler.step(state.optimizer)"
UPDATE = "state.scaler.update()\nstate.schedule.step()"
AUGMENT = "inputs, target = state.augment(*to_device(batch, device), state.generator)"
MEAN = "mean_loss.update(*objective(outputs, target))"
SEED = "torch.manual_seed(seed)\ndevice = choose_device(training.device)"
FINISH = "is_best = run.finish_epoch(record, score(metrics))"

MUTATIONS = [
    Mutation(
        "no-zero-grad",
        "gradients of all steps add up",
        PROCESS,
        EVERY_TASK,
        (edit("train_steps", "state.optimizer.zero_grad()", "pass"),),
    ),
    Mutation(
        "zero-grad-after-backward",
        "gradients are zeroed before they are used",
        PROCESS,
        EVERY_TASK,
        (
            edit("train_steps", "state.optimizer.zero_grad()", "pass"),
            edit("train_steps", BACKWARD, BACKWARD + "\nstate.optimizer.zero_grad()"),
        ),
    ),
    Mutation(
        "zero-grad-once",
        "gradients are zeroed before the first step only",
        PROCESS,
        ("lstm", "gin"),
        (
            edit("train_steps", "state.optimizer.zero_grad()", "pass"),
            edit("train_steps", MODES, MODES + "\nstate.optimizer.zero_grad()"),
        ),
    ),
    Mutation(
        "no-clipping", "gradients are not clipped", PROCESS, EVERY_TASK, (edit("train_steps", CLIP, "pass"),)
    ),
    Mutation(
        "clips-before-backward",
        "clipping before backward finds no gradient",
        PROCESS,
        ("transformer", "gcn"),
        (
            edit("train_steps", CLIP, "pass"),
            edit("train_steps", BACKWARD, CLIP_ONLY + "\n" + BACKWARD),
        ),
    ),
    Mutation(
        "clips-after-the-step",
        "clipping after the step has no effect",
        PROCESS,
        ("lstm", "gin"),
        (
            edit("train_steps", CLIP, "pass"),
            edit("train_steps", STEP, STEP + "\n" + CLIP_ONLY),
        ),
    ),
    Mutation(
        "clips-values",
        "single values are clipped instead of the norm",
        API,
        ("lstm", "gcn"),
        (
            edit(
                "train_steps",
                "clip_grad_norm_(state.model.parameters(), state.clip_norm)",
                "nn.utils.clip_grad_value_(state.model.parameters(), state.clip_norm)",
            ),
        ),
    ),
    Mutation(
        "clips-each-alone",
        "the gradient of each parameter is clipped alone, which changes the direction",
        API,
        ("lstm", "gcn"),
        (
            edit(
                "train_steps",
                "clip_grad_norm_(state.model.parameters(), state.clip_norm)",
                "[clip_grad_norm_(parameter, state.clip_norm) for parameter in state.model.parameters()]",
            ),
        ),
    ),
    Mutation(
        "clip-norm-ignored",
        "the norm to clip to is hard-coded, the setting is ignored",
        HYPERPARAMETERS,
        ("vit", "gin"),
        (
            edit(
                "train_steps",
                "clip_grad_norm_(state.model.parameters(), state.clip_norm)",
                "clip_grad_norm_(state.model.parameters(), 1.0)",
            ),
        ),
    ),
    Mutation(
        "clip-norm-lost",
        "the setting does not reach the loop",
        HYPERPARAMETERS,
        ("vit", "gin"),
        (state("build_state", "training.clip_norm", "1.0"),),
    ),
    Mutation(
        "no-schedule",
        "the schedule is never stepped",
        PROCESS,
        EVERY_TASK,
        (edit("train_steps", "state.schedule.step()", "pass"),),
    ),
    Mutation(
        "schedule-per-epoch",
        "a schedule that counts steps is stepped once in an epoch",
        PROCESS,
        ("resnet", "transformer", "gin"),
        (
            edit("train_steps", "state.schedule.step()", "pass"),
            edit("train", FINISH, FINISH + "\nstate.schedule.step()"),
        ),
    ),
    Mutation(
        "schedule-twice",
        "the schedule is stepped in the loop and by the epoch",
        PROCESS,
        ("cnn_sgd", "gcn_graphs"),
        (edit("train", FINISH, FINISH + "\nstate.schedule.step()"),),
    ),
    Mutation(
        "schedule-before-optimizer",
        "the schedule is stepped before the optimizer, which skips its first value",
        PROCESS,
        EVERY_TASK,
        (
            edit(
                "train_steps",
                STEP + "\n" + UPDATE,
                "state.schedule.step()\n" + STEP + "\nstate.scaler.update()",
            ),
        ),
    ),
    Mutation(
        "schedule-of-epochs",
        "the schedule is told the number of epochs as that of steps",
        HYPERPARAMETERS,
        ("resnet", "lstm", "gin"),
        (
            edit(
                "train",
                "build_state(settings, data.info, total_steps=training.epochs * steps)",
                "build_state(settings, data.info, total_steps=training.epochs)",
            ),
        ),
    ),
    Mutation(
        "schedule-of-examples",
        "the schedule is told the number of examples as that of steps",
        HYPERPARAMETERS,
        ("resnet", "gin"),
        (
            edit(
                "train",
                "build_state(settings, data.info, total_steps=training.epochs * steps)",
                "build_state(settings, data.info, total_steps=training.epochs * len(data.sampler))",
            ),
        ),
    ),
    Mutation(
        "never-back-to-training",
        "train() is not called again after an evaluation",
        PROCESS,
        EVERY_TASK,
        (edit("train_steps", MODES, "pass"),),
    ),
    Mutation(
        "trains-in-eval-mode",
        "the model is in eval mode while it trains",
        PROCESS,
        EVERY_TASK,
        (edit("train_steps", "module.train()", "module.eval()"),),
    ),
    Mutation(
        "objective-stays-in-eval-mode",
        "only the model is set back to training",
        PROCESS,
        ("resnet", "gcn"),
        (
            edit(
                "train_steps",
                "(state.model, state.objective, state.augment)",
                "(state.model, state.augment)",
            ),
        ),
    ),
    Mutation(
        "evaluates-in-training-mode",
        "eval() is forgotten",
        VALIDATION,
        EVERY_TASK,
        (edit("evaluate", "for module in (model, objective):\n    module.eval()", "pass"),),
    ),
    Mutation(
        "evaluates-objective-in-training-mode",
        "only the model is set to evaluation",
        VALIDATION,
        ("resnet", "gcn"),
        (edit("evaluate", "for module in (model, objective):\n    module.eval()", "model.eval()"),),
    ),
    Mutation(
        "evaluates-with-gradients",
        "evaluation keeps the graph of every batch",
        PROCESS,
        EVERY_TASK,
        (edit("evaluate", "torch.inference_mode()", "torch.enable_grad()"),),
    ),
    Mutation(
        "no-augmentation",
        "the augmented batch is not assigned",
        PREPROCESSING,
        EVERY_TASK,
        (
            edit(
                "train_steps",
                AUGMENT,
                "inputs, target = to_device(batch, device)\nstate.augment(inputs, target, state.generator)",
            ),
        ),
    ),
    Mutation(
        "loss-of-probabilities",
        "the loss gets the prediction instead of the logits",
        LOSS,
        EVERY_TASK,
        (
            edit(
                "train_steps",
                "state.objective(state.model(*inputs), target)",
                "state.objective(state.objective.predict(state.model(*inputs)), target)",
            ),
        ),
    ),
    Mutation(
        "sum-of-the-batch",
        "the mean is multiplied by the batch's size, so that the rate depends on it",
        LOSS,
        EVERY_TASK,
        (edit("train_steps", BACKWARD, BACKWARD.replace("loss *", "loss * batch_count *")),),
    ),
    Mutation(
        "loss-divided-by-the-batch",
        "the mean is divided by the batch's size once more",
        LOSS,
        ("resnet", "gcn"),
        (edit("train_steps", BACKWARD, BACKWARD.replace("loss *", "loss / batch_count *")),),
    ),
    Mutation(
        "negative-loss",
        "the sign of the loss is wrong",
        LOSS,
        ("lstm_sgd", "gin"),
        (edit("train_steps", BACKWARD, BACKWARD.replace("loss", "-loss")),),
    ),
    Mutation(
        "graph-of-every-step",
        "the loss is handed on with its graph, so that memory grows through the epoch",
        PROCESS,
        EVERY_TASK,
        (edit("train_steps", "loss.detach()", "loss"),),
    ),
    Mutation(
        "no-step",
        "the optimizer is never stepped",
        PROCESS,
        EVERY_TASK,
        (edit("train_steps", STEP, "pass"),),
    ),
    Mutation(
        "step-before-backward",
        "the optimizer steps before there are gradients",
        PROCESS,
        ("resnet", "gin"),
        (
            edit("train_steps", STEP, "pass"),
            edit("train_steps", BACKWARD, "state.optimizer.step()\n" + BACKWARD),
        ),
    ),
    Mutation(
        "same-draws-each-epoch",
        "the generator is seeded anew in each epoch, which repeats the augmentation",
        PROCESS,
        EVERY_TASK,
        (edit("train_steps", MODES, MODES + "\nstate.generator.manual_seed(0)"),),
    ),
    Mutation(
        "same-dropout-each-epoch",
        "the global generator is seeded anew in each epoch, which repeats the dropout",
        PROCESS,
        ("lstm", "gcn"),
        (edit("train_steps", MODES, MODES + "\ntorch.manual_seed(0)"),),
    ),
    Mutation(
        "same-order-each-epoch",
        "set_epoch is forgotten, so that the order of the data is always the same",
        PREPROCESSING,
        ("resnet", "lstm", "gin"),
        (
            edit(
                "train",
                "data.sampler.set_epoch(state.epoch, start=state.step * training.accumulate)",
                "data.sampler.set_epoch(1, start=state.step * training.accumulate)",
            ),
        ),
    ),
    Mutation(
        "validates-on-training-data",
        "the metrics of an epoch are those of the training data",
        VALIDATION,
        EVERY_TASK,
        (edit("train", "data.validation", "data.train"),),
    ),
    Mutation(
        "validates-on-test-data",
        "the best checkpoint is chosen by the test data",
        VALIDATION,
        EVERY_TASK,
        (edit("train", "data.validation", "data.test"),),
    ),
    Mutation(
        "weights-not-seeded",
        "initial weights do not depend on the seed",
        PROCESS,
        EVERY_TASK,
        (state("build_state", SEED, SEED.partition("\n")[2]),),
    ),
    Mutation(
        "seed-hard-coded",
        "initial weights are the same for all seeds",
        PROCESS,
        EVERY_TASK,
        (state("build_state", SEED, SEED.replace("seed(seed)", "seed(42)")),),
    ),
    Mutation(
        "augmentation-not-seeded",
        "the generator of the augmentation ignores the seed",
        PROCESS,
        EVERY_TASK,
        (state("build_state", "Generator(device).manual_seed(seed)", "Generator(device)"),),
    ),
    Mutation(
        "split-ignores-the-seed",
        "the data is always split and ordered with the same seed",
        PROCESS,
        ("resnet", "lstm", "gin"),
        (
            edit(
                "train",
                "load_data(settings.data, training.seed)",
                "load_data(settings.data, 0)",
            ),
        ),
    ),
    Mutation(
        "mean-of-batch-means",
        "evaluation averages over batches, so that those of a small last one count more",
        VALIDATION,
        EVERY_TASK[:2] + EVERY_TASK[3:],
        (
            edit(
                "evaluate",
                MEAN,
                "mean_loss.update(objective(outputs, target)[0], 1)",
            ),
        ),
    ),
    Mutation(
        "training-mean-of-batch-means",
        "the training loss of an epoch is averaged over batches",
        VALIDATION,
        ("lstm",),
        (
            edit(
                "train",
                "state.mean_loss.update(loss, count)",
                "state.mean_loss.update(loss, 1)",
            ),
        ),
    ),
    Mutation(
        "training-loss-of-the-last-batch",
        "the last batch's loss is reported for the epoch",
        VALIDATION,
        ("resnet", "gin"),
        (edit("train", "state.mean_loss.compute()", "loss.item()"),),
    ),
    Mutation(
        "metrics-of-the-last-batch",
        "metrics are computed from the last batch",
        VALIDATION,
        ("resnet", "lstm", "gin"),
        (
            edit(
                "evaluate",
                "metrics.update(objective.predict(outputs).cpu(), target.cpu())",
                "metrics = type(metrics)({'classes': range(outputs.size(1))})\nmetrics.update(objective.predict(outputs).cpu(), target.cpu())",
            ),
        ),
    ),
    Mutation(
        "first-batch-only",
        "evaluation ends after one batch, a leftover of debugging",
        VALIDATION,
        ("resnet", "lstm", "gin"),
        (
            edit(
                "evaluate",
                "metrics.update(objective.predict(outputs).cpu(), target.cpu())",
                "metrics.update(objective.predict(outputs).cpu(), target.cpu())\nbreak",
            ),
        ),
    ),
    Mutation(
        "metrics-of-logits",
        "metrics get logits instead of probabilities",
        VALIDATION,
        ("gin",),
        (edit("evaluate", "objective.predict(outputs).cpu()", "outputs.cpu()"),),
    ),
    Mutation(
        "best-by-highest-loss",
        "the checkpoint with the highest loss is called the best",
        VALIDATION,
        EVERY_TASK,
        (edit("train", "score(metrics)", "metrics['loss']"),),
    ),
    Mutation(
        "one-epoch-short",
        "the loop over the epochs stops one too early",
        PROCESS,
        EVERY_TASK,
        (edit("train", "state.epoch <= training.epochs", "state.epoch < training.epochs"),),
    ),
    Mutation(
        "optimizer-of-another-model",
        "the model is built anew for its optimizer, which then trains nothing",
        PROCESS,
        EVERY_TASK,
        (
            state(
                "build_state",
                "build_optimizer(settings.optim, model)",
                "build_optimizer(settings.optim, build_model(settings.model, info, num_outputs(info)).to(device))",
            ),
        ),
    ),
    Mutation(
        "objective-not-moved",
        "the objective stays on the CPU",
        GPU,
        ("cnn_sgd", "graphsage"),
        (
            state(
                "build_state",
                "Objective(settings.objective, info).to(device)",
                "Objective(settings.objective, info)",
            ),
        ),
    ),
    Mutation(
        "augmentation-not-moved",
        "the augmentation stays on the CPU",
        GPU,
        ("resnet", "lstm"),
        (
            state(
                "build_state", "Augment(settings.augment, info).to(device)", "Augment(settings.augment, info)"
            ),
        ),
    ),
    Mutation(
        "model-not-moved",
        "the model stays on the CPU",
        GPU,
        EVERY_TASK,
        (
            state(
                "build_state",
                "build_model(settings.model, info, num_outputs(info)).to(device)",
                "build_model(settings.model, info, num_outputs(info))",
            ),
        ),
    ),
    Mutation(
        "target-not-moved",
        "the target stays on the CPU",
        GPU,
        EVERY_TASK,
        (
            Edit(
                "engine/device.py",
                "to_device",
                "return (moved, target.to(device, non_blocking=True))",
                "return (moved, target)",
            ),
        ),
    ),
    Mutation(
        "first-input-moved-only",
        "only the first input is moved to the device",
        GPU,
        ("lstm", "gcn", "gin"),
        (
            Edit(
                "engine/device.py",
                "to_device",
                "tuple((tensor.to(device, non_blocking=True) for tensor in inputs))",
                "(inputs[0].to(device, non_blocking=True), *inputs[1:])",
            ),
        ),
    ),
    Mutation(
        "device-ignored",
        "the setting for the device is ignored",
        GPU,
        EVERY_TASK,
        (Edit("engine/device.py", "choose_device", "torch.device(name)", "torch.device('cpu')"),),
    ),
    Mutation(
        "loaded-model-trains",
        "a loaded model is not set to evaluation",
        VALIDATION,
        EVERY_TASK,
        (state("load_model", "model.eval()", "model"),),
    ),
    Mutation(
        "weights-not-loaded",
        "predictions are made with new weights",
        PROCESS,
        EVERY_TASK,
        (state("load_model", "model.load_state_dict(checkpoint['model'])", "pass"),),
    ),
    Mutation(
        "weights-loaded-loosely",
        "strict=False keeps new weights where a checkpoint's do not fit",
        API,
        EVERY_TASK,
        (
            state(
                "load_model",
                "model.load_state_dict(checkpoint['model'])",
                "model.load_state_dict(checkpoint['model'], strict=False)",
            ),
        ),
    ),
    Mutation(
        "augmentation-mode-not-set",
        "the augmentation is not set to training",
        PROCESS,
        ("resnet", "gcn"),
        (
            edit(
                "train_steps",
                "(state.model, state.objective, state.augment)",
                "(state.model, state.objective)",
            ),
        ),
        equivalent="it begins in training mode, and nothing sets it to evaluation",
    ),
]
