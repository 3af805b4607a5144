"""People, organisations, accounts and posts.

Owns the tables account, person, organisation, representation and post. Everything that changes them is in actions.py;
the one exception is the password and the time of the last sign-in, which the sign-in machinery (allauth) writes.

Invariant: a login is an e-mail address in lower case, so that one address is one account whatever the keyboard did.
Invariant: nobody holds the same role in the same agency twice on one day.
Absent: permissions. What a role may do is in policy.py, not in a table.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower

from tinhso.identity.policy import Role
from tinhso.journal.keys import uuid7_key


class Sex(models.TextChoices):
    """As printed in papers of civil status. Empty: not known."""

    MALE = "male"
    FEMALE = "female"


class Precision(models.TextChoices):
    """How much of a date of birth is known: old papers give a year, or a month and a year."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Person(models.Model):
    """A human being, with or without an account. The row may be erased by law; the journal holds only its id."""

    id = uuid7_key()
    personal_id = models.CharField(max_length=12, blank=True, default="")
    full_name = models.CharField(max_length=150)
    born_on = models.DateField(null=True, blank=True)
    born_precision = models.CharField(max_length=5, choices=Precision, default=Precision.DAY)
    sex = models.CharField(max_length=6, choices=Sex, blank=True, default="")
    nationality = models.CharField(max_length=2, default="VN")  # ISO 3166-1
    ethnic_group = models.CharField(max_length=40, blank=True, default="")
    residence_unit_code = models.CharField(max_length=5, blank=True, default="")
    residence_line = models.CharField(max_length=250, blank=True, default="")
    phone = models.CharField(max_length=16, blank=True, default="")
    alive = models.BooleanField(default=True)
    search_key = models.CharField(max_length=200, editable=False)
    sort_key = models.CharField(max_length=400, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["personal_id"], condition=~Q(personal_id=""), name="person_personal_id_is_one_person"
            ),
            models.CheckConstraint(
                condition=Q(personal_id="") | Q(personal_id__regex=r"^[0-9]{12}$"),
                name="person_personal_id_is_twelve_digits",
            ),
            models.CheckConstraint(condition=~Q(full_name=""), name="person_has_a_name"),
            models.CheckConstraint(
                condition=Q(born_on__isnull=False) | Q(born_precision=Precision.DAY),
                name="person_birth_precision_belongs_to_a_date",
            ),
        ]
        indexes = [models.Index(fields=["sort_key", "id"], name="person_sort_key")]


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by login. It creates none: that is actions.register_account."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """What signs in. A citizen's account belongs to a person; an officer's too, and holds posts besides."""

    id = uuid7_key()
    email = models.EmailField(max_length=254, unique=True)
    phone = models.CharField(max_length=16, blank=True, default="")
    language = models.CharField(max_length=2, choices=[("vi", "Tiếng Việt"), ("en", "English")], default="vi")
    assurance = models.PositiveSmallIntegerField(default=0)  # rules.Assurance
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)  # may look at the admin site; it is no permission of the house
    registered_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="account_email_is_in_lower_case"),
            models.CheckConstraint(condition=Q(assurance__lte=3), name="account_assurance_is_0_to_3"),
            models.CheckConstraint(condition=Q(language__in=["vi", "en"]), name="account_language_is_vi_or_en"),
        ]
        indexes = [models.Index(fields=["person"], name="account_person", condition=Q(person__isnull=False))]

    def __str__(self) -> str:
        # Logs and error mails print their objects: an id, never an address.
        return str(self.pk)

    def has_perm(self, perm: str, obj: Any = None) -> bool:  # noqa: ARG002 - the signature is Django's
        """Only for the admin site, which shows and does not act: its `view_` and nothing else."""
        return self.is_active and self.is_staff and perm.rpartition(".")[2].startswith("view_")

    def has_module_perms(self, app_label: str) -> bool:  # noqa: ARG002 - the signature is Django's
        return self.is_active and self.is_staff


class Organisation(models.Model):
    """A company, a cooperative, a household business or a public body that files dossiers."""

    id = uuid7_key()
    tax_code = models.CharField(max_length=14, unique=True)
    name = models.CharField(max_length=300)
    representative = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    search_key = models.CharField(max_length=400, editable=False)
    sort_key = models.CharField(max_length=800, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="organisation_has_a_name")]


def _days() -> Func:
    """[valid_from, valid_until) as a range of days; without an end it is open."""
    return Func(F("valid_from"), F("valid_until"), function="daterange", output_field=DateRangeField())


class Representation(models.Model):
    """An account acts for an organisation, from a day until a day (half-open)."""

    id = uuid7_key()
    account = models.ForeignKey("identity.Account", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("identity.Organisation", on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="representation_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="representation_of_one_organisation_does_not_overlap",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    (_days(), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class Post(models.Model):
    """A role held in an agency, from a day until a day (half-open). Without fields it covers every field."""

    id = uuid7_key()
    account = models.ForeignKey("identity.Account", on_delete=models.PROTECT, related_name="+")
    agency_code = models.CharField(max_length=35)
    role = models.CharField(max_length=20)
    title_vi = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True, default="")
    fields = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    appointed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role if role is not Role.CITIZEN]),
                name="post_role_is_an_office",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="post_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="post_in_one_agency_does_not_overlap",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("agency_code", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (_days(), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["agency_code", "role", "valid_from"], name="post_agency_role")]
