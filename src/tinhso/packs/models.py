"""Published versions of packs.

Owns the table pack version. A row is written once, by actions.publish_all, and never again: the application's role
has no UPDATE and no DELETE on it, and the model refuses both before the database has to.

Deliberately absent: what the documents mean (the parts), drafts of packs (they are files until they are published).
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import Q

from tinhso.journal.keys import uuid7_key


class PublishedForEver(TypeError):
    """Somebody tried to change or remove a published version: a bug of the caller."""


class PackVersionQuerySet(models.QuerySet["PackVersion"]):
    def update(self, **_kwargs: Any) -> NoReturn:
        raise PublishedForEver("a published version is never changed; publish a new one")

    def delete(self) -> NoReturn:
        raise PublishedForEver("a published version is never removed; cases stand on it")


class PackVersion(models.Model):
    """One version of a pack, as it was when it was published.

    province       "" for every province, else the id of the province's pack
    digest         SHA-256 of the content, so that the same content is never published twice
    content        {"documents": {part: {key: tree}}, "files": {path: SHA-256}}
    published_by   account; None when the program did, at its start
    """

    id = uuid7_key()
    pack = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    province = models.CharField(max_length=60, blank=True, default="")
    in_force_from = models.DateField()
    digest = models.CharField(max_length=64)
    content = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.UUIDField(null=True, blank=True)

    objects = PackVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "pack version"
        ordering: ClassVar = ["pack", "-in_force_from", "-published_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pack", "version"], name="pack_version_is_published_once"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="pack_version_digest_is_sha256"),
        ]
        indexes: ClassVar = [
            # The newest version of each pack on a day (queries.catalogue).
            models.Index(fields=["pack", "-in_force_from", "-published_at"], name="pack_version_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.pack} {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise PublishedForEver("a published version is never changed; publish a new one")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise PublishedForEver("a published version is never removed; cases stand on it")
