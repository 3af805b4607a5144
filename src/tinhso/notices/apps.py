"""The room `notices` as Django knows it."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "tinhso.notices"
    label = "notices"
    verbose_name = "Notices"

    def ready(self) -> None:
        # Jobs register themselves when imported.
        from tinhso.notices import jobs  # noqa: F401  # registers its followers
