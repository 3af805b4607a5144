"""The sign-in machinery's forms in our words. They translate a page into values; what is stored is in actions.py."""

from __future__ import annotations

from datetime import UTC, datetime

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tinhso.identity.facts import PersonFacts, cleaned
from tinhso.identity.models import Account
from tinhso.kernel.problems import Invalid


class SignUpName(forms.Form):
    """The base that allauth's sign-up form extends: a name above the e-mail address.

    It stands alone in this file: allauth's own forms import it while they are being made.
    """

    full_name = forms.CharField(
        label=_("Full name"),
        help_text=_("As printed on the identity card."),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    field_order = ("full_name", "email", "password1")

    def clean_full_name(self) -> str:
        try:
            return cleaned(PersonFacts(full_name=self.cleaned_data["full_name"]), on=datetime.now(UTC).date()).full_name
        except Invalid as bad:
            raise forms.ValidationError(
                [forms.ValidationError(_(error.message).format(**error.values)) for error in bad.errors]
            ) from None

    def signup(self, request: HttpRequest, user: Account) -> None:
        """Wanted by allauth; the person was made with the account (adapter.save_user)."""
