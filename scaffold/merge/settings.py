"""Values in YAML that the user has set: where the template keeps a key, a switch leaves its value alone."""

from collections.abc import Iterator

import yaml

from scaffold.copier_yml import LOADER

Spans = dict[tuple[str, ...], slice]


def keep_values(base: str, yours: str, theirs: str) -> tuple[str, str]:
    """Put the values that the user changed into what they began with and into what the template has now.

    A merge of the three then has nothing to do there. Values of more than one line are left to it, and so are
    texts that are not YAML, or that use a value twice.
    """
    try:
        was, mine, new = (dict(_spans(text)) for text in (base, yours, theirs))
    except yaml.YAMLError:
        return base, theirs
    if any(len({span.start for span in spans.values()}) < len(spans) for spans in (was, mine, new)):
        return base, theirs
    changed = {path for path in was.keys() & mine.keys() & new.keys() if base[was[path]] != yours[mine[path]]}
    lines = {path: _line(yours, mine[path]) for path in changed}
    return _replaced(base, was, lines), _replaced(theirs, new, lines)


def _spans(text: str) -> Iterator[tuple[tuple[str, ...], slice]]:
    """Yield where the value of each key is, if it is on one line."""

    def walk(node: yaml.Node | None, *path: str) -> Iterator[tuple[tuple[str, ...], slice]]:
        if isinstance(node, yaml.MappingNode) and not node.flow_style:
            for key, value in node.value:
                yield from walk(value, *path, str(key.value))
        elif path and node and node.start_mark.line == node.end_mark.line:
            span = slice(node.start_mark.index, node.end_mark.index)
            if text[span]:
                yield path, span

    return walk(yaml.compose(text, LOADER))


def _line(text: str, span: slice) -> str:
    """Return a value with the comment behind it."""
    return text[span.start :].splitlines()[0]


def _replaced(text: str, spans: Spans, lines: dict[tuple[str, ...], str]) -> str:
    for path in sorted(lines, key=lambda path: spans[path].start, reverse=True):
        start = spans[path].start
        text = text[:start] + lines[path] + text[start + len(_line(text, spans[path])) :]
    return text
