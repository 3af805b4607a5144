"""The repository as the tests of this folder read it: files known to git, Python as trees, rooms in their order."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "src" / "tinhso"

# From the bottom to the top; the contract in pyproject.toml holds the imports to the same order (test_direction.py).
ROOMS = ("kernel", "journal", "packs", "places", "identity", "documents", "notices", "cases", "web", "site")


@dataclass(frozen=True)
class Source:
    """One Python module of the program."""

    name: str  # as written below tinhso: "cases/actions/filing.py"
    text: str

    @property
    def room(self) -> str:
        return self.name.split("/", 1)[0]

    @property
    def file(self) -> str:
        return self.name.split("/", 1)[-1]

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def texts(self) -> Iterator[tuple[int, str]]:
        """Every text that is not a docstring, with its line; the constant parts of f-strings too."""
        documentation = {id(node) for node in _docstrings(self.tree)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
                yield node.lineno, node.value

    def at(self, node: ast.AST) -> str:
        return f"src/tinhso/{self.name}:{getattr(node, 'lineno', 1)}"


def _docstrings(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and body:
            first = body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield first.value


def sample(text: str, name: str = "cases/sample.py") -> Source:
    """A module that somebody might write: what a test must object to."""
    return Source(name, text)


@cache
def sources() -> tuple[Source, ...]:
    """Every module of the program; migrations are read by the tests that mean them."""
    return tuple(
        Source(path.relative_to(PACKAGE).as_posix(), path.read_text("utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
        if "migrations" not in path.parts
    )


@cache
def tracked() -> tuple[str, ...]:
    """Files that git knows or would know: neither what is built nor what is ignored."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    names = done.stdout.decode("utf-8").split("\0")
    return tuple(sorted(name for name in names if name and (REPOSITORY / name).is_file()))


def read(name: str) -> str:
    return (REPOSITORY / name).read_text("utf-8")


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an expression, calls left out: `Dossier.objects.filter(…).first` is Dossier.objects.filter.first."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{dotted(value)}.{name}"
        case ast.Call(func=func):
            return dotted(func)
        case ast.Subscript(value=value):
            return dotted(value)
        case _:
            return "?"
