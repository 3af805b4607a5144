"""The environment: typed, refused with words, documented."""

import ast
from pathlib import Path

import pytest

from tinhso.site import docs, environ

REPOSITORY = Path(__file__).resolve().parents[2]


def test_nothing_has_to_be_set():
    read = environ.read({"HOME": "/home/an"}, is_root=False)
    assert read.data_dir == Path("/home/an/.local/share/tinhso")
    assert (read.province, read.port, read.base_url) == ("tay-ninh", 8000, "http://localhost:8000")


def test_root_keeps_its_data_where_nobody_may_enter():
    assert environ.read({"HOME": "/root"}, is_root=True).data_dir == Path("/var/lib/tinhso")


def test_the_address_of_the_portal_follows_the_port_and_loses_its_last_slash():
    assert environ.read({"PORT": "8123"}, is_root=True).base_url == "http://localhost:8123"
    assert environ.read({"BASE_URL": "https://dvc.example/"}, is_root=True).base_url == "https://dvc.example"


def test_values_have_types():
    read = environ.read({"DATA_DIR": "here", "TINHSO_DEMO": "1", "ALLOWED_HOSTS": "a.example, b.example"}, is_root=True)
    assert read.data_dir == Path.cwd() / "here"
    assert read.demo is True
    assert read.allowed_hosts == ("a.example", "b.example")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("PORT", "eighty", "PORT='eighty' is not a port number"),
        ("PORT", "70000", "PORT='70000' is not a port number"),
        ("TINHSO_DEMO", "maybe", "TINHSO_DEMO='maybe' is not one of 1, true"),
        ("TINHSO_DB_ROLE", "postgres", "TINHSO_DB_ROLE='postgres' is not one of app, owner"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name, text, words):
    with pytest.raises(environ.BadEnvironment, match=words):
        environ.read({name: text}, is_root=True)


def test_the_two_database_addresses_belong_together():
    with pytest.raises(environ.BadEnvironment, match="belong together"):
        environ.read({"DATABASE_URL": "postgresql://x"}, is_root=True)


def test_the_documentation_is_what_the_code_reads():
    assert (REPOSITORY / "docs" / "settings.md").read_text("utf-8") == docs.settings_page(), "run `make docs`"


def test_nothing_else_reads_the_environment():
    readers = {
        str(path.relative_to(REPOSITORY / "src" / "tinhso"))
        for path in (REPOSITORY / "src" / "tinhso").rglob("*.py")
        if any(_reads_environment(node) for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    }
    # Handing the environment on to a child, or naming the settings module to Django, is not reading a setting.
    assert readers <= {"site/environ.py"}


def _reads_environment(node: ast.AST) -> bool:
    """os.environ["X"], os.environ.get("X"), os.getenv("X") other than PATH."""
    match node:
        case ast.Subscript(value=ast.Attribute(attr="environ"), ctx=ast.Load()):
            return True
        case ast.Call(
            func=ast.Attribute(value=ast.Attribute(attr="environ"), attr="get"), args=[ast.Constant(value=name), *_]
        ):
            return name != "PATH"
        case ast.Call(func=ast.Attribute(attr="getenv")):
            return True
    return False
