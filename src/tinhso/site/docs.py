"""Pages that are made from code: `make docs`. A test compares each with what it would be now."""

from tinhso.site import environ
from tinhso.site.setup import REPOSITORY


def main() -> None:
    (REPOSITORY / "docs").mkdir(exist_ok=True)
    (REPOSITORY / "docs" / "settings.md").write_text(environ.documentation(), "utf-8")
    print("docs/settings.md")


if __name__ == "__main__":
    main()
