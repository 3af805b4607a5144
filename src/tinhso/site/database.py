"""Roles and databases on our own server, and what a connection of each role asks for.

Two roles always: `tinhso_owner` owns the tables and migrates, `tinhso_app` runs the program and may neither alter a
table nor truncate one. What the application may do with a new table is decided once, by default privileges.
"""

from urllib.parse import quote

import psycopg
from psycopg import sql

from tinhso.site.postgres import SUPERUSER, Address

OWNER = "tinhso_owner"
APP = "tinhso_app"
NAME = "tinhso"

LOCK_TIMEOUT = "4s"
IDLE_IN_TRANSACTION_TIMEOUT = "10s"
TRANSACTION_TIMEOUT = "30s"


def connection_options(*, role: str, process: str) -> str:
    """Libpq's `options` for a role; connecting with them works on our server and on any other.

    Generic plans walk whole tables once a list grows, so the application plans each statement for its own values.
    A door's transaction ends after 30 s: nobody waits that long, and everybody else waits for its locks.
    """
    chosen = {"lock_timeout": LOCK_TIMEOUT}
    if role == "app":
        chosen |= {"plan_cache_mode": "force_custom_plan"}
        chosen |= {"idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT}
        if process == "door":
            chosen |= {"transaction_timeout": TRANSACTION_TIMEOUT}
    return " ".join(f"-c {name}={value}" for name, value in chosen.items())


def url(address: Address, *, user: str, password: str, name: str = NAME) -> str:
    """postgresql://… over the server's socket."""
    return (
        f"postgresql://{quote(user)}:{quote(password, safe='')}@/{quote(name)}"
        f"?host={quote(address.socket, safe='')}&port={address.port}"
    )


def prepare(address: Address, *, superuser_password: str, owner_password: str, app_password: str) -> None:
    """The two roles and the database, made where missing; passwords set to ours each time."""
    with psycopg.connect(
        url(address, user=SUPERUSER, password=superuser_password, name="postgres"), autocommit=True
    ) as db:
        for role, password in ((OWNER, owner_password), (APP, app_password)):
            _make_role(db, role, password)
        exists = db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone()
        if not exists:
            db.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(NAME), sql.Identifier(OWNER)))
    with psycopg.connect(url(address, user=SUPERUSER, password=superuser_password), autocommit=True) as db:
        grant(db)


def _make_role(db: psycopg.Connection, role: str, password: str) -> None:
    exists = db.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = "ALTER" if exists else "CREATE"
    db.execute(
        sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(sql.SQL(verb), sql.Identifier(role), sql.Literal(password))
    )


def grant(db: psycopg.Connection) -> None:
    """What the application may do with whatever the owner makes in this database. Harmless when repeated."""
    for statement in GRANTS:
        db.execute(statement)


WHATEVER_THE_OWNER_MAKES = f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public"
GRANTS = (
    f"ALTER SCHEMA public OWNER TO {OWNER}",
    f"GRANT USAGE ON SCHEMA public TO {APP}",
    f"{WHATEVER_THE_OWNER_MAKES} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP}",
    f"{WHATEVER_THE_OWNER_MAKES} GRANT USAGE, SELECT ON SEQUENCES TO {APP}",
)
