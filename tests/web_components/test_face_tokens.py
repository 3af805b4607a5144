"""The colours keep their contrast: WCAG's formula on the pairs the face uses, light and dark."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "frontend" / "styles" / "tokens.css"
STATES = ("new", "active", "due", "late", "stopped", "done")


def themes():
    light_text, _, rest = TOKENS.read_text(encoding="utf-8").partition('[data-theme="dark"]')
    light = dict(re.findall(r"--([\w-]+):\s*([^;]+);", light_text))
    dark = {**light, **dict(re.findall(r"--([\w-]+):\s*([^;]+);", rest.split("}", 1)[0]))}
    return {"light": light, "dark": dark}


def colour(theme, name):
    value = themes()[theme][name]
    while value.startswith("var("):
        value = themes()[theme][value[6:-1]]
    return value


def luminance(value):
    parts = [int(value[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(theme, ink, ground):
    light, dark = sorted((luminance(colour(theme, ink)), luminance(colour(theme, ground))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_the_word_of_a_state_is_read_on_its_wash(theme, state):
    assert contrast(theme, state, f"{state}-wash") >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_the_mark_of_a_state_is_seen_on_a_panel(theme, state):
    assert contrast(theme, f"{state}-solid", "surface") >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ink", ["text", "text-2", "text-3", "link"])
@pytest.mark.parametrize("ground", ["ground", "surface", "sunken"])
def test_text_and_links_are_read_on_every_ground(theme, ink, ground):
    assert contrast(theme, ink, ground) >= 4.5


@pytest.mark.parametrize("ground", ["ground", "surface"])
def test_the_border_of_a_field_is_seen(ground):
    assert contrast("light", "line-strong", ground) >= 3


def test_buttons_and_the_shell_are_read():
    assert contrast("light", "white", "action") >= 4.5
    assert contrast("light", "white", "lacquer-700") >= 4.5
    assert contrast("light", "lacquer-900", "gold") >= 4.5
