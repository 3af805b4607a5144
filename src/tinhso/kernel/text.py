"""Vietnamese text: one form at the door, a folded form for search, a stored form for alphabetical order.

Absent on purpose: translation, escaping (the template's), full-text search (the database's).
"""

import re
import unicodedata
from itertools import groupby

# Marks that give a syllable its tone, in the order of Vietnamese dictionaries: ngang, huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
# Marks that make another letter: ă; â ê ô; ơ ư. The digit is the letter's place after its base (o, ô, ơ; u, ư).
_SHAPES = {
    ("a", "\u0306"): "a1",
    ("a", "\u0302"): "a2",
    ("e", "\u0302"): "e1",
    ("o", "\u0302"): "o1",
    ("o", "\u031b"): "o2",
    ("u", "\u031b"): "u1",
}
_NAME_SIGNS = frozenset(" '’-.")
_SPACES = re.compile(r"\s+")


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def search_key(text: str) -> str:
    """Folded for search: "Đặng Thị Hồng" → "dang thi hong". đ has no decomposition, so it is folded by hand."""
    folded = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _SPACES.sub(" ", plain).strip()


# --- alphabetical order -----------------------------------------------------------------------------------------------


def sort_key(text: str) -> str:
    """A string of [0-9a-z] that sorts as Vietnamese does: syllable by syllable, letters first, then the tone.

    Letters are two signs each (a0 ă1 â2 …), so every collation of a database orders the keys alike. A syllable ends in
    "0" and its tone; numbers sort by size ("Khu phố 2" before "Khu phố 10"); punctuation only separates.
    """
    words = re.findall(r"[0-9]+|[^\W_0-9]+", unicodedata.normalize("NFC", text.lower()))
    return "".join(_number_key(word) if word[0] in "0123456789" else _syllable_key(word) for word in words)


def name_sort_key(full_name: str) -> str:
    """Key for lists of persons, which Vietnam orders by the given name (the last word), then from the first."""
    *others, given = full_name.split() or [""]
    return sort_key(given) + sort_key(" ".join(others))


def _number_key(digits: str) -> str:
    digits = digits.lstrip("0")[:35]
    length = "0123456789abcdefghijklmnopqrstuvwxyz"[len(digits)]
    return f"1{length}" + "".join(f"1{digit}" for digit in digits) + "00"


def _syllable_key(syllable: str) -> str:
    tone = 0
    letters: list[str] = []
    for letter in unicodedata.normalize("NFD", syllable):
        if letter in _TONES:
            tone = _TONES[letter]
        elif unicodedata.combining(letter):
            if letters:
                letters[-1] = _SHAPES.get((letters[-1][0], letter), letters[-1])
        else:
            letters.append(_letter_key(letter))
    return "".join(letters) + f"0{tone}"


def _letter_key(letter: str) -> str:
    if letter == "đ":
        return "d1"
    if "a" <= letter <= "z":
        return f"{letter}0"
    return "zz" + f"{ord(letter):06x}"  # other scripts stand after z, in the order of Unicode


# --- cleaning at the door ---------------------------------------------------------------------------------------------


def clean_line(text: str) -> str:
    """One line as it is stored: NFC, without control signs, direction overrides and invisible signs, single spaces."""
    return _SPACES.sub(" ", nfc(_visible(_SPACES.sub(" ", text)))).strip()


def clean_text(text: str) -> str:
    """Several lines as they are stored: each line clean, at most one empty line between two, none at the ends."""
    lines = [clean_line(line) for line in text.splitlines()]
    kept = [line for empty, group in groupby(lines, key=lambda line: not line) for line in ([""] if empty else group)]
    return "\n".join(kept).strip("\n")


def _visible(text: str) -> str:
    # Cc control, Cf invisible signs (bidi overrides and isolates, zero-width, soft hyphen, BOM), Cs lone surrogates,
    # Co private use: none of them can be read by the person who signs the paper.
    return "".join(sign for sign in text if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co"})


def odd_name_signs(name: str) -> tuple[str, ...]:
    """Signs that no person's name has, each once: all but Latin letters, spaces, hyphens, apostrophes and dots."""
    return tuple(dict.fromkeys(sign for sign in nfc(name) if not _is_name_sign(sign)))


def _is_name_sign(sign: str) -> bool:
    return sign in _NAME_SIGNS or (sign.isalpha() and unicodedata.name(sign, "").startswith("LATIN"))
