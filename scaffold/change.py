"""What update and regenerate have in common: two renders of the template, merged into the project."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scaffold import git
from scaffold.carry import recorded
from scaffold.errors import ScaffoldError, joined
from scaffold.merge import journal
from scaffold.merge.obstacles import settle
from scaffold.merge.store import Store, Tree
from scaffold.merge.summary import summary
from scaffold.merge.three_way import Merged, merge
from scaffold.merge.write import write
from scaffold.project import ANSWERS, Place, Project, read_answers
from scaffold.questions import Answers, Questions
from scaffold.scratch import scratch_folder
from scaffold.templates import Templates, patterns


@dataclass
class Outcome:
    """What a command did, in words.

    Attributes:
        title: What was done, or would be.
        files: What became of each file: a word, and the file.
        conflicts: How many of them are left to resolve.
        notes: Sentences on what was not asked for.
        diff: What would be written, of a dry run.
    """

    title: str
    files: list[tuple[str, str]] = field(default_factory=list)
    conflicts: int = 0
    notes: list[str] = field(default_factory=list)
    diff: str = ""


@contextmanager
def opened(place: Place, *, write: bool) -> Iterator[tuple[Path, list[str]]]:
    """Give a scratch folder and notes for the time in which nobody else may change the project."""
    with scratch_folder() as (scratch, left):
        if not write:
            yield scratch, [*left, *journal.undone(place)]
            return
        with journal.locked(place) as notes:
            yield scratch, [*left, *notes.values()]


class Session:
    """A project, the template behind it, and its first render: what it was made as."""

    def __init__(self, project: Project, templates: Templates, scratch: Path) -> None:
        """Render the version and the answers that the project records."""
        self.project, self.templates = project, templates
        self.store = Store(project, scratch)
        self.questions = templates.questions(templates.old)
        self.answers = recorded(project, self.questions)
        self.base = self.store.folder(templates.render_old(self.answers.visible))

    def check_answers(self, yours: Tree) -> None:
        """Refuse answers that were edited by hand: the files are those of the answers before.

        The history tells what they were; whichever answers give the files that are there are the true ones.
        """
        before = self._answers_before()
        if before is None:
            return
        try:
            questions = self.questions.resolve({}, lambda asked: before.get(asked.key, asked.default), "")
            render = self.store.folder(self.templates.render_old(questions.visible))
        except ScaffoldError:
            return
        differing = [
            path for path in self.base.keys() | render.keys() if self.base.get(path) != render.get(path)
        ]
        now, then = (
            sum(yours.get(path) == side.get(path) for path in differing) for side in (self.base, render)
        )
        if then > now:
            changed = [key for key in before if before[key] != self.answers.visible.get(key)]
            flags = " ".join(f"--set {key}={self.answers.visible.get(key)}" for key in changed)
            raise ScaffoldError(
                f"{joined(changed, 'and')} in {ANSWERS} was edited by hand, and the files are still "
                "those of the answers before: bring that file back with git, then run "
                f"scaffold regenerate {flags}"
            )

    def _answers_before(self) -> dict[str, object] | None:
        """Return the last other answers that the history has for this version of the template."""
        folder = self.project.folder
        log = git.ask("log", "--format=%H", "--max-count=20", "--", ANSWERS, cwd=folder) or ""
        for commit in log.split()[1:]:
            try:
                content = read_answers(git.ask("show", f"{commit}:./{ANSWERS}", cwd=folder) or "")
            except ScaffoldError:
                continue
            if str(content.get("_commit")) != self.project.version:
                return None
            answers = {key: value for key, value in content.items() if key in self.answers.visible}
            if answers != self.answers.visible:
                return answers
        return None

    def merge(
        self, questions: Questions, answers: Answers, render: Path, label: str
    ) -> tuple[Merged, list[str]]:
        """Merge another render into the project; return also what the template leaves to the user."""
        yours, base, theirs = self.store.head(), dict(self.base), self.store.folder(render)
        self.check_answers(yours)
        kept = []
        skipped, excluded = (
            _matching(patterns(questions, setting, answers), base.keys() | theirs.keys())
            for setting in ("_skip_if_exists", "_exclude")
        )
        for path in skipped | (excluded - theirs.keys()):
            base.pop(path, None)
            there = path in yours or os.path.lexists(self.project.folder / path)
            if there and theirs.pop(path, yours.get(path)) != yours.get(path):
                kept.append(path)
        return merge(self.store, base, yours, theirs, label), kept

    def write(
        self, outcome: Outcome, merged: Merged, kept: list[str], *, dry_run: bool, color: bool = False
    ) -> None:
        """Write what was merged, or show it, and put it into words."""
        left = settle(self.project, merged)
        outcome.files = [("left", f"{path} ({why})") for path, why in left.items()]
        outcome.files += summary(merged, kept)
        outcome.conflicts = len(merged.conflicts)
        if dry_run:
            outcome.diff = self.store.diff(merged.yours, merged.result, color=color)
            return
        self.templates.place_bundle()
        write(self.project, self.store, merged, outcome.title)


def _matching(wanted: list[str], paths: set[str]) -> set[str]:
    if not wanted:
        return set()
    from pathspec import PathSpec

    spec = PathSpec.from_lines("gitwildmatch", wanted)
    return {path for path in paths if spec.match_file(path)}
