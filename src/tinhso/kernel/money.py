"""Whole đồng: arithmetic, the way it is printed, read from a form, and written in words on a receipt.

Absent on purpose: fractions, currencies, rates. There is nothing smaller than one đồng, and no float ever touches it.
"""

import re
from dataclasses import dataclass
from typing import Self

from tinhso.kernel.problems import N_, FieldError, Invalid

NO_BREAK_SPACE = "\u00a0"


class BadAmount(Invalid):
    code = "bad-amount"
    title = N_("This is not an amount in whole đồng.")
    fields = ("text",)


def _whole(number: object) -> int:
    # bool is an int to Python; an amount of True is a mistake all the same.
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError(f"đồng are whole numbers, not {type(number).__name__}")
    return number


@dataclass(frozen=True, slots=True, order=True)
class Dong:
    """An amount in đồng. `Dong * int` only; `Dong * float` is a TypeError."""

    dong: int

    def __post_init__(self) -> None:
        _whole(self.dong)

    def __add__(self, other: Self) -> Self:
        return type(self)(self.dong + other.dong) if isinstance(other, Dong) else NotImplemented

    def __radd__(self, other: object) -> Self:
        # sum() starts at 0; nothing else may be added to an amount.
        return self if other == 0 and isinstance(other, int) else NotImplemented

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.dong - other.dong) if isinstance(other, Dong) else NotImplemented

    def __mul__(self, times: int) -> Self:
        return type(self)(self.dong * _whole(times))

    __rmul__ = __mul__

    def __neg__(self) -> Self:
        return type(self)(-self.dong)

    def __bool__(self) -> bool:
        return self.dong != 0

    def __str__(self) -> str:
        return self.format()

    def format(self) -> str:
        """`50.000 ₫`, with a no-break space so that amount and sign stay on one line."""
        return f"{self.dong:,}".replace(",", ".") + f"{NO_BREAK_SPACE}₫"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The amount that a person typed: "50000", "50.000", "50.000 ₫", "50.000 đồng". Raises BadAmount."""
        match = _TYPED.fullmatch(text.replace(NO_BREAK_SPACE, " ").strip())
        if match is None:
            error = FieldError("amount", N_("Enter an amount in whole đồng, such as 50.000."))
            raise BadAmount([error], text=text)
        return cls(int(match["number"].replace(".", "")))

    def in_words(self, language: str = "vi") -> str:
        """ "năm mươi nghìn đồng" or "fifty thousand dong", as a receipt writes it. Source: NĐ 254/2026/NĐ-CP."""
        words = _english if language.lower().startswith("en") else _vietnamese
        minus, unit = ("minus ", " dong") if words is _english else ("âm ", " đồng")
        return (minus if self.dong < 0 else "") + words(abs(self.dong)) + unit


_TYPED = re.compile(r"(?P<number>-?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,18}))(?: ?(?:₫|đ|đồng|VND|VNĐ))?")

# --- in words: Vietnamese ---------------------------------------------------------------------------------------------

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_BILLION = 10**9


def _units(tens: int, unit: int) -> list[str]:
    """The last digit, which changes its name after a ten: mốt, tư, lăm."""
    if unit == 0:
        return []
    if unit == 1 and tens >= 2:
        return ["mốt"]
    if unit == 4 and tens >= 2:
        return ["tư"]
    if unit == 5 and tens >= 1:
        return ["lăm"]
    return [_DIGITS[unit]]


def _below_thousand(number: int, *, inside: bool) -> list[str]:
    """Three digits; `inside` a larger number the hundreds are read even when they are zero."""
    hundreds, tens, unit = number // 100, number // 10 % 10, number % 10
    words = [_DIGITS[hundreds], "trăm"] if hundreds or inside else []
    if tens == 0:
        return words + (["linh"] if unit and words else []) + _units(0, unit)
    words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    return words + _units(tens, unit)


def _below_billion(number: int, *, inside: bool) -> list[str]:
    words: list[str] = []
    for size, name in ((10**6, "triệu"), (10**3, "nghìn"), (1, "")):
        part = number // size % 1000
        if part:
            words += _below_thousand(part, inside=inside or bool(words)) + ([name] if name else [])
    return words


def _vietnamese(number: int) -> str:
    if number == 0:
        return _DIGITS[0]
    above, below = divmod(number, _BILLION)
    words = [_vietnamese(above), "tỷ"] if above else []
    return " ".join(words + _below_billion(below, inside=bool(above)))


# --- in words: English ------------------------------------------------------------------------------------------------

_ENGLISH_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_ENGLISH_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ENGLISH_SIZES = ("quintillion", "quadrillion", "trillion", "billion", "million", "thousand", "")


def _english_below_hundred(number: int) -> str:
    if number < 20:
        return _ENGLISH_SMALL[number]
    tens, unit = divmod(number, 10)
    return _ENGLISH_TENS[tens] + (f"-{_ENGLISH_SMALL[unit]}" if unit else "")


def _english_below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _english_below_hundred(rest)
    return f"{_ENGLISH_SMALL[hundreds]} hundred" + (f" and {_english_below_hundred(rest)}" if rest else "")


def _english(number: int) -> str:
    if number == 0:
        return _ENGLISH_SMALL[0]
    words: list[str] = []
    for power, name in zip(range(6, -1, -1), _ENGLISH_SIZES, strict=True):
        part = number // 1000**power % 1000
        if part:
            # "one thousand and five": British English says "and" before a last part below a hundred.
            words += ["and"] if words and power == 0 and part < 100 else []
            words += [_english_below_thousand(part)] + ([name] if name else [])
    return " ".join(words)
