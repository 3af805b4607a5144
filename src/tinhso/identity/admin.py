"""Accounts and posts on the admin site: shown, never changed. Appointing is an action of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from tinhso.identity.models import Account, Organisation, Post

if TYPE_CHECKING:
    AccountAdmin = admin.ModelAdmin[Account]
    PostAdmin = admin.ModelAdmin[Post]
    OrganisationAdmin = admin.ModelAdmin[Organisation]
else:
    # At run time Django's class takes no parameters.
    AccountAdmin = PostAdmin = OrganisationAdmin = admin.ModelAdmin


@admin.register(Account)
class Accounts(AccountAdmin):
    list_display = ("id", "email", "assurance", "is_active", "registered_at")
    list_filter = ("is_active", "assurance")
    search_fields = ("email",)
    exclude = ("password",)
    ordering = ("-registered_at",)
    show_full_result_count = False


@admin.register(Post)
class Posts(PostAdmin):
    list_display = ("agency_code", "role", "title_vi", "valid_from", "valid_until")
    list_filter = ("role",)
    search_fields = ("agency_code",)
    ordering = ("agency_code", "role", "id")
    show_full_result_count = False


@admin.register(Organisation)
class Organisations(OrganisationAdmin):
    list_display = ("tax_code", "name")
    search_fields = ("tax_code", "search_key")
    ordering = ("sort_key", "id")
    show_full_result_count = False
