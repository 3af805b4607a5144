"""Codes that people read aloud, each a type: a string that is not one cannot be carried as one.

Owns their form and what can be read from them. Absent on purpose: whether a code exists (places, packs, cases know).
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final, Literal, Self

from tinhso.kernel.problems import N_, FieldError, Invalid

_MESSAGES: Final = {
    "dossier": N_("A dossier code looks like H80.12-260810-0001."),
    "procedure": N_("A procedure code looks like 1.001193."),
    "agency": N_("An agency code looks like H80.12."),
    "commune": N_("The code of a commune or ward has five digits."),
    "province": N_("The code of a province has two digits."),
    "personal-id": N_("A personal identification number has 12 digits and begins with 0."),
    "tax": N_("A tax code has 10 digits, or 10 digits, a hyphen and 3 digits. Check for a mistyped digit."),
    "phone": N_("A mobile phone number has 10 digits and begins with 03, 05, 07, 08 or 09."),
}


class BadCode(Invalid):
    """A string that is not a code of its kind. `value` may be personal: it is for the form's page, never for a log."""

    code = "bad-code"
    title = N_("This code is not right.")
    fields = ("kind", "value")

    def __init__(self, kind: str, value: object) -> None:
        self.kind = kind
        self.message = _MESSAGES[kind]
        super().__init__([FieldError(kind, self.message)], kind=kind, value=value)


@dataclass(frozen=True, slots=True, order=True)
class _Code:
    value: str
    _kind: ClassVar[str]
    _pattern: ClassVar[re.Pattern[str]]

    def __post_init__(self) -> None:
        if not isinstance(self.value, str) or not self._pattern.fullmatch(self.value) or not self._is_sound():
            raise BadCode(self._kind, self.value)

    def __str__(self) -> str:
        return self.value

    def _is_sound(self) -> bool:
        """What the pattern cannot say."""
        return True

    @classmethod
    def of(cls, typed: str) -> Self:
        """The code that a person typed, spaces forgiven."""
        return cls("".join(typed.split()).upper())

    @classmethod
    def is_valid(cls, value: str) -> bool:
        try:
            cls(value)
        except BadCode:
            return False
        return True


@dataclass(frozen=True, slots=True, order=True)
class ProvinceCode(_Code):
    """Two digits of the national list of administrative units (QĐ 19/2025/QĐ-TTg); valid only with a date."""

    _kind = "province"
    _pattern = re.compile(r"[0-9]{2}")


@dataclass(frozen=True, slots=True, order=True)
class CommuneCode(_Code):
    """Five digits of the national list of administrative units; valid only with a date, since units merge."""

    _kind = "commune"
    _pattern = re.compile(r"[0-9]{5}")


@dataclass(frozen=True, slots=True, order=True)
class ProcedureCode(_Code):
    """Code in the national database of procedures, with a province's suffix for its own variant: 1.012753.H19."""

    _kind = "procedure"
    _pattern = re.compile(r"[1-9]\.[0-9]{6}(\.H[0-9]{2})?")

    @property
    def national(self) -> str:
        return self.value[:8]


@dataclass(frozen=True, slots=True, order=True)
class AgencyCode(_Code):
    """Identifier of an agency in exchanges (QĐ 20/2020/QĐ-TTg), from the top downwards: H80, H80.12, H80.12.03."""

    _kind = "agency"
    _pattern = re.compile(r"(?=.{3,35}\Z)[A-Y][0-9]{2}(\.[0-9A-Z]{2,3})*")

    @property
    def parent(self) -> "AgencyCode | None":
        above, dot, _ = self.value.rpartition(".")
        return AgencyCode(above) if dot else None

    @property
    def top(self) -> "AgencyCode":
        return AgencyCode(self.value.partition(".")[0])


@dataclass(frozen=True, slots=True, order=True)
class DossierCode(_Code):
    """One code for the whole life of a dossier: agency, day of filing, number of that day.

    H80.12-260810-0001 since QĐ 20/2020/QĐ-TTg; 000.00.12.H80-190612-0001 (TT 01/2018/TT-VPCP) is still read, and so
    are those of ministries, with years of four digits and longer numbers: G09.20-20260609-0092637.
    """

    _kind = "dossier"
    _pattern = re.compile(
        r"(?P<agency>[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}|[A-Y][0-9]{2}(?:\.[0-9A-Z]{2,3}){0,3})"
        r"-(?P<day>[0-9]{8}|[0-9]{6})-(?P<number>[0-9]{4,7})"
    )

    def _is_sound(self) -> bool:
        short = len(self._part("day")) == 6 and len(self._part("number")) == 4
        return self._day() is not None and (short or not self.is_old)

    def _part(self, name: str) -> str:
        match = self._pattern.fullmatch(self.value)
        return match[name] if match else ""

    def _day(self) -> date | None:
        digits = self._part("day")
        year, rest = (digits[:4], digits[4:]) if len(digits) == 8 else (f"20{digits[:2]}", digits[2:])
        try:
            return date(int(year), int(rest[:2]), int(rest[2:]))
        except ValueError:
            return None

    @classmethod
    def make(cls, agency: AgencyCode, day: date, number: int) -> Self:
        """The code of the `number`-th dossier that an agency received on `day`; numbers restart at 1 every day."""
        if number < 1:
            raise ValueError(f"dossiers of a day are numbered from 1, not {number}")
        return cls(f"{agency.value}-{day:%y%m%d}-{number:04d}")

    @property
    def is_old(self) -> bool:
        return self.value[0].isdigit()

    @property
    def agency(self) -> str:
        """The agency's part as written; an old code writes it from the bottom upwards."""
        return self._part("agency")

    @property
    def day(self) -> date:
        day = self._day()
        if day is None:  # __post_init__ has seen to it
            raise BadCode(self._kind, self.value)
        return day

    @property
    def number(self) -> int:
        return int(self._part("number"))


Sex = Literal["male", "female"]


@dataclass(frozen=True, slots=True, order=True)
class PersonalId(_Code):
    """Personal identification number: province of birth registration, sex and century, year, six random digits.

    It has no check digit. Source: NĐ 137/2015/NĐ-CP, TT 59/2021/TT-BCA. Provinces keep their codes of before 2025.
    """

    _kind = "personal-id"
    _pattern = re.compile(r"0[0-9]{11}")

    def _is_sound(self) -> bool:
        return 1 <= int(self.value[:3]) <= 96

    @property
    def province(self) -> str:
        """Three digits, 001 to 096: where the birth was registered, before the mergers of 2025."""
        return self.value[:3]

    @property
    def sex(self) -> Sex:
        return "female" if int(self.value[3]) % 2 else "male"

    @property
    def birth_year(self) -> int:
        return 1900 + int(self.value[3]) // 2 * 100 + int(self.value[4:6])

    def masked(self) -> str:
        """Enough to recognise one's own, too little to use another's: 072••••••001."""
        return f"{self.value[:3]}••••••{self.value[-3:]}"


@dataclass(frozen=True, slots=True, order=True)
class TaxCode(_Code):
    """Tax code of an organisation, 10 digits with a check digit, or of its branch: 10 digits, "-", 001 to 999.

    A natural person's tax code is the PersonalId since 1/7/2025 (TT 86/2024/TT-BTC).
    """

    _kind = "tax"
    _pattern = re.compile(r"[0-9]{10}(-[0-9]{3})?")
    _weights: ClassVar[tuple[int, ...]] = (31, 29, 23, 19, 17, 13, 7, 5, 3)

    def _is_sound(self) -> bool:
        return self.check_digit == int(self.value[9]) and self.value[10:] != "-000"

    @property
    def check_digit(self) -> int:
        """What the tenth digit has to be; 10 is never issued."""
        digits = (int(digit) for digit in self.value[:9])
        return 10 - sum(weight * digit for weight, digit in zip(self._weights, digits, strict=True)) % 11

    @property
    def main(self) -> str:
        return self.value[:10]


@dataclass(frozen=True, slots=True, order=True)
class Phone(_Code):
    """Mobile phone number, as people write it (0912345678) or with the country's code (+84912345678)."""

    _kind = "phone"
    _pattern = re.compile(r"(0|\+84)[35789][0-9]{8}")

    @classmethod
    def of(cls, typed: str) -> Self:
        """The number that a person typed, in the national form; spaces, dots, hyphens and brackets are forgiven."""
        digits = re.sub(r"[\s.\-()]", "", typed)
        return cls(re.sub(r"^(\+84|84(?=[0-9]{9}$))", "0", digits))

    @property
    def international(self) -> str:
        return "+84" + self.value[-9:]
