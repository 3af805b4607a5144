"""Units and agencies as words and dates: names taken apart, English names, periods, successors of districts.

Invariant: nothing here reads a table, a file or a clock; the data come from packs, through arguments.
Deliberately absent: geometry (points.py).
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tinhso.kernel.problems import N_, Conflict, NotFound


class Level(StrEnum):
    """Levels of local government; the district level ended on 30/6/2025 (Law 72/2025/QH15)."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


class SuccessionKind(StrEnum):
    """What became of an old unit: all of it went to one new unit, or it was divided among several."""

    WHOLE = "whole"
    DIVIDED = "divided"


class AgencyKind(StrEnum):
    """What an agency is. Procedures name who handles them by this word (`handled_by`), never by a code."""

    PROVINCE_COMMITTEE = "province_committee"
    PROVINCE_OFFICE = "province_office"
    PROVINCE_SERVICE_CENTRE = "province_service_centre"
    DEPARTMENT_OF_HOME_AFFAIRS = "department_of_home_affairs"
    DEPARTMENT_OF_JUSTICE = "department_of_justice"
    DEPARTMENT_OF_FINANCE = "department_of_finance"
    DEPARTMENT_OF_INDUSTRY_AND_TRADE = "department_of_industry_and_trade"
    DEPARTMENT_OF_AGRICULTURE_AND_ENVIRONMENT = "department_of_agriculture_and_environment"
    DEPARTMENT_OF_CONSTRUCTION = "department_of_construction"
    DEPARTMENT_OF_CULTURE_SPORTS_AND_TOURISM = "department_of_culture_sports_and_tourism"
    DEPARTMENT_OF_SCIENCE_AND_TECHNOLOGY = "department_of_science_and_technology"
    DEPARTMENT_OF_EDUCATION_AND_TRAINING = "department_of_education_and_training"
    DEPARTMENT_OF_HEALTH = "department_of_health"
    DEPARTMENT_OF_ETHNIC_AND_RELIGIOUS_AFFAIRS = "department_of_ethnic_and_religious_affairs"
    INSPECTORATE = "inspectorate"
    ECONOMIC_ZONE_BOARD = "economic_zone_board"
    LAND_REGISTRATION_OFFICE = "land_registration_office"
    LAND_REGISTRATION_BRANCH = "land_registration_branch"
    PROVINCE_POLICE = "province_police"
    PROVINCE_MILITARY_COMMAND = "province_military_command"
    PROVINCE_TAX = "province_tax"
    SOCIAL_INSURANCE = "social_insurance"
    COMMUNE_COMMITTEE = "commune_committee"
    COMMUNE_SERVICE_CENTRE = "commune_service_centre"
    COMMUNE_OFFICE = "commune_office"
    COMMUNE_ECONOMY_DIVISION = "commune_economy_division"
    COMMUNE_CULTURE_AND_SOCIETY_DIVISION = "commune_culture_and_society_division"
    COMMUNE_POLICE = "commune_police"
    COMMUNE_MILITARY_COMMAND = "commune_military_command"


SERVICE_CENTRES = frozenset({AgencyKind.PROVINCE_SERVICE_CENTRE, AgencyKind.COMMUNE_SERVICE_CENTRE})


class UnitUnknown(NotFound):
    """No unit of that code on that day: the code is wrong, or the unit came later or had ended."""

    code = "unit-unknown"
    title = N_("There is no such administrative unit on that day.")
    fields = ("unit", "on")


class AgencyUnknown(NotFound):
    code = "agency-unknown"
    title = N_("There is no such agency on that day.")
    fields = ("agency", "on")


class ProvinceNotLoaded(NotFound):
    """No pack of this province is published: there is nothing to say about its portal, hours and notices."""

    code = "province-not-loaded"
    title = N_("No pack of this province is published.")
    fields = ("province",)


class PlacesVanished(Conflict):
    """A new version of a pack leaves out units or agencies that older records rely on. They may end, never vanish."""

    code = "places-vanished"
    title = N_("Units or agencies may end on a date, but they may not disappear from the list.")
    fields = ("pack", "codes")


# ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────────

# The word before a unit's name and what it is called in English; a "thành phố" may be a province or a district.
_KINDS: Mapping[str, str] = {
    "Tỉnh": "Province",
    "Thành phố": "City",
    "Thị xã": "Town",
    "Huyện": "District",
    "Quận": "District",
    "Phường": "Ward",
    "Xã": "Commune",
    "Thị trấn": "Township",
    "Đặc khu": "Special Zone",
}


def split_name(name: str) -> tuple[str, str]:
    """("Phường", "Tân Ninh") of "Phường Tân Ninh"; ("", name) when the first words are not a kind of unit."""
    for kind in _KINDS:
        if name.startswith(kind + " "):
            return kind, name[len(kind) + 1 :]
    return "", name


def name_in_sentence(name: str) -> str:
    """ "phường Tân Ninh" for the middle of a sentence: the kind has a small letter, the name keeps its own."""
    kind, _ = split_name(name)
    return name[0].lower() + name[1:] if kind else name


def english_name(name: str) -> str:
    """ "Tan Ninh Ward", "Ward 3", "Con Dao Special Zone": without marks, as in English texts of the government."""
    kind, bare = split_name(name)
    plain = without_marks(bare)
    word = _KINDS.get(kind, "")
    return f"{word} {plain}".strip() if plain.isdigit() else f"{plain} {word}".strip()


def without_marks(text: str) -> str:
    """Vietnamese letters without their marks, capitals kept: "Đức Hoà" gives "Duc Hoa"."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


# ── Dates ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def valid_on(valid_from: date, valid_until: date | None, on: date) -> bool:
    """Half-open: the day `valid_until` is the first on which it is no longer valid."""
    return valid_from <= on and (valid_until is None or on < valid_until)


# ── Successions ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SuccessionRow:
    """An old unit, one of the units that took it over, and whether that one is taken when nothing more is known."""

    old: str
    new: str
    kind: SuccessionKind
    is_default: bool


def district_successions(
    communes: Iterable[SuccessionRow], district_of: Mapping[str, str], ends: frozenset[str]
) -> list[SuccessionRow]:
    """Districts ended without heirs of their own level: their successors are those of their communes.

    communes     successions of communes
    district_of  code of the district of each old commune
    ends         districts that end
    returns      one row per district and new unit; the default is the new unit that took over most of its communes
                 (the lower code when two took the same number)
    """
    taken: dict[str, Counter[str]] = defaultdict(Counter)
    for row in communes:
        district = district_of.get(row.old, "")
        if district in ends:
            taken[district][row.new] += 1 if row.is_default else 0
    rows = []
    for district in sorted(taken):
        heirs = taken[district]
        default = min(heirs, key=lambda code: (-heirs[code], code))
        kind = SuccessionKind.WHOLE if len(heirs) == 1 else SuccessionKind.DIVIDED
        rows += [SuccessionRow(district, new, kind, new == default) for new in sorted(heirs)]
    return rows
