"""The lists that answers are picked from: code lists of packs, communes of places."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tinhso.cases.pack_part import CodeList, ListItem
from tinhso.kernel.text import search_key
from tinhso.packs import queries as packs
from tinhso.packs.queries import Catalogue
from tinhso.places import queries as places


@dataclass(frozen=True, slots=True)
class PackLists:
    """Lists as they stand on a day (answers.Lists). Old answers are read with `known_at`."""

    on: date
    known_at: datetime | None = None

    def items(self, list_id: str) -> tuple[ListItem, ...]:
        """The items of a list, in the order of their source; none when there is no such list."""
        found = self._lists().get(list_id)
        return found.items if found else ()

    def item(self, list_id: str, text: str) -> tuple[str, str] | None:
        """(code, Vietnamese label) of what was typed.

        The code, or the label in either language, with or without marks.
        """
        folded = search_key(text)
        items = self.items(list_id)
        for item in items:
            if folded in {search_key(item.code), search_key(item.label.vi), search_key(item.label.en)}:
                return item.code, item.label.vi
        said = [item for item in items if folded in map(search_key, item.also)]
        return (said[0].code, said[0].label.vi) if len(said) == 1 else None

    def label(self, list_id: str, code: str, language: str) -> str:
        """What a code means; the code itself when the list no longer has it."""
        return next((item.label.in_(language) for item in self.items(list_id) if item.code == code), code)

    def communes(self, text: str, on: date | None) -> list[tuple[str, str]]:
        """(code, full name with its province) of the communes that `text` can mean on a day."""
        day = on or self.on
        if text.isdecimal():
            unit = places.unit_or_none(text, day)
            return [(unit.code, places.full_name(unit, day))] if unit else []
        return [(unit.code, places.full_name(unit, day)) for unit in places.communes_named(text, day, limit=12)]

    def commune_name(self, code: str, on: date | None = None) -> str:
        """The full name of a commune; the code itself when there is none on that day."""
        day = on or self.on
        unit = places.unit_or_none(code, day)
        return places.full_name(unit, day) if unit else code

    def _lists(self) -> Mapping[str, CodeList]:
        return packs.catalogue(self.on, known_at=self.known_at).derived(_lists)


def _lists(standing: Catalogue) -> Mapping[str, CodeList]:
    return {key: entry.document for key, entry in standing.documents("list").items()}
