"""The floors of docs/design.md, kept by walking the imports."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "tenfold"
DESIGN = Path(__file__).parents[1] / "docs" / "design.md"
HEAVY = {"keras", "tensorflow", "jax", "torch", "matplotlib", "sklearn"}
LIGHT_ROOMS = {
    *(
        "errors",
        "results",
        "picture",
        "canon",
        "rules",
        "trust",
        "runtime",
        "finding",
        "grids",
        "reading",
        "evaluation",
        "server",
        "cli",
    ),
}
ROOT = "tenfold"
MOST_LINES = 250


def floors() -> dict[str, int]:
    """Each room's floor, read from the drawing in the design."""
    drawing = re.search(r"```\n(8  cli.*?)```", DESIGN.read_text("utf-8"), re.DOTALL)
    assert drawing is not None
    found = {}
    for line in drawing[1].splitlines():
        number, rooms = re.match(r"(\d)  (\w+(?: \| \w+)*)", line).groups()
        found |= {room: int(number) for room in rooms.split(" | ")}
    return found


def imports(path: Path, source: Path = SOURCE) -> Iterator[tuple[str, bool]]:
    """(dotted name, is at the module's top) of everything that a file imports."""
    tree = ast.parse(path.read_text("utf-8"))
    package = (ROOT, *path.relative_to(source).parts[:-1])
    top = set(map(id, tree.body))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            name = ".".join((*base, *filter(None, [node.module])))
            if name == ROOT:
                yield from ((f"{ROOT}.{alias.name}", id(node) in top) for alias in node.names)
            else:
                yield name, id(node) in top


def room_of(path: Path, source: Path = SOURCE) -> str:
    return path.relative_to(source).parts[0].removesuffix(".py")


def wrong_imports(source: Path, levels: dict[str, int]) -> list[str]:
    """Every import that does not go down, as `file imports name`."""
    found = []
    for path in sorted(source.rglob("*.py")):
        room = room_of(path, source)
        if room in ("__init__", "__main__"):
            continue
        for name, _ in imports(path, source):
            parts = name.split(".")
            if parts[0] != ROOT:
                continue
            # The package itself reaches every room, so only the topmost floor may import it.
            target = parts[1] if len(parts) > 1 else "cli"
            if target != room and levels.get(target, 99) >= levels[room]:
                found.append(f"{path.relative_to(source)} imports {name}")
    return found


FILES = sorted(SOURCE.rglob("*.py"))


def test_every_room_stands_on_a_floor_of_the_design() -> None:
    rooms = {room_of(path) for path in FILES} - {"__init__", "__main__"}
    assert rooms <= floors().keys()
    assert {"errors", "picture", "runtime", "reading", "cli"} <= rooms


def test_a_module_imports_only_from_floors_below_its_own() -> None:
    assert wrong_imports(SOURCE, floors()) == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("canon/glyph.py", "import tenfold.runtime"),
        ("canon/glyph.py", "from tenfold import picture"),
        ("canon/glyph.py", "import tenfold"),
        ("runtime/session.py", "from ..reading import Reader"),
        ("runtime/session.py", "def late():\n    from tenfold.data import idx"),
        ("errors.py", "from .results import Box"),
    ],
)
def test_the_walk_finds_an_import_that_goes_up_or_sideways(
    tmp_path: Path, file: str, line: str
) -> None:
    for room in ("canon", "runtime"):
        (tmp_path / room).mkdir()
    (tmp_path / file).write_text(line)
    (tmp_path / "reading.py").write_text("from tenfold.runtime import verify\nimport numpy")
    assert [found.split()[0] for found in wrong_imports(tmp_path, floors())] == [file]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_light_room_names_no_heavy_package_at_its_top(path: Path) -> None:
    heavy = {name for name, top in imports(path) if top and name.split(".")[0] in HEAVY}
    assert room_of(path) not in LIGHT_ROOMS or heavy == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_file_can_be_read_at_one_sitting_and_lies_at_most_two_folders_deep(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES
    assert len(path.relative_to(SOURCE).parts) <= 2
