"""The components as tags: `{% load face %}`. Their values are in web/components.py, the gallery shows them all."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import template
from django.template import Context
from django.template.loader import get_template
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from tinhso.web import assets, components
from tinhso.web.icons import ICONS, SHAPES
from tinhso.web.templatetags import formats

register = template.Library()

LANGUAGES = (("vi", "VI", "Tiếng Việt"), ("en", "EN", "English"))
NOTICE_ICONS = {"info": "info", "due": "warning", "late": "warning", "done": "tick"}
# Django's own message levels, as our notices.
MESSAGE_KINDS = {"success": "done", "warning": "due", "error": "late"}


@register.simple_tag
def asset(name: str) -> str:
    """The address of what Vite built: `{% asset "portal.css" %}`; fails clearly when it was not built."""
    return assets.address(name)


@register.simple_tag
def asset_if_built(name: str) -> str:
    """For the pages that must appear whatever is broken: no style rather than no page."""
    try:
        return assets.address(name)
    except (assets.NotBuiltError, ValueError):
        return ""


@register.simple_tag
def preloaded_fonts() -> SafeString:
    link = '<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>'
    return mark_safe("\n".join(format_html(link, font) for font in assets.preloaded_fonts()))  # noqa: S308 each part is escaped by format_html


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "clock" %}`: stands beside words, hidden from screen readers."""
    drawing = mark_safe(ICONS[name])  # noqa: S308 from icons.svg, which is ours
    return format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>', drawing)


@register.simple_tag
def shape(state: str) -> SafeString:
    drawing = mark_safe(SHAPES[state])  # noqa: S308 from icons.svg, which is ours
    return format_html('<svg viewBox="0 0 12 12" aria-hidden="true" focusable="false">{}</svg>', drawing)


@register.simple_tag
def chip(state: str, words: str, *, large: bool = False) -> SafeString:
    """One state in at most four words: `{% chip "due" words %}`; `outline` for facts without urgency."""
    classes = f"chip chip--{state}" + (" chip--large" if large else "")
    return format_html('<span class="{}">{}{}</span>', classes, shape(state) if state in SHAPES else "", words)


@register.simple_tag
def deadline_chip(
    left: int,
    due_at: datetime | None = None,
    now: datetime | None = None,
    *,
    stopped: bool = False,
    full: bool = False,
    large: bool = False,
) -> SafeString:
    """Days left in words. `left` counts working days (negative when over); `full` is the long form of titles."""
    if stopped:
        return chip("stopped", gettext("Clock stopped"), large=large)
    if left == 0 and due_at and now and now > due_at:
        return chip("late", gettext("Late since %(time)s") % {"time": formats.clock(due_at)}, large=large)
    state = "late" if left < 0 else "due" if left <= 1 else "active"
    words = formats.working_days_left(left, due_at) if full else formats.days_left(left, due_at)
    return chip(state, words, large=large)


@register.inclusion_tag("web/components/level_badge.html")
def level_badge(level: int) -> dict[str, Any]:
    words = {4: gettext("Entirely online"), 3: gettext("Partly online")}.get(level, gettext("Information only"))
    bars = [(x, 22 - h, h, n <= level) for n, (x, h) in enumerate(((0, 6), (8, 11), (16, 16), (24, 21)), start=1)]
    return {"level": level, "words": words, "bars": bars}


@register.inclusion_tag("web/components/level_ladder.html")
def level_ladder(steps: Sequence[components.LevelStep]) -> dict[str, Any]:
    return {"steps": steps}


@register.inclusion_tag("web/components/ruler.html")
def ruler(value: components.Ruler) -> dict[str, Any]:
    return {"ruler": value}


@register.inclusion_tag("web/components/timeline.html")
def timeline(happenings: Sequence[components.Happening], *, brief: bool = False) -> dict[str, Any]:
    """Newest on top. `brief` writes the hour over the day, for the officers' narrow column."""
    return {"happenings": happenings, "brief": brief}


@register.inclusion_tag("web/components/notice.html")
def notice(kind: str, title: str, text: str = "", icon_name: str = "") -> dict[str, Any]:
    """One thing to know: info, due, late, done. `text` may be empty."""
    return {"kind": kind, "title": title, "text": text, "icon_name": icon_name or NOTICE_ICONS[kind]}


@register.inclusion_tag("web/components/messages.html")
def messages_as_notices(messages: Iterable[Any]) -> dict[str, Any]:
    return {"notices": [(kind := MESSAGE_KINDS.get(m.level_tag, "info"), NOTICE_ICONS[kind], m) for m in messages]}


@register.inclusion_tag("web/components/error_summary.html")
def error_summary(errors: Sequence[components.FormError]) -> dict[str, Any]:
    """Nothing when there are no errors. Make them with `components.errors_of(fields)`."""
    title = ngettext("%(n)s thing to mend before going on", "%(n)s things to mend before going on", len(errors))
    return {"errors": errors, "title": title % {"n": len(errors)}}


@register.simple_tag(takes_context=True)
def field(context: Context, value: components.Field) -> SafeString:
    """One question with its label, hint and error; the template is chosen by its kind."""
    kinds = {"textarea", "date", "radios", "checkboxes", "checkbox", "select", "file"}
    name = value.kind if value.kind in kinds else "input"
    page = {"field": value, "csrf_token": context.get("csrf_token")}
    return mark_safe(get_template(f"web/components/fields/{name}.html").render(page))  # noqa: S308 our own template, autoescaped


@register.inclusion_tag("web/components/upload_receipt.html")
def upload_receipt(value: components.Upload) -> dict[str, Any]:
    return {"upload": value}


@register.inclusion_tag("web/components/summary_list.html")
def summary_list(rows: Sequence[components.SummaryRow]) -> dict[str, Any]:
    return {"rows": rows}


@register.inclusion_tag("web/components/pairs.html")
def pairs(rows: Sequence[components.SummaryRow]) -> dict[str, Any]:
    """Keys and values in the officers' dense form."""
    return {"rows": rows}


@register.inclusion_tag("web/components/figure.html")
def figure(value: components.Figure) -> dict[str, Any]:
    return {"figure": value}


@register.inclusion_tag("web/components/paging.html")
def paging(value: components.Paging) -> dict[str, Any]:
    return {"paging": value}


@register.simple_tag
def boosts(element_id: str) -> SafeString:
    """Attributes for a GET form, or for what holds links: using them changes only that element, and the address.

    The same address answers the whole page, so that reload, history and no script at all need nothing more.
    Not for rows: a link to another page has nothing to put into the list.
    """
    attributes = (
        'hx-boost:inherited="true" hx-target:inherited="#{0}" hx-select:inherited="#{0}"'
        ' hx-swap:inherited="outerHTML" hx-push-url:inherited="true"'
    )
    return format_html(attributes, element_id)


@register.inclusion_tag("web/components/pills.html")
def active_filters(removals: Sequence[components.Link], clear_href: str = "") -> dict[str, Any]:
    """Pills: each link leads to the same list without that condition."""
    return {"removals": removals, "clear_href": clear_href}


@register.inclusion_tag("web/components/tabs.html")
def tabs(links: Sequence[components.Link], label: str) -> dict[str, Any]:
    return {"links": links, "label": label}


@register.inclusion_tag("web/components/breadcrumbs.html")
def breadcrumbs(*trail: components.Link | str) -> dict[str, Any]:
    """Links, then the words of this page."""
    return {"trail": trail[:-1], "here": trail[-1]}


@register.simple_tag
def link(href: str, words: str) -> components.Link:
    """A link as a value, for the tags that take one: `{% link href words as first %}`."""
    return components.Link(href, words)


@register.inclusion_tag("web/components/parts.html")
def form_parts(parts: Sequence[components.Part]) -> dict[str, Any]:
    return {"parts": parts}


@register.inclusion_tag("web/components/empty.html")
def empty_state(title: str, text: str = "", link: components.Link | None = None) -> dict[str, Any]:
    return {"title": title, "text": text, "link": link}


@register.inclusion_tag("web/components/language_switch.html", takes_context=True)
def language_switch(context: Context) -> dict[str, Any]:
    return {"languages": _same_page(context), "current": context.get("LANGUAGE_CODE", "vi")}


@register.inclusion_tag("web/components/alternates.html", takes_context=True)
def alternates(context: Context) -> dict[str, Any]:
    request = context.get("request")
    pages = [(code, request.build_absolute_uri(href)) for code, _, _, href in _same_page(context)] if request else []
    return {"pages": pages}


def _same_page(context: Context) -> list[tuple[str, str, str, str]]:
    """This very page in each language, its query kept."""
    request = context.get("request")
    here = request.get_full_path() if request else "/"
    return [(code, short, name, translate_url(here, code)) for code, short, name in LANGUAGES]


@register.inclusion_tag("web/components/receipt_ticket.html")
def receipt_ticket(ticket: components.Ticket) -> dict[str, Any]:
    return {"ticket": ticket}


@register.inclusion_tag("web/components/saved.html")
def saved_at(at: datetime | None) -> dict[str, Any]:
    """Beside a form: when the draft was last kept. The script rewrites it, and turns it amber without a connection."""
    return {"at": at}
