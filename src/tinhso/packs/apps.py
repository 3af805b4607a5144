"""The room `packs` as a Django application. Every process knows where the rooms above offer their parts."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import import_string

from tinhso.packs.parts import wire


class PacksConfig(AppConfig):
    name = "tinhso.packs"
    label = "packs"
    verbose_name = "Packs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The name of the function is wiring: this room knows no room above it.
        wire(import_string(settings.PACK_PARTS))
