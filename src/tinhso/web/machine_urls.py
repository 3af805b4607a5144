"""Addresses without a language: what machines and browsers fetch."""

from django.urls import path

from tinhso.web import machines

urlpatterns = [
    path("emblem.svg", machines.emblem, name="emblem"),
    path(".well-known/journal-checkpoint", machines.checkpoint, name="journal-checkpoint"),
    path(".well-known/journal-key", machines.journal_key, name="journal-key"),
    path("nhat-ky/<uuid:entry_id>/chung-minh.json", machines.proof, name="journal-proof"),
]
