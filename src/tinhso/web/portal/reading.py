"""Pages that anybody reads: home, the catalogue, one procedure."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from tinhso.cases import catalogue, figures, search
from tinhso.cases.catalogue import Offered
from tinhso.cases.examples import due_example
from tinhso.cases.pack_part import Channel, ChannelOffer, Paper
from tinhso.cases.rules import ProcedureNotPublished
from tinhso.identity.policy import Permission
from tinhso.kernel.money import Dong
from tinhso.kernel.text import clean_line
from tinhso.packs import queries as packs
from tinhso.places import queries as places
from tinhso.places.rules import AgencyKind
from tinhso.web import components, words
from tinhso.web.components import Figure, LevelStep, Link
from tinhso.web.requests import Request, anyone
from tinhso.web.templatetags import formats

SHOWN_AT_ONCE = search.PAGE
CHANNEL_ORDER: tuple[Channel, ...] = ("online", "counter", "post")


# ── Home ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@anyone
def home(request: Request) -> HttpResponse:
    """One question, one field; look-up by code; life events; how the province serves."""
    offered = catalogue.offered_all(request.today)
    document = places.province(request.today)
    context = {
        "often": catalogue.often(request.today) if words.language() == "vi" else (),  # as people say it
        "notices": [n for n in document.notices if n.shown_from <= request.today <= (n.until or n.on)][:3],
        "language": words.language(),
        "events": _events(request, offered),
        "procedure_count": len(offered),
        "figures": _figures(request),
        "example_code": f"{document.agency}.31.02-{request.today:%y%m%d}-0117",
    }
    return render(request, "web/portal/home.html", context)


def _events(request: Request, offered: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": event.id,
            "title": words.text(event.title),
            "icon": event.icon,
            "shown": [(code, words.text(offered[code].procedure.title)) for code in event.shown if code in offered],
        }
        for event in catalogue.life_events(request.today)
        if event.shown
    ]


def _figures(request: Request) -> list[Figure]:
    """What was done in the last thirty days, from the dossiers themselves; a figure without dossiers says so."""
    served = figures.served(until=request.at)
    today = figures.received_today(request.today)
    made = [
        _rate(_("Decided on time, last 30 days"), served.on_time, served.decided, target=98),
        _rate(_("Filed online, last 30 days"), served.online, served.filed, target=60),
        Figure(
            label=_("Results given, last 30 days"),
            value=formats.number(served.returned),
            words=ngettext("of {n} dossier decided", "of {n} dossiers decided", served.decided).format(
                n=formats.number(served.decided)
            ),
        ),
        Figure(
            label=_("Received today"),
            value=formats.number(today),
            words=_("dossiers, until {time}").format(time=words.clock(request.at)),
        ),
    ]
    return [figure for figure in made if figure is not None]


def _rate(label: str, part: int, whole: int, *, target: float) -> Figure:
    if not whole:
        return Figure(label=label, value="–", words=_("No dossier yet in this period."))
    reach = 100 * part / whole
    gap = abs(reach - target)
    said = (
        _("{gap} points above the target of {target}%")
        if reach >= target
        else _("{gap} points short of the target of {target}%")
    ).format(gap=formats.number(gap, 1), target=formats.number(target))
    return Figure(label=label, value=formats.number(reach, 1), unit="%", words=said, reach=reach, target=target)


# ── Catalogue ─────────────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@anyone
def procedures(request: Request) -> HttpResponse:
    """Search and browse; filters are a GET form, their state is in the address."""
    asked = search.Asked(
        text=_typed(request, "q"),
        field=_typed(request, "field"),
        handled_by=_typed(request, "agency"),
        audience=_typed(request, "audience"),
        life_event=_typed(request, "event"),
        online_level=_whole(request.GET.get("level", ""), 4),
    )
    offset = _whole(request.GET.get("from", ""), search.FOUND_LIMIT)
    found = search.find(asked, offset=offset)
    offered = catalogue.offered_all(request.today)
    context = {
        "asked": asked,
        "lines": [_line(offered[line.code]) for line in found.lines if line.code in offered],
        "found": found,
        "mended": [{"typed": typed, "taken": taken} for typed, taken in found.mended],
        "filters": _filters(request, offered),
        "removals": _removals(request, asked),
        "clear_href": reverse("procedures"),
        "paging": components.Paging(
            shown=offset + len(found.lines),
            next_href=_more(request, offset + SHOWN_AT_ONCE) if found.more else "",
            total=min(found.total, search.FOUND_LIMIT),
            bounded=found.total > search.FOUND_LIMIT,
        ),
        "here": "procedures",
    }
    return render(request, "web/portal/procedures.html", context)


def _typed(request: Request, name: str) -> str:
    """A word of the address, without what the database would choke on."""
    return clean_line(request.GET.get(name, ""))[:200]


def _whole(text: str, most: int) -> int:
    return min(int(text), most) if text.isdecimal() and len(text) < 6 else 0


def _line(offered: Offered) -> dict[str, Any]:
    offer = _main_offer(offered)
    return {
        "code": offered.procedure.code,
        "title": words.text(offered.procedure.title),
        "summary": words.text(offered.procedure.summary),
        "level": offered.level.number,
        "deadline": words.short_deadline(offer.deadline),
        "fee": fee_words(offer),
        "decided_by": words.text(offered.version.decided_by),
    }


def _main_offer(offered: Offered) -> ChannelOffer:
    """The channel that a page speaks of first: online where it is offered."""
    channels = offered.version.channels
    return channels.get("online") or channels.get("counter") or next(iter(channels.values()))


def fee_words(offer: ChannelOffer) -> str:
    """“Free”, “8.000 ₫ a copy”, “Set by the provincial council”."""
    if not any(fee.amount is None or fee.amount or fee.formula for fee in offer.fees):
        return _("Free")
    parts = []
    for fee in offer.fees:
        if fee.amount:
            per = f" / {words.text(fee.per)}" if fee.per else ""
            parts.append(f"{Dong(fee.amount).format()}{per}")
        elif fee.formula:
            parts.append(_("By what is asked for"))
        elif fee.amount is None:
            parts.append(_("Set by the provincial council"))
    return "; ".join(dict.fromkeys(parts))


def _filters(request: Request, offered: Any) -> list[components.Field]:
    fields = catalogue.fields(request.today)
    used = {one.procedure.field for one in offered.values()}
    kinds = sorted({one.procedure.handled_by for one in offered.values()})
    choice = components.Choice
    named = [
        ("field", _("Field"), [choice(key, words.text(f.title)) for key, f in fields.items() if key in used]),
        ("agency", _("Agency"), [choice(kind, _agency_kind(kind, request)) for kind in kinds]),
        ("audience", _("For whom"), [choice(key, _(text)) for key, text in words.AUDIENCE.items()]),
        ("level", _("Online level"), [choice(str(n), _("Level {number}").format(number=n)) for n in range(1, 5)]),
    ]
    return [
        components.Field(
            kind="select",
            name=name,
            label=label,
            value=request.GET.get(name, ""),
            choices=tuple(choices),
            empty_choice=_("All"),
        )
        for name, label, choices in named
    ]


def _agency_kind(kind: str, request: Request) -> str:
    rows = places.agencies_of_kind(AgencyKind(kind), request.today)
    if kind.startswith("commune"):
        return _("Commune or ward")
    return rows[0].name_in(words.language()) if rows else kind


def _removals(request: Request, asked: search.Asked) -> list[Link]:
    events = {event.id: words.text(event.title) for event in catalogue.life_events(request.today)}
    labels = {
        "field": words.text(catalogue.fields(request.today)[asked.field].title)
        if asked.field in catalogue.fields(request.today)
        else "",
        "agency": _agency_kind(asked.handled_by, request) if asked.handled_by in set(AgencyKind) else "",
        "audience": _(words.AUDIENCE[asked.audience]) if asked.audience in words.AUDIENCE else "",
        "event": events.get(asked.life_event, ""),
        "level": _("Level {number}").format(number=asked.online_level) if asked.online_level else "",
    }
    return [Link(_without(request, name), label) for name, label in labels.items() if label]


def _without(request: Request, name: str) -> str:
    left = request.GET.copy()
    left.pop(name, None)
    left.pop("from", None)
    return f"{request.path}?{left.urlencode()}"


def _more(request: Request, offset: int) -> str:
    wanted = request.GET.copy()
    wanted["from"] = str(offset)
    return f"{request.path}?{wanted.urlencode()}"


# ── One procedure ─────────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@anyone
def procedure(request: Request, code: str) -> HttpResponse:
    """The seven mandatory parts, the deadline worked through, the online level with its proof."""
    offered = catalogue.offered(code, request.today)
    if offered is None:
        raise ProcedureNotPublished(procedure=code)
    offer = _main_offer(offered)
    channels = offered.version.channels
    field = catalogue.fields(request.today).get(offered.procedure.field)
    context = {
        "offered": offered,
        "title": words.text(offered.procedure.title),
        "summary": words.text(offered.procedure.summary),
        "field": words.text(field.title) if field else "",
        "decided_by": words.text(offered.version.decided_by),
        "deadline": words.short_deadline(offer.deadline),
        "deadline_note": _deadline_note(offer),
        "fee": fee_words(offer),
        "fee_note": next((words.text(f.note) for f in offer.fees if f.note), ""),
        "results": [words.text(result.title) for result in offered.version.results],
        "papers": [_paper(paper) for paper in offered.version.papers],
        "sequence": [words.text(step) for step in offered.version.sequence],
        "channels": [_channel(name, channels[name]) for name in CHANNEL_ORDER if name in channels],
        "online": "online" in channels,
        "conditions": [words.text(one) for one in offered.version.conditions],
        "audience": [_(words.AUDIENCE[one]) for one in offered.procedure.audience],
        "examples": _examples(request, offered),
        "acts": [_act(act) for act in offered.version.legal_basis],
        "ladder": _ladder(offered),
        "blockers": words.blockers(offered.level),
        "elsewhere": offered.procedure.filed_elsewhere,
        "elsewhere_system": words.text(offered.procedure.filed_elsewhere.system)
        if offered.procedure.filed_elsewhere
        else "",
        "elsewhere_reason": words.text(offered.procedure.filed_elsewhere.reason)
        if offered.procedure.filed_elsewhere
        else "",
        "unverified": offered.version.unverified if _sees_unverified(request) else (),
        "rates": figures.of_procedure(code, until=request.at),
        "here": "procedures",
    }
    return render(request, "web/portal/procedure.html", context)


def _sees_unverified(request: Request) -> bool:
    return (
        request.who is not None and bool(request.who) and request.who.may_anywhere(Permission.CATALOGUE_VIEW_UNVERIFIED)
    )


def _deadline_note(offer: ChannelOffer) -> str:
    if offer.deadline.unit == "same_day" and offer.deadline.cutoff:
        return _("Received after {time}: given on the next working day").format(time=offer.deadline.cutoff)
    cases = [words.case(case) for case in offer.deadline.cases]
    return "; ".join(cases) or (
        _("Not counting: {what}").format(what=", ".join(map(words.text, offer.deadline.excluded)))
        if offer.deadline.excluded
        else ""
    )


def _channel(name: str, offer: ChannelOffer) -> dict[str, str]:
    return {
        "name": words.channel(name),
        "deadline": words.deadline(offer.deadline),
        "fee": fee_words(offer),
        "note": words.text(offer.note),
    }


def _paper(paper: Paper) -> dict[str, Any]:
    chips = {
        "declaration": ("active", _("Filled in online")),
        "submit": ("due", _("To be sent")),
        "show": ("new", _("Only shown")),
        "produced": ("done", _("Made by an agency")),
    }
    state, said = chips[paper.kind]
    if paper.replaced_by:
        state, said = "done", _("Taken from data")
    elif paper.kind == "submit" and not paper.required:
        state, said = "new", _("If you have it")
    elif paper.kind == "submit" and (paper.when or paper.when_words):
        state, said = "new", _("In some cases")
    data = paper.replaced_by
    return {
        "title": words.text(paper.title),
        "state": state,
        "said": said,
        "when": words.text(paper.when_words),
        "help": words.text(paper.help),
        "copies": _copies(paper),
        "data": _("Looked up in {database}").format(database=words.text(data.database)) if data else "",
    }


def _copies(paper: Paper) -> str:
    parts = []
    if paper.originals:
        parts.append(ngettext("{n} original", "{n} originals", paper.originals).format(n=paper.originals))
    if paper.copies:
        parts.append(ngettext("{n} copy", "{n} copies", paper.copies).format(n=paper.copies))
    return ", ".join(parts)


def _act(act: Any) -> str:
    named = f"{words.text(act.title)} ({act.number})" if act.title else act.number
    return f"{named}, {act.article}" if act.article else named


def _examples(request: Request, offered: Offered) -> list[dict[str, str]]:
    """The pack's own examples of dates: they are its tests as well."""
    entry = packs.catalogue(request.today).get("procedure-examples", offered.procedure.code)
    if entry is None:
        return []
    rows = [due_example(one, words.language()) for one in entry.document.examples if one.then.due]
    return [row for row in rows if row is not None][:6]


def _ladder(offered: Offered) -> list[LevelStep]:
    """Each level with its proof."""
    reached = offered.level.number
    pages = len(offered.form.pages)
    online = (
        _("A form of {n} pages, drafts saved by themselves").format(n=pages)
        if offered.form_is_crafted
        else _("A form made from the list of papers, drafts saved by themselves")
    )
    whole = _("Paid and received without coming") if reached == 4 else _("A condition is missing")
    return [
        LevelStep(1, met=True, title=_("All information is public"), proof=_("7 of 7 mandatory parts")),
        LevelStep(
            2,
            met=not offered.procedure.filed_elsewhere,
            title=_("Forms are here"),
            proof=_("What is asked for, page by page"),
        ),
        LevelStep(3, met=reached >= 3, title=_("Filled in and filed online"), proof=online),
        LevelStep(4, met=reached >= 4, title=_("Nobody has to come"), proof=whole),
    ]
