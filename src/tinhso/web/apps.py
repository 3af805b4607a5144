"""The room `web` as a Django application: its label, its name, and its followers registered at start."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tinhso.web"
    label = "web"
    verbose_name = "Web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Followers and jobs register themselves when their module is read; a room without any has no such file.
        if find_spec("tinhso.web.jobs"):
            import_module("tinhso.web.jobs")
