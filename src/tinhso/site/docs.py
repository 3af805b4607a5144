"""Pages that are made from code: `make docs`. Tests compare each with what it would be now."""

from tinhso.site import environ
from tinhso.site.setup import REPOSITORY


def main() -> None:
    """docs/settings.md and docs/problems.md."""
    (REPOSITORY / "docs").mkdir(exist_ok=True)
    (REPOSITORY / "docs" / "settings.md").write_text(environ.documentation(), "utf-8")
    print("docs/settings.md")
    from tinhso.site import reference  # needs Django, which the settings' own page does not

    reference.main()


if __name__ == "__main__":
    main()
