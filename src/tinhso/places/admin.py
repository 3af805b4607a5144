"""Units and agencies in the administration: to be looked at. They change in packs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from tinhso.kernel.text import search_key
from tinhso.places.models import Agency, PackLoad, Unit

# Django's class takes its model as a parameter for the type checker only.
if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin


class ReadOnly(_ModelAdmin):
    """Shows, and does not act."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """What is typed is searched for without marks, as the key is stored."""
        return super().get_search_results(request, queryset, search_key(search_term))


@admin.register(Unit)
class UnitAdmin(ReadOnly):
    list_display = ("code", "name", "level", "province_code", "valid_from", "valid_until")
    list_filter = ("level", "valid_until")
    search_fields = ("code", "search_key")
    list_select_related = False


@admin.register(Agency)
class AgencyAdmin(ReadOnly):
    list_display = ("code", "name", "kind", "unit", "receives", "unverified", "valid_from", "valid_until")
    list_filter = ("kind", "receives", "unverified")
    search_fields = ("code", "search_key")
    list_select_related = ("unit",)


@admin.register(PackLoad)
class PackLoadAdmin(ReadOnly):
    list_display = ("pack", "digest", "loaded_at")
