"""What templates and users do to files whose parts look alike."""

import random

from lookalikes import Node, plain_lines, room, units


def fresh(rng: random.Random) -> str:
    """Make up a word that no sibling has."""
    return rng.choice(["lion", "muon", "shampoo", "sophia"]) + str(rng.randint(10, 9999))


def insert(node: Node, unit: list[Node], rng: random.Random) -> None:
    if not unit:
        return
    place = rng.choice(room(node, unit[0]))
    node.body[place:place] = unit


def move(node: Node, unit: list[Node], rng: random.Random) -> None:
    for part in unit:
        node.body.remove(part)
    insert(node, unit, rng)


def new_unit(node: Node, rng: random.Random, alike: float) -> list[Node]:
    """Copy a sibling, as people do; most often the word in it is changed."""
    several = [unit for unit in units(node) if unit[0].word or not unit[0].sole]
    new = [part.twin() for part in rng.choice(several)] if several else []
    if new and new[0].word and (new[0].sole or rng.random() > alike):
        new[0].rename(fresh(rng))
    return new


def write(node: Node, mark: str, rng: random.Random, *, replace: bool) -> None:
    """Put a line with a mark into a part, or in the place of one of its lines."""
    replaced = plain_lines(node)
    if replace and replaced:
        # A function of nothing but a comment would be none.
        solid = [line for line in node.marks if not line.startswith("# ")]
        node.body[rng.choice(replaced)] = rng.choice(solid).format(mark)
    else:
        node.body.insert(rng.choice(room(node)), rng.choice(node.marks).format(mark))


def change_template(root: Node, rng: random.Random) -> None:
    """Do what a newer template does."""
    for _ in range(rng.randint(1, 3)):
        kind = rng.choice(["insert", "insert", "drop", "reorder", "shuffle", "rename", "edit", "edit"])
        several = [node for node in root.walk() if len(units(node)) > 1]
        if kind == "edit" or not several:
            node = rng.choice([node for node in root.walk() if node.marks])
            write(node, f"theirs_{rng.randint(0, 999)}", rng, replace=rng.random() < 0.5)
            continue
        node = rng.choice(several)
        unit = rng.choice(units(node))
        if kind == "insert":
            insert(node, new_unit(node, rng, alike=0.2), rng)
        elif kind == "drop":
            for part in unit:
                node.body.remove(part)
        elif kind == "reorder":
            move(node, unit, rng)
        elif kind == "shuffle":
            for each in rng.sample(units(node), len(units(node))):
                move(node, each, rng)
        elif unit[0].word:
            unit[0].rename(fresh(rng))


class Writer:
    """A user, who writes marks into files."""

    def __init__(self, rng: random.Random) -> None:
        """Start with mark 0."""
        self.rng, self.marks = rng, 0

    def mark(self) -> str:
        """Give the next mark."""
        self.marks += 1
        return f"mine_{self.marks - 1}"

    def edit(self, root: Node) -> list[str]:
        """Edit one place or two, and sometimes rename, move or delete something; return the marks."""
        first, rng = self.marks, self.rng
        aside = rng.choice(["", "", "", "rename", "reorder", "delete"])
        if aside:
            self._restructure(root, aside)
        for _ in range(rng.randint(1, 2)):
            kind = rng.choice(["line", "line", "line", "replace", "replace", "sibling", "head", "head"])
            open_nodes = [node for node in root.walk() if node.marks]
            slotted = [node for node in root.walk() if node.slot]
            several = [node for node in root.walk() if node.parts]
            if kind == "sibling" and several:
                self._add_sibling(rng.choice(several))
            elif kind == "head" and slotted:
                node = rng.choice(slotted)
                assert node.slot
                node.head.insert(node.slot[0], node.slot[1].format(self.mark()))
            else:
                write(rng.choice(open_nodes), self.mark(), rng, replace=kind == "replace")
        return [f"mine_{number}" for number in range(first, self.marks)]

    def _add_sibling(self, node: Node) -> None:
        new = new_unit(node, self.rng, alike=0.2)
        inner = [part for unit in new for part in unit.walk() if part.marks]
        if inner and not any("mine_" in line for unit in new for line in unit.lines()):
            write(self.rng.choice(inner), self.mark(), self.rng, replace=False)
            insert(node, new, self.rng)

    def _restructure(self, root: Node, kind: str) -> None:
        several = [node for node in root.walk() if len(units(node)) > 1]
        if not several:
            return
        node = self.rng.choice(several)
        unit = self.rng.choice(units(node))
        if kind == "rename" and unit[0].word:
            unit[0].rename(fresh(self.rng))
        elif kind == "reorder":
            move(node, unit, self.rng)
        elif kind == "delete":
            for part in unit:
                node.body.remove(part)

    def clash(self, yours: Node, theirs: Node) -> None:
        """Change one line on both sides, so that git itself has a conflict."""
        of_theirs = {node.number: node for node in theirs.walk()}
        both = [node for node in yours.walk() if node.marks and node.number in of_theirs]
        for node in self.rng.sample(both, len(both)):
            other = of_theirs[node.number]
            lines = [node.body[place] for place in plain_lines(node)]
            shared = [line for line in lines if line in [other.body[place] for place in plain_lines(other)]]
            if shared:
                line = self.rng.choice(shared)
                node.body[node.body.index(line)] = node.marks[0].format(self.mark())
                other.body[other.body.index(line)] = node.marks[0].format("theirs_too")
                return
