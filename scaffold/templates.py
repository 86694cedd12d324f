"""The versions of the template that a project needs, and their renders."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from scaffold import bundle, git, source
from scaffold.errors import ScaffoldError
from scaffold.project import Project
from scaffold.questions import Answers, Questions
from scaffold.render import render
from scaffold.source import HOME, History, Source

UPGRADE = "upgrade it with pip install --upgrade torch-scaffold"


class Templates:
    """The history of the template behind a project."""

    def __init__(self, project: Project, template: str | None, ref: str | None, scratch: Path) -> None:
        """Find and clone it."""
        self.project, self.scratch = project, scratch
        self.source = find(project, template, ref)
        if not self.source.versioned:
            raise ScaffoldError(
                f"the template {self.source.recorded} is a folder without git: it has no versions"
            )
        self.history = History(self.source, scratch / "history")

    @cached_property
    def old(self) -> str:
        """Return the commit of the version that the project records."""
        found = self.history.find(self.project.version)
        if found is None and self.source.bundle:
            # Another installation of scaffold may have left it in the bundle that all of them share.
            placed = str(Path(self.source.recorded).expanduser())
            refs = ("+refs/tags/*:refs/tags/*", "+refs/heads/*:refs/also/*", "+HEAD:refs/also/HEAD")
            git.ask("fetch", "--quiet", "--no-tags", placed, *refs, cwd=self.history.folder)
            found = self.history.find(self.project.version)
        if found is None and self.source.bundle:
            raise ScaffoldError(
                f"the project has version {self.project.version} of the template, which this torch-scaffold "
                f"({self.source.bundle.stem}) does not know: {UPGRADE}"
            )
        if found is None:
            raise ScaffoldError(
                f"the project has version {self.project.version} of its template, which "
                f"{self.source.recorded} does not have: give another one with --template"
            )
        return found

    @cached_property
    def new(self) -> str:
        """Return the commit of the version to update to."""
        if source.is_dirty(self.source):
            raise ScaffoldError(
                f"the template {self.source.recorded} has uncommitted changes: commit them first"
            )
        return self.history.commit(self.source.ref or self.history.newest())

    @cached_property
    def new_version(self) -> str:
        """Return what the project will record of it."""
        return self.history.version(self.new)

    def tree(self, commit: str) -> Path:
        """Return a plain tree of one version."""
        folder = self.scratch / f"tree-{commit}"
        if not folder.is_dir():
            self.history.checkout(commit, folder)
        return folder

    def questions(self, commit: str) -> Questions:
        """Return the questions of one version."""
        return Questions(self.tree(commit))

    def render_old(self, answers: Mapping[str, Any]) -> Path:
        """Render the project as it was made, up to what the user did to it since."""
        return self._render(self.old, answers, self.project.version, self.project.source)

    def render_new(self, answers: Mapping[str, Any]) -> Path:
        """Render the project as the newer template makes it."""
        return self._render(self.new, answers, self.new_version, self.source.recorded)

    def _render(self, commit: str, answers: Mapping[str, Any], version: str, recorded: str) -> Path:
        number = len(list(self.scratch.glob("render-*")))
        folder = self.scratch / f"render-{number}" / self.project.folder.name
        render(self.tree(commit), folder, answers, version=version, recorded=recorded)
        return folder

    def place_bundle(self) -> None:
        """Put the packaged history where the answers say that it is, for plain copier and for team-mates."""
        if self.source.bundle:
            bundle.place(self.source.bundle, Path(self.source.recorded).expanduser())


def find(project: Project, template: str | None, ref: str | None) -> Source:
    """Find the template that a project came from, or the one that was named instead."""
    if template is not None:
        return source.find(template, ref)
    recorded = project.source
    if recorded in (HOME, source.home()) or Path(recorded).name == Path(HOME).name:
        # A folder that a team-mate's SCAFFOLD_HOME names may not exist here.
        known = recorded == HOME or Path(recorded).parent.expanduser().is_dir()
        return replace(source.find(None, ref), recorded=recorded if known else source.home())
    if recorded == str(source.PACKAGE.parent):
        return source.find(None, ref)
    try:
        return source.find(recorded, ref)
    except ScaffoldError as error:
        raise ScaffoldError(f"{error}, which the project records: give --template") from error


def patterns(questions: Questions, setting: str, answers: Answers) -> list[str]:
    """Return `_exclude` or `_skip_if_exists` of a template for these answers."""
    return [str(questions.render(pattern, answers.all)) for pattern in questions.settings.get(setting, [])]
