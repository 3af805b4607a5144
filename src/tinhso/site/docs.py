"""Pages that are made from code: `make docs`. Tests compare each with what it would be now."""

from tinhso.site import database, environ
from tinhso.site.setup import REPOSITORY

SETTINGS = REPOSITORY / "docs" / "settings.md"
OWN_SERVER = """\
## A server of your own

Without `DATABASE_URL` tinhso starts its own PostgreSQL 18 in `DATA_DIR/postgres`. To use another one, a superuser of it
runs this once (choose the passwords), and tinhso gets both addresses:

```sql
CREATE ROLE {owner} LOGIN PASSWORD '…';
CREATE ROLE {app} LOGIN PASSWORD '…';
CREATE DATABASE {name} OWNER {owner} LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' TEMPLATE template0;
\\connect {name}
{grants}
```

```sh
export DATABASE_URL=postgresql://{app}:…@server/{name}
export DATABASE_OWNER_URL=postgresql://{owner}:…@server/{name}
```

The extensions that the migrations ask for are trusted ones, so the owner may create them.
"""


def settings_page() -> str:
    """docs/settings.md: every variable, and what a server of one's own needs."""
    grants = "\n".join(f"{statement};" for statement in database.GRANTS)
    own = OWN_SERVER.format(owner=database.OWNER, app=database.APP, name=database.NAME, grants=grants)
    return f"{environ.documentation()}\n{own}"


def main() -> None:
    """docs/settings.md and docs/problems.md."""
    SETTINGS.parent.mkdir(exist_ok=True)
    SETTINGS.write_text(settings_page(), "utf-8")
    print("docs/settings.md")
    from tinhso.site import reference  # needs Django, which the settings' own page does not

    reference.main()
    print("docs/problems.md")


if __name__ == "__main__":
    main()
