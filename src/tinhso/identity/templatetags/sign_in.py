"""Questions of the sign-in pages: `{% load sign_in %}`. The machinery's forms give values and errors, we give words."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.core.exceptions import ValidationError
from django.forms import BaseForm, BoundField
from django.template import Context
from django.utils.translation import gettext, ngettext

register = template.Library()

PURPOSES = {"password": "password", "email": "email", "tel": "tel"}


@register.inclusion_tag("account/question.html")
def question(
    bound: BoundField, label: str, hint: str = "", autocomplete: str = "off", mode: str = ""
) -> dict[str, Any]:
    """One line to fill in. A password is never written back.

    autocomplete   what browsers and password managers fill in here
    mode           "numeric" for a code
    """
    kind = PURPOSES.get(str(getattr(bound.field.widget, "input_type", "")), "text")
    errors = [_words(error, label) for error in bound.errors.as_data()]
    described_by = [f"{bound.auto_id}-hint"] * bool(hint) + [f"{bound.auto_id}-error"] * bool(errors)
    return {
        "id": bound.auto_id,
        "name": bound.html_name,
        "kind": kind,
        "value": "" if kind == "password" else (bound.value() or ""),
        "label": label,
        "hint": hint,
        "errors": errors,
        "autocomplete": autocomplete,
        "mode": mode,
        "described_by": " ".join(described_by),
        "required": bound.field.required,
    }


@register.inclusion_tag("account/mistakes.html")
def mistakes(form: BaseForm, **labels: str) -> dict[str, Any]:
    """What is wrong, above the form; each line leads to its question. `labels` are the words of the questions."""
    found = [
        (form[name].auto_id if name in form.fields else "", _words(error, labels.get(name, "")))
        for name, errors in form.errors.as_data().items()
        for error in errors
    ]
    title = ngettext("%(n)s thing to mend before going on", "%(n)s things to mend before going on", len(found))
    return {"errors": found, "title": title % {"n": len(found)}}


@register.simple_tag(takes_context=True)
def passkeys_work_here(context: Context) -> bool:
    """Passkeys belong to a name: browsers refuse them where the address is four numbers, such as 127.0.0.1."""
    host = urlsplit(f"//{context['request'].get_host()}").hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return False


def _words(error: ValidationError, label: str) -> str:
    """Errors that Django and allauth say too shortly are said with what to do."""
    if error.code == "required":
        return gettext("Fill in: {label}.").format(label=label) if label else gettext("Fill in this line.")
    if error.code == "invalid" and "email" in str(error.message).lower():
        return gettext("Enter an e-mail address such as ten@example.vn.")
    return " ".join(str(message) for message in error.messages)
