"""Mistakes that no result on a CPU shows, looked for in the code.

The rules read every file of the package, also those that you add. Where one is wrong about your
code, take it out of `RULES`.
"""

import ast
from pathlib import Path

import pytest

from nlp_default.engine.state import TrainState

PACKAGE = Path(TrainState.__init__.__code__.co_filename).parents[1]
SOFTMAX = {"softmax", "log_softmax", "softmin", "Softmax", "LogSoftmax", "Softmin"}
BATCH_SECOND = {
    *("RNN", "LSTM", "GRU", "MultiheadAttention", "Transformer", "TransformerEncoderLayer"),
    *("TransformerDecoderLayer", "pad_sequence"),
}
DROPOUT = {"dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "dropout_edge"}
MOVES = {"to", "cuda", "cpu", "half", "bfloat16", "float", "double"}
MODULE_BUILDERS = {"build_model", "Objective", "Augment"}


def name_of(call):
    """``relu`` of ``F.relu(x)``, of ``x.relu()`` and of ``relu(x)``."""
    function = call.func
    return getattr(function, "attr", getattr(function, "id", ""))


def owner_of(call):
    """``F`` of ``F.relu(x)``; empty for ``relu(x)`` and for ``f(x).relu()``."""
    owner = getattr(call.func, "value", None)
    return getattr(owner, "attr", getattr(owner, "id", ""))


def is_told(call, keyword):
    return any(given.arg == keyword for given in call.keywords)


def calls_in(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def functions_in(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def softmax_without_dim(tree):
    """Without `dim` torch guesses the axis from the number of axes, and guesses wrong."""
    for call in calls_in(tree):
        given = len(call.args) - (owner_of(call) in {"F", "functional", "torch"})
        if name_of(call) in SOFTMAX and given < 1 and not is_told(call, "dim"):
            yield call


def layers_that_take_the_batch_second(tree):
    """Without `batch_first=True` these read the first axis, the samples, as if it were time."""
    for call in calls_in(tree):
        of_torch = owner_of(call) in {"nn", "rnn", ""}
        if name_of(call) in BATCH_SECOND and of_torch and not is_told(call, "batch_first"):
            yield call


def dropout_that_is_always_on(tree):
    """A function knows nothing of model.eval(): give it `training=self.training`."""
    for call in calls_in(tree):
        function = isinstance(call.func, ast.Name) or owner_of(call) in {"F", "functional"}
        if name_of(call) in DROPOUT and function and not is_told(call, "training"):
            yield call


def layers_built_in_forward(tree):
    """They are new in each call: never trained, never saved, never moved. Build in `__init__`."""
    classes = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    for function in functions_in(tree):
        for call in calls_in(function) if function.name == "forward" else []:
            if name_of(call)[:1].isupper() and (owner_of(call) == "nn" or name_of(call) in classes):
                yield call


def parameters_that_are_moved(tree):
    """What `Parameter(...).to(device)` gives is no Parameter on another device: move the model."""
    for call in calls_in(tree):
        moved = call.func.value if isinstance(call.func, ast.Attribute) else None
        if name_of(call) in MOVES and isinstance(moved, ast.Call) and name_of(moved) == "Parameter":
            yield call


def devices_that_are_named(tree):
    """Code that says cuda runs nowhere else: take the device from the settings or from a tensor."""
    for call in calls_in(tree):
        values = [*call.args, *(keyword.value for keyword in call.keywords)]
        named = any(isinstance(v, ast.Constant) and str(v.value)[:4] == "cuda" for v in values)
        if (name_of(call) == "cuda" and not call.args) or named:
            yield call


def squeezes_of_every_axis(tree):
    """`squeeze()` also takes away the batch axis of a batch of one: name the axis."""
    for call in calls_in(tree):
        if name_of(call) == "squeeze" and not call.args and not call.keywords:
            yield call


def changes_of_what_the_caller_gave(tree):
    """An in-place operation on an argument of `forward` changes it for the caller as well."""
    for function in functions_in(tree):
        own = {argument.arg for argument in function.args.args} - {"self"}
        for statement in ast.walk(function) if function.name == "forward" else []:
            targets = []
            if isinstance(statement, ast.Assign):  # a name that is bound anew is another tensor
                names = [n for t in statement.targets for n in ast.walk(t)]
                own -= {node.id for node in names if isinstance(node, ast.Name)}
            elif isinstance(statement, ast.AugAssign):
                targets = [statement.target]
            elif isinstance(statement, ast.Call) and isinstance(statement.func, ast.Attribute):
                inplace = "inplace=True" in [ast.unparse(k) for k in statement.keywords]
                if name_of(statement).endswith("_") and name_of(statement)[:1] != "_":
                    targets = [statement.func.value]
                elif inplace:
                    targets = statement.args[:1]
            if any(isinstance(target, ast.Name) and target.id in own for target in targets):
                yield statement


def modules_that_stay_on_the_cpu(tree):
    """Model, objective and augmentation hold tensors: each needs `.to(device)` when it is built."""
    moved = [
        call.func.value
        for call in calls_in(tree)
        if name_of(call) == "to" and (call.args or is_told(call, "device"))
    ]
    moved_names = {inner.id for inner in moved if isinstance(inner, ast.Name)}
    named = {
        statement.value: target.id
        for statement in ast.walk(tree)
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    for call in calls_in(tree):
        stays = call not in moved and named.get(call) not in moved_names
        if name_of(call) in MODULE_BUILDERS and isinstance(call.func, ast.Name) and stays:
            yield call


def errors_that_nobody_hears_of(tree):
    """An error passed over in silence loses data or steps: say what went wrong, or let it be."""
    for node in ast.walk(tree):
        silent = (ast.Pass, ast.Continue)
        if isinstance(node, ast.ExceptHandler) and isinstance(node.body[-1], silent):
            yield node


def chance_that_no_seed_decides(tree):
    """The generators of `random` and `numpy` are not seeded: make one from the seed."""
    for call in calls_in(tree):
        source, _, function = ast.unparse(call.func).rpartition(".")
        made = function[:1].isupper() or function == "default_rng"
        kept = function.replace("_", "") in {"getstate", "setstate"}
        if source in {"random", "np.random", "numpy.random"} and not made | kept:
            yield call


# Each rule with code that it is against.
RULES = {
    softmax_without_dim: "F.softmax(x); x.log_softmax(); nn.Softmax()",
    layers_that_take_the_batch_second: "nn.LSTM(3, 4); nn.MultiheadAttention(4, 2)",
    dropout_that_is_always_on: "F.dropout(x, 0.1)",
    layers_built_in_forward: "def forward(self, x): return nn.Linear(3, 4)(x)",
    parameters_that_are_moved: "self.w = nn.Parameter(torch.zeros(3)).to(device)",
    devices_that_are_named: "x.cuda(); x.to('cuda:0'); torch.zeros(3, device='cuda')",
    squeezes_of_every_axis: "x.squeeze()",
    changes_of_what_the_caller_gave: "def forward(self, x): x += F.relu(x, inplace=True)",
    modules_that_stay_on_the_cpu: "model = build_model(settings, info)",
    errors_that_nobody_hears_of: "try:\n    read(file)\nexcept OSError:\n    pass",
    chance_that_no_seed_decides: "random.shuffle(examples); np.random.rand(3)",
}


@pytest.fixture(scope="module")
def trees():
    paths = sorted(PACKAGE.rglob("*.py"))
    return {path.relative_to(PACKAGE): ast.parse(path.read_text()) for path in paths}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_code_has_no(rule, trees):
    assert list(rule(ast.parse(RULES[rule]))), "the rule does not find what it is against"
    found = [
        f"{name}:{node.lineno}: {ast.unparse(node)}"
        for name, tree in trees.items()
        for node in rule(tree)
    ]
    assert not found, f"{rule.__doc__}\n" + "\n".join(found)
