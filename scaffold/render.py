"""The only importer of copier."""

import traceback
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import CodeType

from scaffold.errors import ScaffoldError

_COMPILED: dict[tuple[object, ...], CodeType] = {}


def render(
    tree: Path, project: Path, answers: Mapping[str, object], *, version: str | None, recorded: str
) -> None:
    """Render a plain tree of the template, and record the version and the source that it came from.

    Copier gets the tree without git, so that it does not clone a second time; what it would have recorded
    is therefore written afterwards, byte for byte as it writes it.
    """
    import copier
    from copier.errors import CopierError
    from jinja2 import TemplateError

    try:
        with warnings.catch_warnings(), _compiled_once():
            warnings.simplefilter("ignore")
            worker = copier.run_copy(
                str(tree),
                project,
                data=dict(answers),
                settings=copier.Settings(),  # not those of the user: the same answers give the same project
                defaults=True,
                quiet=True,
            )
            answers_file = project / worker.answers_relpath
    except TemplateError as error:
        raise ScaffoldError(
            f"the template cannot be rendered{_where(error, tree)} ({error}): fix it there"
        ) from error
    except (CopierError, ValueError) as error:
        raise ScaffoldError(f"the template cannot be rendered ({error}): fix it there") from error
    if answers_file.is_file():
        _record(answers_file, tree, version, recorded)


@contextmanager
def _compiled_once() -> Iterator[None]:
    """Let jinja compile a text once, and not again for each use and each render, as copier has it do.

    Files are compiled under their names in the template, which are the same in all its versions.
    """
    from jinja2 import Environment

    original = Environment.compile

    def compiled(self: Environment, source: str, name: str | None = None, *_: object) -> CodeType:
        syntax = (self.lexer, self.autoescape, *sorted(self.extensions))
        key = (source, name, *syntax)
        if key not in _COMPILED:
            _COMPILED[key] = original(self, source, name, name)
        return _COMPILED[key]

    Environment.compile = compiled  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        Environment.compile = original  # type: ignore[method-assign]


def _where(error: Exception, tree: Path) -> str:
    """Name the file and the line of the template that an error came from, as far as jinja tells."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [f" ({frame.filename}:{frame.lineno})" for frame in frames if _is_named(frame.filename, tree)]
    return inside[-1] if inside else ""


def _is_named(name: str, tree: Path) -> bool:
    return not Path(name).is_absolute() and (tree / name).is_file()


def _record(answers_file: Path, tree: Path, version: str | None, recorded: str) -> None:
    def dump(values: Mapping[str, str]) -> str:
        import yaml

        return yaml.dump(values, indent=4, allow_unicode=True, default_flow_style=False)

    text = answers_file.read_text(encoding="utf-8")
    as_rendered = dump({"_src_path": str(tree)})
    if as_rendered not in text:
        raise ScaffoldError(
            f"the template does not write {answers_file.name} as copier documents it: fix it there"
        )
    origin = {"_src_path": recorded} if version is None else {"_commit": version, "_src_path": recorded}
    answers_file.write_text(text.replace(as_rendered, dump(origin), 1), encoding="utf-8")
