"""The environment: every variable that tinhso reads, typed, read once, with what it is for.

docs/settings.md is made from this file (`make docs`) and a test compares the two. Nothing else in the program
reads `os.environ`; rooms find what they need on Django's settings.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

Role = Literal["app", "owner"]
Process = Literal["door", "work"]


class BadEnvironment(ValueError):
    """A variable holds something that tinhso cannot work with; the message names it and says what would do."""


def variable(name: str, default: Any, doc: str, *, shown: str = "") -> Any:
    """A field read from the environment variable `name`. `shown` is the default as the documentation words it."""
    return field(default=default, metadata={"name": name, "doc": doc, "shown": shown or repr(default)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    data_dir: Path = variable(  # noqa: RUF009  # makes a field, as `field` does
        "DATA_DIR",
        Path(),
        "Folder of everything that is kept: database, uploaded files, secrets, caught mail.",
        shown="/var/lib/tinhso for root, else ~/.local/share/tinhso",
    )
    province: str = variable("PROVINCE", "tay-ninh", "Which province's pack is served: tay-ninh or tuyen-quang.")
    host: str = variable("HOST", "127.0.0.1", "Address to listen on. 0.0.0.0 lets other machines in.")
    port: int = variable("PORT", 8000, "Port of the people's door.")
    gate_port: int = variable("GATE_PORT", 8001, "Port kept for the machines' door (data exchange, sensors).")
    mail_port: int = variable("MAIL_PORT", 8025, "Port of the demo's mail catcher.")
    base_url: str = variable(
        "BASE_URL",
        "",
        "Address under which people reach the portal; printed on papers and in messages. https makes cookies secure.",
        shown="http://localhost:PORT",
    )
    allowed_hosts: tuple[str, ...] = variable(
        "ALLOWED_HOSTS",
        (),
        "Further host names that are answered, separated by commas.",
        shown="the host of BASE_URL, localhost and 127.0.0.1",
    )
    database_url: str = variable(
        "DATABASE_URL",
        "",
        "A PostgreSQL 18 server to use instead of our own, as the role tinhso_app: postgresql://…",
        shown="our own server in DATA_DIR",
    )
    database_owner_url: str = variable(
        "DATABASE_OWNER_URL",
        "",
        "The same database as the role tinhso_owner, which owns the tables and migrates. Needed with DATABASE_URL.",
        shown="our own server in DATA_DIR",
    )
    db_role: Role = variable(  # noqa: RUF009  # as above
        "TINHSO_DB_ROLE", "app", "Role of this process: app (runs) or owner (migrates)."
    )
    process: Process = variable(  # noqa: RUF009  # as above
        "TINHSO_PROCESS",
        "work",
        "What this process does: door (answers people, transactions end after 30 s) or work. Set by `tinhso serve`.",
    )
    smtp_url: str = variable(
        "SMTP_URL",
        "",
        "Mail server for notices: smtp://user:password@host:port, smtps:// for TLS from the start.",
        shown="the demo's catcher on MAIL_PORT",
    )
    mail_from: str = variable("MAIL_FROM", "khong-tra-loi@tinhso.invalid", "Sender of the portal's e-mail.")
    demo: bool = variable("TINHSO_DEMO", False, "1 shows the demo accounts and caught mail. Set by `tinhso demo`.")
    debug: bool = variable("TINHSO_DEBUG", False, "1 for people who write tinhso: templates reload. Never in office.")
    secret_key: str = variable(
        "SECRET_KEY",
        "",
        "Signs sessions and links. Give one when several machines serve the same province.",
        shown="made once, kept in DATA_DIR/secrets",
    )


def read(source: Mapping[str, str], *, is_root: bool | None = None) -> Environment:
    """The environment in `source`, checked. Raises BadEnvironment naming the variable at fault."""
    values = {
        f.name: _typed(f, source[f.metadata["name"]]) for f in fields(Environment) if source.get(f.metadata["name"])
    }
    values.setdefault("data_dir", default_data_dir(source, is_root=os.geteuid() == 0 if is_root is None else is_root))
    environment = Environment(**values)
    if bool(environment.database_url) != bool(environment.database_owner_url):
        message = "DATABASE_URL and DATABASE_OWNER_URL belong together: one role runs, the other migrates."
        raise BadEnvironment(message)
    if environment.base_url:
        return environment
    return Environment(**{**values, "base_url": f"http://localhost:{environment.port}"})


def default_data_dir(source: Mapping[str, str], *, is_root: bool) -> Path:
    if is_root:
        return Path("/var/lib/tinhso")
    home = source.get("XDG_DATA_HOME") or f"{source.get('HOME', '~')}/.local/share"
    return Path(home).expanduser() / "tinhso"


def documentation() -> str:
    """docs/settings.md: one line per variable."""
    rows = [f"| `{f.metadata['name']}` | {f.metadata['shown']} | {f.metadata['doc']} |" for f in fields(Environment)]
    head = [
        "# Settings",
        "",
        "All of them are environment variables; none is needed for `make demo`.",
        "This page is made from `src/tinhso/site/environ.py` by `make docs`.",
        "",
        "| variable | default | what it is for |",
        "|---|---|---|",
    ]
    return "\n".join([*head, *rows, ""])


def _typed(f: Any, text: str) -> Any:
    name = f.metadata["name"]
    if f.type is bool:
        return _one_of(name, text, {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False})
    if f.type is int:
        return _port(name, text)
    if f.type is Path:
        return Path(text).expanduser().absolute()
    if f.type in (Role, Process):
        return _one_of(name, text, {word: word for word in get_args(f.type)})
    if f.type == tuple[str, ...]:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text.rstrip("/") if f.name == "base_url" else text


def _one_of(name: str, text: str, choices: Mapping[str, Any]) -> Any:
    if text.lower() not in choices:
        message = f"{name}={text!r} is not one of {', '.join(choices)}."
        raise BadEnvironment(message)
    return choices[text.lower()]


def _port(name: str, text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        message = f"{name}={text!r} is not a port number from 1 to 65535."
        raise BadEnvironment(message)
    return int(text)


try:
    ENVIRONMENT = read(os.environ)
except BadEnvironment as refusal:
    # No process can do anything without it, and none has begun: a message is all there is to say.
    sys.exit(f"tinhso: {refusal}")
