"""The room `identity` as Django knows it."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "tinhso.identity"
    label = "identity"
    verbose_name = "Identity"

    def ready(self) -> None:
        # Receivers connect when imported: a sign-in is an entry of the journal.
        from tinhso.identity import sign_in  # noqa: F401
