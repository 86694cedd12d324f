"""`scaffold status` and `scaffold diff`: what a project is, and what was changed in it since it was made."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scaffold import change, git, project
from scaffold.change import Session
from scaffold.errors import ScaffoldError
from scaffold.merge.store import Tree
from scaffold.project import Project
from scaffold.regenerate import check_components, components, files_of
from scaffold.templates import Templates


def status(path: str, template: str | None, ref: str | None) -> dict[str, Any]:
    """Return version, answers, the state of each component, and whether there is an update."""
    with change.opened(project.locate(path), write=False) as (scratch, notes):
        place = project.find(path)
        templates = Templates(place, template, ref, scratch)
        session = Session(place, templates, scratch)
        yours = session.store.work_tree()
        known = components(session.questions)
        conflicted = _conflicted(place)
        states = {
            name: _state(files_of([name], known, session.base), session, yours, conflicted) for name in known
        }
        base = session.base
        both = base.keys() & yours.keys()
        return {
            "project": str(place.folder),
            "template": place.source,
            "version": place.version,
            "answers": session.answers.visible,
            "components": states,
            "edited": sorted(path for path in both - conflicted if base[path] != yours[path]),
            "deleted": sorted(base.keys() - yours.keys() - conflicted),
            "added": sorted(yours.keys() - base.keys() - conflicted),
            "conflicts": sorted(conflicted),
            "update": _update(templates),
            "notes": notes,
        }


def _conflicted(place: Project) -> set[str]:
    listed = git.pipe(["diff", "--name-only", "--relative", "--diff-filter=U", "-z"], cwd=place.folder)
    return {name.decode(errors="surrogateescape") for name in listed.split(b"\0") if name}


def _state(files: Sequence[str], session: Session, yours: Tree, conflicted: set[str]) -> str:
    if conflicted & set(files):
        return "conflicted"
    return "pristine" if all(yours.get(file) == session.base[file] for file in files) else "edited"


def _update(templates: Templates) -> str | None:
    """Return the version that an update would bring."""
    try:
        newer = templates.new != templates.old and not templates.history.is_older(
            templates.new, templates.old
        )
        return templates.new_version if newer else None
    except ScaffoldError:
        return None  # uncommitted changes in a checkout are no version


def diff(named: Sequence[str], path: str, template: str | None, *, color: bool) -> tuple[str, list[str]]:
    """Show what was changed in a project, or in some components, against the template; and notes."""
    with change.opened(project.locate(path), write=False) as (scratch, notes):
        place = project.find(path)
        session = Session(place, Templates(place, template, None, scratch), scratch)
        known = components(session.questions)
        check_components(named, known)
        base, yours = session.base, session.store.work_tree()
        if named:
            files = files_of(named, known, base)
            renamed = session.store.renames(session.store.commit(base), session.store.commit(yours))
            base = {file: base[file] for file in files}
            yours = {
                now: yours[now]
                for file in files
                for now in [file if file in yours else renamed.get(file, file)]
                if now in yours
            }
        return session.store.diff(base, yours, color=color), notes


def place_of(words: Sequence[str], default: str = ".") -> tuple[list[str], str]:
    """Tell the components from the path that may stand behind them."""
    *first, last = words or [default]
    looks_like_path = last == default or "/" in last or Path(last, project.ANSWERS).exists()
    return (list(first), last) if looks_like_path else (list(words), default)
