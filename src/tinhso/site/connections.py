"""Where Django's default connection leads, and leading it elsewhere for a while (migrations, tests, measurements)."""

import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tinhso.site import database, postgres, secrets_folder
from tinhso.site.environ import Environment


def url_of(environment: Environment, *, role: str) -> str:
    """The database of this environment for a role: the one given, else our own server's."""
    given = environment.database_owner_url if role == "owner" else environment.database_url
    if given:
        return given
    server = postgres.Server(environment.data_dir)
    address = server.running() or postgres.Address(str(server.folder / "run"), 5432, 0)
    password = secrets_folder.read(environment.data_dir, f"{role}_password") or ""
    return database.url(address, user=database.OWNER if role == "owner" else database.APP, password=password)


def django_settings(url: str, *, role: str, process: str) -> dict[str, Any]:
    """An entry of DATABASES for postgresql://user:password@host:port/name?option=value."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or parts.hostname or ""
    port = options.pop("port", "") or str(parts.port or "")
    options["options"] = database.connection_options(role=role, process=process)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        # Kept connections double the requests per second; checked, since the server may have been restarted.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options | {"connect_timeout": 5, "application_name": f"tinhso-{process}"},
    }


@contextlib.contextmanager
def connected_to(url: str, *, role: str = "app", process: str = "work") -> Iterator[None]:
    """Django's default connection, in every thread, leads to `url` until the end of the block."""
    from django.db import connections  # the settings that this file gives to Django come first

    current = connections["default"].settings_dict
    saved = dict(current)
    connections["default"].close()
    wanted = django_settings(url, role=role, process=process)
    current.update({key: wanted[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")})
    try:
        yield
    finally:
        connections["default"].close()
        current.update(saved)
