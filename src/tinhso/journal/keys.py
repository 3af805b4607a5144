"""Primary keys of every room: UUIDs of version 7, made by the database.

They grow with time, so new rows land at one edge of their index. There is no other kind of primary key in the rooms.
"""

import secrets
import time
from uuid import UUID

from django.db import models

_RANDOM_BITS = 74
_RANDOM_LOW_BITS = 62


class UUIDv7(models.Func):
    """The database's uuidv7(): milliseconds, then finer time, then chance."""

    function = "uuidv7"
    arity = 0
    output_field = models.UUIDField()


def uuid7_key() -> "models.UUIDField[UUID, UUID]":
    """The primary key field that every model of ours has."""
    return models.UUIDField(primary_key=True, db_default=UUIDv7(), editable=False)


def new_uuid7() -> UUID:
    """A version 7 UUID made here, for a statement that writes several rows that name one another (RFC 9562, 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    chance = secrets.randbits(_RANDOM_BITS)
    high, low = chance >> _RANDOM_LOW_BITS, chance & ((1 << _RANDOM_LOW_BITS) - 1)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low)
