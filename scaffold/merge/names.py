"""What a place is called among its siblings, in each language, and what tells it from those of its name."""

from collections.abc import Callable

from tree_sitter import Node

Named = tuple[str, str] | None
_ENTRIES = {"list", "tuple", "set", "argument_list", "dictionary"}
_BRANCHES = {"elif_clause", "else_clause", "except_clause", "finally_clause", "case_clause"}
# Seldom two of a kind side by side: what is repeated, or tried, may change and the place stays.
_LOOPS = {"for_statement", "while_statement", "try_statement"}


def _name_python(node: Node) -> Named:
    above = node.parent.type if node.parent else ""
    if node.type == "decorated_definition":
        inner = node.child_by_field_name("definition")
        named = _name_python_definition(inner) if inner else None
        decorators = [_text(child) for child in node.children if child.type == "decorator"]
        return (named[0], " ".join([*decorators, named[1]])) if named else None
    if above == "decorated_definition":
        return None
    if node.type in {"class_definition", "function_definition"}:
        return _name_python_definition(node)
    if node.type in _LOOPS:
        return node.type, _header(node)
    if node.type in _BRANCHES:
        return _header(node), ""
    if node.type == "comment" or above not in _ENTRIES | {"module", "block"}:
        return None
    name = _name_entry(node)
    return (name, "") if name else None


def _name_python_definition(node: Node) -> Named:
    name = node.child_by_field_name("name")
    kind = "class" if node.type == "class_definition" else "def"
    return (f"{kind} {_text(name)}", _header(node)) if name else None


def _name_entry(node: Node) -> str:
    """Name a statement or an entry by what stays when its values change."""
    while node.type == "expression_statement" and node.named_child_count == 1:
        node = node.named_children[0]
    for name in ("left", "key", "name"):  # of an assignment, an entry of a dictionary, a keyword argument
        found = node.child_by_field_name(name)
        if found is not None and node.type in {"assignment", "pair", "keyword_argument"}:
            return _text(found)
    arguments = node.child_by_field_name("arguments")
    if node.type == "call" and arguments is not None:
        given = (child for child in arguments.named_children if child.type != "comment")
        first = next(given, None)
        named = first is not None and first.type != "keyword_argument"
        return f"{_header(node).partition('(')[0]}({_header(first) if first and named else ''}"
    return "" if node.type == "string" else _header(node)


_TELLING = ("name", "id", "uses", "repo", "run", "key", "module", "path", "job_name")


def _name_yaml(node: Node) -> Named:
    if node.type == "document":
        beside = node.next_named_sibling or node.prev_named_sibling
        content = next((child for child in node.named_children if child.type != "comment"), None)
        return ("---", _header(content) if content else "") if beside else None
    if node.type == "block_mapping_pair":
        key = node.child_by_field_name("key")
        return (_text(key) if key else "?"), ""
    if node.type == "block_sequence_item":
        told = _telling(_pairs(node))
        return (f"- {told}", "") if told else ("-", _header(node))
    return None


def _pairs(item: Node) -> dict[str, str]:
    """Return the keys of a list item with their values, as far as these stand on the key's line."""
    node: Node | None = item
    while node is not None and node.type != "block_mapping":
        node = next((child for child in node.named_children if child.type.startswith("block_")), None)
    pairs = {}
    for pair in node.named_children if node else []:
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if key and value:
            pairs[_text(key)] = _header(value)
    return pairs


def _name_toml(node: Node) -> Named:
    if node.type in {"table", "table_array_element"}:
        pairs = [child for child in node.named_children if child.type == "pair"]
        values = {_text(pair.named_children[0]): _text(pair.named_children[-1]) for pair in pairs}
        first = next(iter(values.items()), ("", ""))
        header = _header(node).partition("#")[0].strip()
        if node.type == "table":
            return header, ""
        told = _telling(values)
        return (f"{header} {told}", "") if told else (header, " = ".join(first))
    return (_text(node.named_children[0]), "") if node.type == "pair" else None


def _telling(pairs: dict[str, str]) -> str:
    """Choose the key that tells an item from its siblings; a version after @ is no part of it."""
    return next((f"{key}: {pairs[key].partition('@')[0]}" for key in _TELLING if key in pairs), "")


def _name_markdown(node: Node) -> Named:
    if node.type == "section" and node.children and "heading" in node.children[0].type:
        return _header(node), ""
    return (_header(node), "") if node.type == "list_item" else None


def _text(node: Node) -> str:
    return " ".join((node.text or b"").decode(errors="replace").split())


def _header(node: Node) -> str:
    """Return the first line of a node, or all of a definition up to its body."""
    body = node.child_by_field_name("body") if node.type.endswith("_definition") else None
    content = (node.text or b"")[: body.start_byte - node.start_byte] if body else (node.text or b"")
    text = content.decode(errors="replace").strip()
    return " ".join(text.split()) if body else text.split("\n")[0].rstrip(" ,")


NAMING: dict[str, Callable[[Node], Named]] = {
    "python": _name_python,
    "yaml": _name_yaml,
    "toml": _name_toml,
    "markdown": _name_markdown,
}
