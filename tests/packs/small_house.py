"""A small house of packs: services with a form and fees, so that tests of packs do not follow what other rooms offer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from tinhso.kernel.localised import Text
from tinhso.packs import pack_part
from tinhso.packs.conditions import why_not_condition
from tinhso.packs.parts import Context, Finding, Part


class Fee(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    amount: Annotated[int, msgspec.Meta(ge=0)]
    valid_from: date
    reference: str = ""


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    code: Annotated[str, msgspec.Meta(pattern=r"^[0-9]\.[0-9]{6}$", description="a digit, a dot, six digits")]
    title: Text
    channel: Literal["counter", "online", "post"] = "counter"
    form: str | None = None
    share: Decimal | None = None
    fees: dict[str, Fee] = {}
    steps: tuple[Text, ...] = ()
    when: str = ""


class FormFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    title: Text


class Rows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    rows: list[dict[str, str]]


def _check(service: Service, context: Context) -> Iterable[Finding]:
    if service.form:
        yield from context.missing(("form",), "form", service.form)
    if service.when:
        yield from why_not_condition(("when",), service.when, {"answers": dict})


def _run(service: Service, given: object, then: object, _context: Context) -> Iterable[Finding]:
    fee = service.fees[given["fee"]].amount
    if fee != then["amount"]:
        yield Finding(("then", "amount"), "expected {wanted}, got {got}", values={"wanted": then["amount"], "got": fee})


SERVICE = Part("service", "services/*.yaml", Service, lambda one: one.code, _check, _run, public=True)
FORM = Part("form", "forms/*.yaml", FormFile, lambda one: one.id)
TABLE = Part("table", "tables/*.csv", Rows)
PARTS = (SERVICE, FORM, TABLE, *pack_part.PARTS)


PACK_YAML = """\
id: {id}
version: {version}
in_force_from: {in_force_from}
owner: Civil status office
title: {{vi: Gói, en: Pack}}
"""


def pack_yaml(pack: str, version: str = "2026.1", in_force_from: str = "2026-01-01", more: str = "") -> str:
    return PACK_YAML.format(id=pack, version=version, in_force_from=in_force_from) + more


SERVICE_YAML = """\
code: 1.001193
title: {vi: Đăng ký khai sinh, en: Birth registration}
fees:
  late: {amount: 8000, valid_from: 2026-01-01, reference: "NQ 1/2026"}
"""
