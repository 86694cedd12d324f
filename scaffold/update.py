"""`scaffold update`: the newest template, without losing what the user wrote."""

from collections.abc import Mapping

from scaffold import change, project, prompt, source
from scaffold.answers import Given
from scaffold.carry import carry
from scaffold.change import Outcome, Session
from scaffold.errors import ScaffoldError
from scaffold.templates import UPGRADE, Templates, find


def update(
    path: str,
    given: Mapping[str, Given],
    template: str | None,
    ref: str | None,
    *,
    defaults: bool,
    dry_run: bool,
    color: bool,
    can_ask: bool,
) -> Outcome:
    """Merge another version of the template into a project."""
    with change.opened(project.locate(path), write=not dry_run) as (scratch, notes):
        place = project.find(path)  # what was half done may just have been undone
        notes += change.check_ready(place, dry_run=dry_run)
        origin = find(place, template, ref)
        known = origin.bundle.stem if origin.bundle and not ref else None
        nothing = Outcome(f"the project is at template {place.version}, which is the newest", notes=notes)
        if known == place.version and not given and template is None:
            return nothing  # without cloning
        templates = Templates(place, template, ref, scratch)
        if templates.new == templates.old and not given and origin.recorded == place.source:
            return nothing
        _refuse_downgrade(templates, ref)
        session = Session(place, templates, scratch, dry_run=dry_run)
        questions = templates.questions(templates.new)
        asker = prompt.answerer(defaults=defaults, interactive=can_ask)
        carried = carry(
            session.answers, session.questions, questions, given, asker, place.folder.name, can_ask=can_ask
        )
        render = templates.render_new(carried.answers.visible)
        label = f"template {templates.new_version}"
        merged, kept = session.merge(questions, carried.answers, render, label)
        title = f"the update of {place.folder.name} from template {place.version} to {templates.new_version}"
        outcome = Outcome(title, notes=[*notes, *carried.notes])
        session.write(outcome, merged, kept, color=color)
        return outcome


def _refuse_downgrade(templates: Templates, ref: str | None) -> None:
    if not templates.history.is_older(templates.new, templates.old):
        return
    version, new = templates.project.version, templates.new_version
    if templates.source.bundle and ref is None:
        raise ScaffoldError(
            f"the project has version {version} of the template and this torch-scaffold {new}: {UPGRADE}"
        )
    parsed = source.release(version)
    if parsed is not None and parsed.is_prerelease and ref is None:
        raise ScaffoldError(
            f"the project has the pre-release {version}, and the newest release is {new}: "
            "wait for a newer one, or name one with --ref"
        )
    raise ScaffoldError(f"{new} is older than {version}, which the project has: going back is not supported")
