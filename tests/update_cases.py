"""What users and the template do to the same project: see test_update.py."""

import shutil
from dataclasses import dataclass

from conftest import git
from update_world import (
    CONFIG,
    LAYER,
    TRAIN,
    Edit,
    append,
    both,
    layers,
    move,
    nothing,
    remove,
    replace,
    within,
    write,
)

MODEL, TRAINPY, CONFIGS = "pkg/model.py", "pkg/train.py", "configs/default.yaml"
in_b = within("BlockB", "x = self.net(x)", "x = self.net(x)  # mine_1")
in_train = replace(TRAINPY, "loss.backward()", "loss.backward()  # mine_1")
news = write("pkg/news.py", "NEWS = 2\n")


def arrange(*names: str) -> Edit:
    return write(MODEL, layers(*names))


@dataclass
class Case:
    """What a user does, what the template does, and whether that merges or conflicts."""

    user: Edit
    template: Edit
    code: int | None = 0
    says: str = ""


CASES = {
    # copier-facts, by their numbers
    "01 nothing": Case(nothing, news, says="added"),
    "02 edit far from the change": Case(
        append(TRAINPY, "\n\ndef mine_1():\n    return 1\n"),
        replace(TRAINPY, "yield batch", "yield batch, 1"),
        says="merged",
    ),
    "03 same line": Case(in_train, replace(TRAINPY, "loss.backward()", "loss.sum().backward()"), 3),
    "04 adjacent line": Case(in_train, replace(TRAINPY, "return loss", "return loss, 2"), 3),
    "05 same change": Case(
        replace(TRAINPY, "yield batch", "yield mine_1"), replace(TRAINPY, "yield batch", "yield mine_1")
    ),
    "06 both append": Case(append(TRAINPY, "\nmine_1 = 1\n"), append(TRAINPY, "\ntheirs = 1\n"), 3),
    "07 removed, template changed": Case(
        remove("tests/test_model.py"), append("tests/test_model.py", "\nx = 1\n"), 3, "stays removed"
    ),
    "08 removed, unchanged": Case(remove("tests/test_model.py"), news),
    "09 renamed and edited": Case(
        both(in_b, move(MODEL, "pkg/net.py")),
        within("Stem", "nn.ReLU()", "nn.GELU()"),
        says="followed your rename",
    ),
    "10 function moved to another file": Case(
        both(
            replace(TRAINPY, TRAIN.split("\n\n\n")[0] + "\n\n\n", ""),
            write("pkg/steps.py", TRAIN.split("\n\n\n")[0] + "  # mine_1\n"),
        ),
        replace(TRAINPY, "yield batch", "yield batch, 1"),
        3,
    ),
    "11 functions reordered": Case(
        write(TRAINPY, "\n\n\n".join(reversed(TRAIN.strip().split("\n\n\n"))) + "  # mine_1\n"),
        replace(TRAINPY, "yield batch", "yield batch, 1"),
        3,
    ),
    "12 both add a path": Case(write("pkg/news.py", "mine_1 = 1\n"), news, 3, "both added it"),
    "13 edited, template drops": Case(in_train, remove(TRAINPY), 3, "yours is kept"),
    "14 edited, template renames": Case(
        in_b, move(MODEL, "pkg/network.py"), says="followed the template's rename"
    ),
    "15 binary on both sides": Case(
        write("data.bin", b"\0mine_1" * 99), write("data.bin", b"\0theirs" * 99), 3, "no text"
    ),
    "16 executable": Case(lambda p: (p / "pkg/train.py").chmod(0o755), append(TRAINPY, "\nx = 1\n")),
    "17 executable and edited": Case(
        both(lambda p: (p / "run.sh").chmod(0o644), replace("run.sh", "echo one", "echo mine_1")),
        replace("run.sh", "echo three", "echo 3"),
    ),
    "18 link became a file": Case(
        both(remove("link"), write("link", "mine_1\n")),
        both(remove("link"), lambda p: (p / "link").symlink_to("run.sh")),
        3,
    ),
    "19 own file in a dropped folder": Case(
        write("tests/mine.py", "mine_1 = 1\n"), lambda p: shutil.rmtree(p / "tests"), says="removed"
    ),
    "20 reformatted": Case(
        lambda p: (p / TRAINPY).write_text((p / TRAINPY).read_text().replace("    ", "\t") + "mine_1 = 1\n"),
        replace(TRAINPY, "yield batch", "yield batch, 1"),
        3,
    ),
    "21 CRLF": Case(
        lambda p: (p / TRAINPY).write_bytes(
            (p / TRAINPY).read_bytes().replace(b"\n", b"\r\n") + b"mine_1 = 1\r\n"
        ),
        replace(TRAINPY, "yield batch", "yield batch, 1"),
        3,
    ),
    "22 skipped if it exists, edited": Case(
        write("NOTES.md", "mine_1\n"), write("NOTES.md", "notes of v2\n"), says="kept yours"
    ),
    "23 skipped if it exists, removed": Case(
        remove("NOTES.md"), write("NOTES.md", "notes of v2\n"), says="added"
    ),
    "24 newly excluded": Case(
        in_train,
        lambda p: replace("copier.yml", "_skip_if", "_exclude: [pkg/train.py, copier.yml]\n_skip_if")(
            p.parent
        ),
    ),
    "25 tracked though ignored": Case(
        lambda p: (write("x.log", "mine_1\n")(p), git("add", "--force", "x.log", cwd=p)),
        write("x.log", "theirs\n"),
        3,
    ),
    "28 feature switched off": Case(
        replace("pkg/augment.py", "return x", "return x  # mine_1"),
        lambda p: replace(
            "copier.yml", "augment: {type: bool, default: true}", "augment: {when: false, default: false}"
        )(p.parent),
        3,
    ),
    "31 repeated blocks": Case(
        within("BlockC", "nn.ReLU()", "nn.GELU(),  # mine_1\n            nn.ReLU()"),
        within("BlockA", "nn.ReLU()", "nn.Tanh()"),
    ),
    "33 unicode and space": Case(
        write("pkg/größe - 1.py", "mine_1 = 1\n"), both(news, write("pkg/übung 2.py", "x = 1\n"))
    ),
    "34 no newline at the end": Case(
        lambda p: (p / TRAINPY).write_text(TRAIN.rstrip() + "  # mine_1"), append(TRAINPY, "\nx = 1\n"), 3
    ),
    "35 two hunks, one conflict": Case(
        both(in_train, append(TRAINPY, "\n\nmine_2 = 1\n")),
        replace(TRAINPY, "loss.backward()", "loss.sum().backward()"),
        3,
    ),
    "36 renamed folder": Case(
        both(in_b, lambda p: (p / "pkg").rename(p / "core")),
        both(within("Stem", "nn.ReLU()", "nn.GELU()"), news),
        says="core/news.py",
    ),
    "37 module became a package": Case(
        both(in_train, move(TRAINPY, "pkg/trainer"), move("pkg/trainer", "pkg/train/__init__.py")),
        replace(TRAINPY, "yield batch", "yield batch, 1"),
    ),
    "38 rewritten": Case(
        write(TRAINPY, "mine_1 = 1\nmine_2 = 2\n"), replace(TRAINPY, "yield batch", "yield 1"), 3
    ),
    "39 emptied": Case(write(TRAINPY, ""), replace(TRAINPY, "yield batch", "yield 1"), 3),
    "40 lines removed": Case(
        replace(TRAINPY, "        yield batch\n", ""), replace(TRAINPY, "yield batch", "yield 1"), 3
    ),
    "44 similar classes, one inserted above": Case(
        in_b, replace(MODEL, "class BlockA", LAYER.format(name="New") + "\n\nclass BlockA")
    ),
    # what else users and templates do
    "classes shuffled": Case(in_b, arrange("BlockC", "Head", "BlockB", "Stem", "BlockA"), None),
    "classes reversed": Case(in_b, arrange("Head", "BlockC", "BlockB", "BlockA", "Stem"), None),
    "two classes swapped": Case(in_b, arrange("Stem", "BlockB", "BlockA", "BlockC", "Head"), None),
    "class dropped": Case(in_b, arrange("Stem", "BlockA", "BlockC", "Head"), 3),
    "class renamed by the template": Case(in_b, replace(MODEL, "class BlockB", "class BottleneckB"), 3),
    "class renamed by the user": Case(
        replace(MODEL, "class BlockB", "class mine_1"),
        replace(MODEL, "import torch", "import math\nimport torch"),
    ),
    "class renamed by the user, changed by the template": Case(
        replace(MODEL, "class BlockB", "class mine_1"), within("BlockB", "return x", "return x + 1")
    ),
    "method added": Case(
        within(
            "BlockB", "        return x\n", "        return x\n\n    def mine_1(self):\n        return 1\n"
        ),
        arrange("Stem", "New", "BlockA", "BlockB", "BlockC", "Head"),
        None,
    ),
    "decorator added": Case(
        within("BlockB", "    def forward", "    @mine_1\n    def forward"),
        arrange("Stem", "BlockC", "BlockB", "BlockA", "Head"),
        None,
    ),
    "nested function": Case(
        within(
            "BlockB",
            "        x = self.net(x)",
            "        def mine_1(y):\n            return y\n\n        x = self.net(x)",
        ),
        arrange("BlockB", "Stem", "BlockA", "BlockC", "Head"),
        None,
    ),
    "comment above a class": Case(
        replace(MODEL, "class BlockB", "# mine_1\nclass BlockB"),
        arrange("Stem", "BlockC", "BlockB", "BlockA", "Head"),
        None,
    ),
    "layer in a Sequential": Case(
        within("BlockC", "            nn.ReLU(),", "            nn.Dropout(mine_1),\n            nn.ReLU(),"),
        arrange("BlockC", "BlockB", "BlockA", "Stem", "Head"),
        None,
    ),
    "split model.py": Case(
        both(
            write(MODEL, layers("Stem", "Head").replace("import torch", "import torch  # mine_1")),
            write(
                "pkg/blocks.py", layers("BlockA", "BlockB", "BlockC").replace("x = self", "x = mine_2 + self")
            ),
        ),
        within("BlockB", "nn.ReLU()", "nn.GELU()"),
        None,
    ),
    "vendored layer": Case(write("pkg/vendored.py", layers("mine_1")), news),
    "tests deleted": Case(lambda p: shutil.rmtree(p / "tests"), write("tests/test_new.py", "x = 1\n")),
    "all reformatted": Case(
        lambda p: [
            (p / name).write_text((p / name).read_text().replace("x = ", "x  =  ") + "# mine_1\n")
            for name in (MODEL, "pkg/resnet.py")
        ],
        within("BlockB", "nn.ReLU()", "nn.GELU()"),
    ),
    "config value": Case(
        replace(CONFIGS, "lr: 0.001", "lr: 0.01 # mine_1"), replace(CONFIGS, "epochs: 20", "epochs: 30")
    ),
    "config key beside a new one": Case(
        replace(CONFIGS, "  depth: 2", "  depth: 2\n  mine_1: 4"),
        replace(CONFIGS, "  depth: 2", "  depth: 2\n  heads: 4"),
        3,
    ),
    "config sections reordered": Case(
        replace(CONFIGS, "warmup: 0.05", "warmup: 0.05 # mine_1"),
        write(CONFIGS, CONFIG[CONFIG.index("training") :] + CONFIG[: CONFIG.index("training")]),
        None,
    ),
    "toml table": Case(
        replace("pyproject.toml", "strict = true", 'strict = true\nplugins = "mine_1"'),
        replace("pyproject.toml", "line-length = 100", "line-length = 120"),
    ),
    "readme section": Case(
        replace("README.md", "Run it.", "Run it. mine_1"),
        replace("README.md.jinja", "Bring it.", "Bring your own."),
    ),
    "gitignore": Case(append(".gitignore", "mine_1/\n"), write(".gitignore", "runs/\ndist/\n*.log\n"), 0),
    "broken Python": Case(
        both(in_b, append(MODEL, "\ndef mine_2(:\n")), within("Stem", "nn.ReLU()", "nn.GELU()")
    ),
    "main block": Case(
        append(TRAINPY, "\n\nif __name__ == '__main__':\n    mine_1()\n"),
        replace(TRAINPY, "yield batch", "yield 1"),
    ),
    "wrapped in a function": Case(
        lambda p: (p / TRAINPY).write_text(
            "def mine_1():\n" + "".join(f"    {line}" for line in TRAIN.splitlines(keepends=True))
        ),
        replace(TRAINPY, "yield batch", "yield 1"),
        3,
    ),
    "both drop it": Case(remove("run.sh"), remove("run.sh")),
    "both rename it, differently": Case(
        both(in_b, move(MODEL, "pkg/mine.py")), move(MODEL, "pkg/theirs.py"), 3
    ),
    "both rename it alike": Case(
        both(in_b, move(MODEL, "pkg/net.py")),
        both(within("Stem", "nn.ReLU()", "nn.GELU()"), move(MODEL, "pkg/net.py")),
    ),
    "file where the template has a folder": Case(write("docs", "mine_1\n"), write("docs/index.md", "x\n"), 3),
    "folder where the template has a file": Case(write("docs/index.md", "mine_1\n"), write("docs", "x\n"), 3),
    "own file in a renamed folder": Case(
        write("pkg/mine.py", "mine_1 = 1\n"), lambda p: (p / "pkg").rename(p / "core")
    ),
    "renamed by the template onto a file of the user": Case(
        both(in_b, write("pkg/network.py", layers("mine_2"))), move(MODEL, "pkg/network.py"), 3
    ),
    "similar file takes the name": Case(
        both(in_b, replace("pkg/resnet.py", "import torch", "import torch  # mine_2")),
        both(remove(MODEL), write("pkg/network.py", layers("Stem", "BlockA", "Other", "BlockC", "Head"))),
        None,
    ),
    "comment in the answers": Case(append(".copier-answers.yml", "# mine_1\n"), news),
}
