"""What update and regenerate have in common: two renders of the template, merged into the project."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from scaffold import git
from scaffold.carry import recorded
from scaffold.errors import ScaffoldError, joined
from scaffold.merge import journal
from scaffold.merge.imports import broken_imports
from scaffold.merge.obstacles import settle
from scaffold.merge.settings import keep_values
from scaffold.merge.store import Entry, Store, Tree, decoded, encoded
from scaffold.merge.summary import Change, summary
from scaffold.merge.three_way import Merged, merge
from scaffold.merge.write import write
from scaffold.project import ANSWERS, Place, Project, hindrances, read_answers, require_clean
from scaffold.questions import Answers, Questions
from scaffold.scratch import scratch_folder
from scaffold.templates import Templates, patterns


@dataclass
class Outcome:
    """What a command did, in words.

    Attributes:
        title: What was done, or would be.
        files: What became of each file.
        conflicts: Those of them that are left to resolve.
        notes: Sentences on what was not asked for.
        diff: What would be written, of a dry run.
        refusal: Why it could not be written, of a dry run.
    """

    title: str
    files: list[Change] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    diff: str = ""
    refusal: ScaffoldError | None = None


@contextmanager
def opened(place: Place, *, write: bool) -> Iterator[tuple[Path, list[str]]]:
    """Give a scratch folder and notes for the time in which nobody else may change the project."""
    with scratch_folder() as (scratch, left):
        if not write:
            yield scratch, [*left, *journal.undone(place)]
            return
        with journal.locked(place) as notes:
            yield scratch, [*left, *notes.values()]


def check_ready(project: Project, *, dry_run: bool) -> list[str]:
    """Refuse a project in which a merge cannot be undone; a dry run only notes that."""
    if not dry_run:
        require_clean(project)
        return []
    return hindrances(project)


class Session:
    """A project, the template behind it, and its first render: what it was made as."""

    def __init__(
        self, project: Project, templates: Templates, scratch: Path, *, dry_run: bool = False
    ) -> None:
        """Render the version and the answers that the project records."""
        self.project, self.templates, self.dry_run = project, templates, dry_run
        self.store = Store(project, scratch)
        self.questions = templates.questions(templates.old)
        self.answers = recorded(project, self.questions)
        self.base = self.store.folder(templates.render_old(self.answers.visible))

    @cached_property
    def yours(self) -> Tree:
        """Return the project as it is committed; a dry run takes its files as they are."""
        return self.store.work_tree(untracked=False) if self.dry_run else self.store.head()

    def check_answers(self) -> None:
        """Refuse answers that were edited by hand: the files are those of the answers before.

        The history tells what they were. When the present answers were committed, the files beside them were
        those of the true ones, unless they have become those of the present answers since.
        """
        before, since = self._answers_before()
        if before is None:
            return
        try:
            questions = self.questions.resolve({}, lambda asked: before.get(asked.key, asked.default), "")
            render = self.store.folder(self.templates.render_old(questions.visible))
        except ScaffoldError:
            return
        differing = {
            path for path in self.base.keys() | render.keys() if self.base.get(path) != render.get(path)
        } - {ANSWERS}

        def alike(tree: Tree, side: Tree) -> int:
            return sum(tree.get(path) == side.get(path) for path in differing)

        made = self.store.head(since) if since else self.yours
        were_then = alike(made, render) > alike(made, self.base)
        if were_then and alike(self.yours, render) >= alike(self.yours, self.base):
            changed = [key for key in before if before[key] != self.answers.visible.get(key)]
            flags = " ".join(f"--set {key}={self.answers.visible.get(key)}" for key in changed)
            raise ScaffoldError(
                f"{joined(changed, 'and')} in {ANSWERS} was edited by hand, and the files are still "
                "those of the answers before: bring that file back with git, then run "
                f"scaffold regenerate {flags}"
            )

    def _answers_before(self) -> tuple[dict[str, object] | None, str | None]:
        """Return the last other answers for this version of the template, and which commit replaced them."""
        folder = self.project.folder
        log = git.ask("log", "--format=%H", "--max-count=20", "--", ANSWERS, cwd=folder) or ""
        since = None
        for commit in log.split():
            try:
                content = read_answers(git.ask("show", f"{commit}:./{ANSWERS}", cwd=folder) or "")
            except ScaffoldError:
                continue
            if str(content.get("_commit")) != self.project.version:
                break
            answers = {key: value for key, value in content.items() if key in self.answers.visible}
            if answers != self.answers.visible:
                return answers, since
            since = commit
        return None, None

    def merge(
        self, questions: Questions, answers: Answers, render: Path, label: str, *, settings_stay: bool = False
    ) -> tuple[Merged, list[str]]:
        """Merge another render into the project; return also what the template leaves to the user.

        `settings_stay`: where the template has another value for a setting that the user changed, that of the
        user stands, and is no conflict.
        """
        yours, base, theirs = self.yours, dict(self.base), self.store.folder(render)
        self.check_answers()
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
        if settings_stay:
            self._keep_settings(base, yours, theirs)
        return merge(self.store, base, yours, theirs, label), kept

    def _keep_settings(self, base: Tree, yours: Tree, theirs: Tree) -> None:
        for path in base.keys() & yours.keys() & theirs.keys() - {ANSWERS}:
            sides = [base[path], yours[path], theirs[path]]
            is_yaml = path.endswith((".yaml", ".yml")) and all(side.is_file for side in sides)
            if is_yaml and base[path] not in (yours[path], theirs[path]):
                texts = keep_values(*(decoded(self.store.read(side)) for side in sides))
                for tree, text in zip((base, theirs), texts, strict=True):
                    tree[path] = Entry(tree[path].mode, self.store.add(encoded(text)))

    def write(self, outcome: Outcome, merged: Merged, kept: list[str], *, color: bool = False) -> None:
        """Write what was merged, or show it, and put it into words."""
        left = {}
        try:
            left = settle(self.project, merged)
        except ScaffoldError as error:
            if not self.dry_run:
                raise
            outcome.refusal = error
        outcome.files = [Change("left", path, why) for path, why in left.items()]
        outcome.files += summary(merged, kept)
        outcome.conflicts = sorted(merged.conflicts)
        outcome.notes += broken_imports(self.store, merged)
        if self.dry_run:
            outcome.title = f"dry run, nothing is written: {outcome.title}"
            outcome.diff = self.store.diff(merged.yours, merged.result, color=color)
            return
        self.templates.place_bundle()
        write(self.project, self.store, merged, outcome.title)


def _matching(wanted: list[str], paths: set[str]) -> set[str]:
    if not wanted:
        return set()
    from pathspec import PathSpec

    spec = PathSpec.from_lines("gitignore", wanted)
    return {path for path in paths if spec.match_file(path)}
