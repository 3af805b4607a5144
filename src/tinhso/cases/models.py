"""Dossiers: from the draft to the returned result.

Owns the tables draft, draft_paper, dossier, dossier_paper, supplement, code_counter, catalogue_entry and
catalogue_word. Everything that changes them is in `actions/`.

Invariant: a dossier keeps the pack version it was filed under; no code here asks for "the latest pack".
Invariant: nothing in this room waits for another system inside a transaction.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Reverse

from tinhso.cases.rules import OPEN, Outcome, State
from tinhso.journal.keys import uuid7_key

OPEN_STATES = sorted(state.value for state in OPEN)
CLOSED_STATES = sorted(state.value for state in State if state not in OPEN)
CHANNELS = [("counter", "counter"), ("online", "online"), ("post", "post")]
DUE_OR_NEVER = "COALESCE(due_at, 'infinity'::timestamptz)"
NAME_WORDS = "to_tsvector('simple', applicant_key || ' ' || subject_key)"


class Draft(models.Model):
    """A dossier being filled in, found again on another device; no record of office, so not in the journal."""

    id = uuid7_key()
    account = models.ForeignKey("identity.Account", on_delete=models.CASCADE, related_name="+")
    procedure_code = models.CharField(max_length=20)
    pack_version = models.ForeignKey("packs.PackVersion", on_delete=models.PROTECT, related_name="+")
    agency_code = models.CharField(max_length=35, blank=True, default="")
    channel = models.CharField(max_length=10, choices=CHANNELS, default="online")
    answers = models.JSONField(default=dict)
    typed = models.JSONField(default=dict)  # what was saved half-typed, by page: shown again, never filed
    language = models.CharField(max_length=2, default="vi")
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    class Meta:
        db_table = "cases_draft"
        indexes = [models.Index(fields=["account", "-saved_at"], name="draft_account_saved_at")]


class DraftPaper(models.Model):
    """A file uploaded to a draft, for one paper of the procedure."""

    id = uuid7_key()
    draft = models.ForeignKey("cases.Draft", on_delete=models.CASCADE, related_name="papers")
    paper_id = models.CharField(max_length=80)
    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        db_table = "cases_draft_paper"
        constraints = [
            models.UniqueConstraint(fields=["draft", "paper_id", "document"], name="draft_paper_holds_a_file_once")
        ]


class Dossier(models.Model):
    """A dossier (hồ sơ). The row may lose its personal values by law; the journal never had them."""

    id = uuid7_key()
    code = models.CharField(max_length=60, unique=True)
    filed_by = models.ForeignKey("identity.Account", on_delete=models.PROTECT, related_name="+")
    form_key = (
        models.UUIDField()
    )  # the draft's id, or the counter form's hidden key: a second POST finds the first dossier
    owner = models.ForeignKey("identity.Account", on_delete=models.PROTECT, null=True, related_name="+")

    procedure_code = models.CharField(max_length=20)
    variant_code = models.CharField(max_length=30)
    pack_version = models.ForeignKey("packs.PackVersion", on_delete=models.PROTECT, related_name="+")
    received_on = models.DateField()  # chooses the procedure's version, for ever
    field = models.CharField(max_length=80)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    agency_code = models.CharField(max_length=35)
    unit_code = models.CharField(max_length=5, blank=True, default="")
    deadline_case = models.CharField(max_length=80, blank=True, default="")

    state = models.CharField(max_length=24, choices=[(s.value, s.value) for s in State])
    asked_from_state = models.CharField(max_length=24, blank=True, default="")
    step = models.CharField(max_length=80)
    holder = models.ForeignKey("identity.Account", on_delete=models.PROTECT, null=True, related_name="+")
    moved_by = models.ForeignKey("identity.Account", on_delete=models.PROTECT, null=True, related_name="+")
    moved_at = models.DateTimeField()
    moves = models.PositiveIntegerField(default=0)  # the page an officer looked at names it: two at once are told apart

    filed_at = models.DateTimeField()
    counted_from_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    first_due_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True, default="", choices=[(o.value, o.value) for o in Outcome])
    supplements_asked = models.PositiveSmallIntegerField(default=0)

    handed_words = models.TextField(max_length=4000, blank=True, default="")
    end_reasons = ArrayField(models.CharField(max_length=80), default=list)
    end_words = models.TextField(max_length=4000, blank=True, default="")
    result_text = models.TextField(max_length=8000, blank=True, default="")
    result_document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, null=True, related_name="+")
    returned_to = models.CharField(max_length=200, blank=True, default="")

    answers = models.JSONField(default=dict)
    salt = models.BinaryField(max_length=16)
    applicant_name = models.CharField(max_length=200)
    applicant_key = models.CharField(max_length=220)
    applicant_personal_id = models.CharField(max_length=14, blank=True, default="")
    applicant_phone = models.CharField(max_length=16, blank=True, default="")
    applicant_email = models.CharField(max_length=254, blank=True, default="")
    subject_key = models.CharField(max_length=220, blank=True, default="")
    language = models.CharField(max_length=2, default="vi")
    return_channel = models.CharField(max_length=10, default="online")
    fee_dong = models.BigIntegerField(null=True)

    class Meta:
        db_table = "cases_dossier"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["filed_by", "form_key"], name="dossier_is_filed_once_per_form"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in State]), name="dossier_state_is_a_known_word"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, outcome="") | (Q(decided_at__isnull=False) & ~Q(outcome="")),
                name="dossier_decided_at_and_outcome_together",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, state__in=OPEN_STATES)
                | (Q(closed_at__isnull=False) & ~Q(state__in=OPEN_STATES)),
                name="dossier_closed_at_when_it_is_closed",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | Q(decided_at__lte=F("returned_at")),
                name="dossier_is_decided_before_it_is_returned",
            ),
            models.CheckConstraint(condition=~Q(applicant_name=""), name="dossier_has_an_applicant"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # The desk's inbox of one agency, by deadline.
            models.Index(
                F("agency_code"), F("due_at").asc(nulls_last=True), F("id"),
                name="dossier_open_by_due_at", condition=Q(state__in=OPEN_STATES),
            ),
            # The same over many agencies at once, or the whole province.
            models.Index(
                RawSQL(DUE_OR_NEVER, ()),  # noqa: S611  # a constant of this module
                F("id"), name="dossier_open_anywhere", condition=Q(state__in=OPEN_STATES)
            ),
            # What one officer holds.
            models.Index(
                F("holder"), F("due_at").asc(nulls_last=True), F("id"),
                name="dossier_held_by_due_at", condition=Q(state__in=OPEN_STATES),
            ),
            # Closed ones are many: apart from the open ones, they are paged and counted in the index alone.
            models.Index(
                fields=["agency_code", "-filed_at", "-id"],
                name="dossier_closed_filed_at",
                condition=Q(state__in=CLOSED_STATES),
            ),
            models.Index(fields=["-filed_at", "-id"], name="dossier_filed_at"),
            models.Index(fields=["owner", "-filed_at", "-id"], name="dossier_owner_filed_at"),
            models.Index(fields=["code"], name="dossier_code_prefix", opclasses=["text_pattern_ops"]),
            models.Index(OpClass(Reverse("applicant_phone"), name="text_pattern_ops"), name="dossier_phone_suffix"),
            models.Index(fields=["applicant_personal_id"], name="dossier_applicant_personal_id"),
            GinIndex(RawSQL(NAME_WORDS, ()), name="dossier_name_words"),  # noqa: S611  # a constant of this module
        ]  # fmt: skip


class DossierPaper(models.Model):
    """A file of a dossier, for one paper of its procedure. What was filed stays, verdicts are the officers'."""

    id = uuid7_key()
    dossier = models.ForeignKey("cases.Dossier", on_delete=models.PROTECT, related_name="papers")
    paper_id = models.CharField(max_length=80)
    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField(default=0)  # 0 as filed, n with the n-th supplement
    verdict = models.CharField(max_length=10, blank=True, default="")
    verdict_reason = models.CharField(max_length=300, blank=True, default="")
    added_at = models.DateTimeField()

    class Meta:
        db_table = "cases_dossier_paper"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "paper_id", "document"], name="dossier_paper_holds_a_file_once"),
            models.CheckConstraint(condition=Q(verdict__in=["", "good", "bad"]), name="dossier_paper_verdict_is_known"),
        ]
        indexes = [models.Index(fields=["dossier", "paper_id"], name="dossier_paper_of_dossier")]


class Supplement(models.Model):
    """More papers asked for: once, complete, with typed reasons. The clock stands until it is answered."""

    id = uuid7_key()
    dossier = models.ForeignKey("cases.Dossier", on_delete=models.PROTECT, related_name="supplements")
    number = models.PositiveSmallIntegerField()
    asked_by = models.ForeignKey("identity.Account", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer_by = models.DateField(null=True)
    reasons = ArrayField(models.CharField(max_length=80))
    papers = ArrayField(models.CharField(max_length=80), default=list)
    words = models.TextField(max_length=4000)
    answered_at = models.DateTimeField(null=True)
    answer_words = models.TextField(max_length=4000, blank=True, default="")

    class Meta:
        db_table = "cases_supplement"
        constraints = [models.UniqueConstraint(fields=["dossier", "number"], name="supplement_number_is_counted_once")]


class CodeCounter(models.Model):
    """The last number of dossier codes that an agency gave on a day (QĐ 20/2020/QĐ-TTg: restarts each day)."""

    agency_code = models.CharField(max_length=35)
    day = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        db_table = "cases_code_counter"
        constraints = [models.UniqueConstraint(fields=["agency_code", "day"], name="code_counter_per_agency_and_day")]


class CatalogueEntry(models.Model):
    """A published procedure as it is searched: derived from packs, made anew when they are published."""

    code = models.CharField(max_length=20, primary_key=True)
    variant_code = models.CharField(max_length=30)
    title_vi = models.TextField()
    title_en = models.TextField()
    sort_key = models.TextField()
    field = models.CharField(max_length=80)
    handled_by = models.CharField(max_length=80)
    agency_code = models.CharField(max_length=35, blank=True, default="")
    level = models.CharField(max_length=12)
    audience = ArrayField(models.CharField(max_length=30))
    life_events = ArrayField(models.CharField(max_length=80), default=list)
    online_level = models.PositiveSmallIntegerField()
    key = models.TextField()  # folded title, keywords, synonyms, code: what the search looks through
    title_key = models.TextField()
    called = models.TextField(default="")  # folded sayings of which this procedure is the first meaning
    sayings = models.JSONField(default=dict)  # folded saying → its place among the meanings of that saying
    published_from = models.DateField()
    published_until = models.DateField(null=True)
    pack_version = models.ForeignKey("packs.PackVersion", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "cases_catalogue_entry"
        indexes = [
            models.Index(fields=["sort_key", "code"], name="catalogue_entry_sort_key"),
            GinIndex(RawSQL("to_tsvector('simple', key)", ()), name="catalogue_entry_words"),
        ]


class CatalogueWord(models.Model):
    """A word of the catalogue and how often it stands there: mistyped words are mended against it."""

    word = models.CharField(max_length=60, primary_key=True)
    count = models.PositiveIntegerField()

    class Meta:
        db_table = "cases_catalogue_word"
        indexes = [models.Index(fields=["word"], name="catalogue_word_prefix", opclasses=["text_pattern_ops"])]
        constraints = [models.CheckConstraint(condition=~Q(word=""), name="catalogue_word_is_not_empty")]
