"""A text in the two languages of the house, side by side, as packs write it.

Absent on purpose: words of pages (gettext, in web) and counting words, which need its plural rules.
"""

import unicodedata

import msgspec


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Vietnamese and English; neither is empty and both are NFC, so that equal texts are equal bytes."""

    vi: str
    en: str

    def __post_init__(self) -> None:
        for language, text in (("vi", self.vi), ("en", self.en)):
            if not text.strip():
                raise ValueError(f"the text in {language!r} is empty")
            if not unicodedata.is_normalized("NFC", text):
                raise ValueError(f"the text in {language!r} is not NFC")

    def in_(self, language: str) -> str:
        """The text for a language code of a request ("vi", "en", "en-gb"); Vietnamese unless it is English."""
        return self.en if language.lower().startswith("en") else self.vi
