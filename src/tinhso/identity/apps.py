"""The room `identity` as Django knows it."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "tinhso.identity"
    label = "identity"
    verbose_name = "Identity"

    def ready(self) -> None:
        # Imported late: receivers need the models.
        from tinhso.identity import sign_in

        sign_in.connect()
