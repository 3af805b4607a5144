"""Every page in every state: axe finds nothing, a narrow phone never scrolls sideways, and English is complete."""

import pytest

from .axe import complaints
from .pictures import pictures
from .visitors import Visitor
from .world import PAGES, STATUS, WRONG

NARROW = 360


def check(visitor: Visitor, name: str) -> None:
    page = visitor.page
    found = [f"1440 px: {line}" for line in complaints(page)]
    page.set_viewport_size({"width": NARROW, "height": 780})
    found += [f"{NARROW} px: {line}" for line in complaints(page)]
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > NARROW:
        found.append(f"{NARROW} px: scrolls sideways, {width} px wide: {page.evaluate(WIDEST, NARROW)}")
    page.set_viewport_size({"width": 1440, "height": 900})
    pictures(page, name)
    assert not found, "\n".join([page.url, *found])


WIDEST = """
limit => [...document.querySelectorAll('main *, header *, footer *')]
  .filter(e => e.getBoundingClientRect().right > limit + 1 && ![...e.children].some(c => c.getBoundingClientRect().right > limit + 1))
  .slice(0, 3).map(e => `${e.tagName}.${e.className} “${e.textContent.trim().slice(0, 40)}”`).join('; ')
"""


@pytest.mark.parametrize("name", PAGES)
def test_this_page_is_accessible_and_fits_a_narrow_phone(name, visit, world):
    who, path = PAGES[name]
    visitor = visit(who, axe=True)
    visitor.go(world.address(path), status=STATUS.get(name, 200))
    check(visitor, name)


@pytest.mark.parametrize("name", WRONG)
def test_this_page_with_errors_is_accessible_and_fits_a_narrow_phone(name, visit, world):
    who, path, typed = WRONG[name]
    visitor = visit(who, axe=True)
    visitor.go(world.address(path))
    for field, value in typed.items():
        visitor.page.fill(f"main [name='{field}']", value)
    visitor.main.locator("form[method=post] button.govuk-button").first.click()
    visitor.page.locator(".govuk-error-summary").wait_for()
    check(visitor, name)
