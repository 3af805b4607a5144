"""The journal's tables as Django knows them. They are made by SQL (migration 0001) and read by SQL (queries.py);
the models are here for migrations, grants and the administrator's pages, which show and do not act.
"""

from django.db import models

from tinhso.journal.keys import uuid7_key


class JournalEntry(models.Model):
    """Something that happened. Partitioned by month of the id; never updated, never deleted."""

    id = uuid7_key()
    seq = models.BigIntegerField(editable=False)
    at = models.DateTimeField()
    kind = models.TextField()
    subject = models.TextField()
    unit = models.TextField(default="")
    actor = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    meta = models.JSONField(default=dict)

    class Meta:
        db_table = "journal_entry"


class JournalPending(models.Model):
    """An entry that waits to be numbered."""

    seq = models.BigIntegerField(primary_key=True)
    entry_id = models.UUIDField(db_column="id")

    class Meta:
        db_table = "journal_pending"


class JournalHead(models.Model):
    """The one row that the sequencer locks: how many entries are numbered, and the peaks of the tree over them."""

    one = models.BooleanField(primary_key=True, default=True)
    position = models.BigIntegerField()
    peaks = models.BinaryField()

    class Meta:
        db_table = "journal_head"


class JournalLeaf(models.Model):
    """A numbered entry: its position, counted from 1, and its hash in the tree."""

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.UUIDField(db_column="id", unique=True)
    hash = models.BinaryField()

    class Meta:
        db_table = "journal_leaf"


class JournalNode(models.Model):
    """The hash over a complete subtree of 2^level leaves, from level 1 on."""

    pk = models.CompositePrimaryKey("level", "number")
    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "journal_node"


class JournalCheckpoint(models.Model):
    """A signed head, as it left the house."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        db_table = "journal_checkpoint"


class JournalCursor(models.Model):
    """How far a follower has come."""

    name = models.TextField(primary_key=True)
    position = models.BigIntegerField(default=0)

    class Meta:
        db_table = "journal_cursor"


class JournalFailure(models.Model):
    """Why a reaction's job failed last: the kind of error and where, never its text."""

    job_id = models.BigIntegerField(primary_key=True)
    name = models.TextField()
    entry_id = models.UUIDField()
    at = models.DateTimeField()
    error = models.TextField()

    class Meta:
        db_table = "journal_failure"
