"""Every address says who may use it."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, path

POLICIES = frozenset({"anyone", "signed-in", "officer"})
# Views of others, each guarded by its own machinery.
OTHERS = {
    "allauth.": "signing in: allauth asks for a session where its page needs one, limits tries, and re-authenticates",
    "django.contrib.admin.": "shows reference data to staff and changes nothing (tests of identity and places)",
    "django.views.i18n": "Django's own",
}


def addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, object]]:
    for each in patterns:
        where = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, where)
        else:
            yield where, each.callback


def unguarded(found: Iterator[tuple[str, object]]) -> list[str]:
    """Addresses whose view neither has a policy nor is one of the named others."""
    return [
        where
        for where, view in found
        if getattr(view, "policy", None) not in POLICIES and not view.__module__.startswith(tuple(OTHERS))
    ]


def test_every_address_has_a_policy():
    found = list(addresses(get_resolver().url_patterns))
    assert len(found) > 30
    assert unguarded(iter(found)) == []


def test_the_desk_is_for_officers():
    desk = [(where, view) for where, view in addresses(get_resolver().url_patterns) if "ban-lam-viec/" in where]
    assert [where for where, view in desk if getattr(view, "policy", None) != "officer"] == []


def test_an_address_without_a_policy_is_noticed():
    def view(request): ...

    assert unguarded(addresses([path("x/", view)])) == ["x/"]
    view.policy = "everybody"
    assert unguarded(addresses([path("x/", view)])) == ["x/"]
    view.policy = "anyone"
    assert unguarded(addresses([path("x/", view)])) == []
