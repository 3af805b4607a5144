"""The room `packs` as a Django application. At start every process learns which parts the rooms above offer."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import import_string


class PacksConfig(AppConfig):
    name = "tinhso.packs"
    label = "packs"
    verbose_name = "Packs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The name of the function is wiring: this room knows no room above it.
        import_string(settings.PACK_PARTS)()
