"""Without a mouse: the way past the header, and a focus that is seen at every stop."""

import pytest
from playwright.sync_api import expect

from .visitors import CITIZEN, ONE_STOP

STOPS = 40

# How the focused thing looks now and without the focus; govuk's radios show it on what stands before their label.
LOOKS = """
() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const parts = [[at, null], [at, '::before'], [at, '::after'], ...[...(at.labels || [])].flatMap(l => [[l, null], [l, '::before']]), [at.closest('.dropzone, li, tr, .hero-box') || at, null]];
  const look = () => parts.map(([e, p]) => { const s = getComputedStyle(e, p); return [s.outlineStyle === 'none' ? '' : s.outlineWidth + s.outlineColor, s.boxShadow, s.backgroundColor].join(); }).join('|');
  const focused = look();
  at.blur();
  const blurred = look();
  at.focus({preventScroll: true});
  const box = at.getBoundingClientRect();
  return {
    name: `${at.tagName.toLowerCase()} “${(at.innerText || at.name || at.id || '').trim().slice(0, 40)}”`,
    shown: focused !== blurred,
    inView: box.bottom > 0 && box.top < innerHeight,
  };
}
"""


@pytest.mark.parametrize(
    ("who", "path"),
    [("", "/"), (CITIZEN, "{draft}/child/"), (ONE_STOP, "/ban-lam-viec/"), (ONE_STOP, "/ban-lam-viec/{filed}/")],
    ids=["home", "form", "inbox", "dossier"],
)
def test_focus_is_seen_at_every_stop(who, path, visit, world):
    visitor = visit(who)
    visitor.go(world.address(path))
    unseen = []
    for _ in range(STOPS):
        visitor.page.keyboard.press("Tab")
        stop = visitor.page.evaluate(LOOKS)
        if stop is None:
            break
        if not (stop["shown"] and stop["inView"]):
            unseen.append(stop)
    assert not unseen


def test_the_first_stop_leads_past_the_header(visit):
    visitor = visit()
    visitor.go("/")
    visitor.page.keyboard.press("Tab")
    skip = visitor.page.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("main")).to_be_focused()
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("document.querySelector('main').contains(document.activeElement)")
