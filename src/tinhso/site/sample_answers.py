"""Plausible answers to any form: read from the form itself, valid by its own rules, the same for the same seed.

Questions of one person belong together: `mother_full_name`, `mother_born_on` and `mother_personal_id` are one invented
woman. An answer that breaks a check is tried again with another value, then the page, then the whole form.
"""

import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol

from tinhso.cases import forms
from tinhso.cases.pack_part import Form, ListItem, Page, Question
from tinhso.site import sample_people
from tinhso.site.sample_people import SamplePerson

TRIES = 25
OPTIONAL_ANSWERED = 0.6
HOME = {"ethnic-groups": "01", "countries": "VN"}  # what nearly everybody answers
DAYS_BACK = (4, 12, 25, 1, 45, 0, 90, 400, 1_500, 4_000, 9_000, 14_000, 20_000, 26_000)
PERSON_PARTS = (
    "full_name", "personal_id", "born_on", "sex", "phone", "email", "residence_line", "ethnic_group", "nationality",
    "identity_kind",
)  # fmt: skip
CHILDREN = ("child", "baby", "newborn")
AGES = {"deceased": (61, 92), "mother": (21, 40), "father": (23, 45), "wife": (22, 35), "husband": (23, 37)}
SEXES = {"mother": "female", "father": "male", "wife": "female", "husband": "male"}
TEXTS = {
    "trade_name": sample_people.TRADES,
    "business_name": tuple(f"Hộ kinh doanh {name}" for name in sample_people.TRADES),
    "phone": ("02763 822 233",),
    "organisation_name": sample_people.FIRMS,
    "paper_name": ("Giấy khai sinh",),
    "paper_number": ("A 012 345", "B7 55 021"),
    "born_at": ("06:45", "23:10", "14:05"),
    "facility": ("Bệnh viện Đa khoa tỉnh", "Trạm y tế", "Bệnh viện Sản – Nhi"),
    "origin": ("Phường Tân Ninh, tỉnh Tây Ninh", "Xã Minh Tân, tỉnh Tuyên Quang"),
    "agency": ("Ủy ban nhân dân phường, nay đã sắp xếp lại",),
    "city": ("Đài Bắc",),
    "purpose": ("Bổ sung hồ sơ xin việc làm",),
    "reason": ("Theo nhu cầu của gia đình",),
    "book": ("12/2019",),
    "number": ("128/2021", "128"),
}
EXAMPLE = re.compile(r"[Vv]í dụ:? ([^.;]{2,60})")
REQUESTS = (
    "Đề nghị cơ quan giải quyết theo hồ sơ gửi kèm.\nCó việc cần trao đổi, xin gọi số điện thoại đã ghi.",
    "Kính đề nghị xem xét, giải quyết cho gia đình tôi. Giấy tờ gửi kèm đầy đủ theo hướng dẫn.",
    "Cần kết quả để làm thủ tục cho con nhập học; mong được giải quyết đúng hẹn.",
)


class CannotAnswer(RuntimeError):
    """No answers were found that the form accepts; names the form and the page that stayed wrong."""


class Items(Protocol):
    """The lists of packs, as far as answers are picked from them (cases.lists.PackLists)."""

    def items(self, list_id: str) -> tuple[ListItem, ...]: ...


@dataclass
class Sampler:
    """Answers for one dossier. `commune_on` gives the code of a commune that stands on a day, near to the person."""

    rng: random.Random
    today: forms.Today
    lists: Items
    commune_on: Callable[[date], str]
    requester: SamplePerson
    examples: tuple[Mapping[str, Any], ...] = ()
    people: dict[str, SamplePerson] = field(default_factory=dict)

    def answers(self, form: Form, known: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Everything that the form asks, as it would be stored. `known` is kept where the form takes it.

        raises  CannotAnswer
        """
        lacking = ""
        for attempt in range(TRIES):
            self.people.clear()
            example = self.examples[attempt % len(self.examples)] if self.examples and attempt % 3 != 2 else {}
            answers = self._attempt(form, dict(known or {}), example)
            page = forms.unanswered(form, answers, self.today)
            broken = forms.broken_checks(form, answers, self.today)
            if page is None and not broken:
                return forms.kept(form, answers, self.today)
            lacking = page.id if page else ", ".join(sorted(broken))
        raise CannotAnswer(f"{form.id}: {lacking}")

    def _attempt(self, form: Form, known: Mapping[str, Any], example: Mapping[str, Any]) -> dict[str, Any]:
        answers = dict(known)
        for page in form.pages:
            if not forms.holds(page.when, answers, self.today):
                continue
            if page.repeat:
                answers[page.repeat.id] = self._items(page, answers, example)
            else:
                answers = self._page(page, answers, known, example)
        return answers

    def _items(self, page: Page, answers: Mapping[str, Any], example: Mapping[str, Any]) -> list[dict[str, Any]]:
        repeat = page.repeat
        if repeat is None:
            raise ValueError(page.id)
        given = example.get(repeat.id)
        if isinstance(given, list) and given and self.rng.random() < 0.5:
            return [dict(item) for item in given]
        items: list[dict[str, Any]] = []
        for attempt in range(TRIES):
            count = self.rng.randint(max(repeat.min, 1), min(repeat.max, max(repeat.min, 2)))
            items = [self._item(page, answers, f"{repeat.id}_{attempt}{number}_") for number in range(count)]
            if not forms.failed_checks(page.checks, {**answers, repeat.id: items}, self.today, page.id):
                break
        return items

    def _item(self, page: Page, answers: Mapping[str, Any], prefix: str) -> dict[str, Any]:
        own = {question.id for question in page.questions}
        around = {name: value for name, value in answers.items() if name not in own}
        found = dict(around)
        for question in page.questions:
            self._answer(question, found, {}, {}, prefix)
        return {name: value for name, value in found.items() if name in own}

    def _page(
        self,
        page: Page,
        answers: Mapping[str, Any],
        known: Mapping[str, Any],
        example: Mapping[str, Any],
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for _ in range(TRIES):
            found = dict(answers)
            for question in page.questions:
                self._answer(question, found, known, example, "")
            if not forms.failed_checks(page.checks, found, self.today, page.id):
                return found
            known = {}  # what is known does not fit here
        return found

    def _answer(
        self,
        question: Question,
        found: dict[str, Any],
        known: Mapping[str, Any],
        example: Mapping[str, Any],
        prefix: str,
    ) -> None:
        """Puts the first candidate that the question's own checks accept into `found`; none where it is not asked."""
        if not forms.holds(question.when, found, self.today):
            found.pop(question.id, None)
            return
        if not question.required and question.id not in known and self.rng.random() > OPTIONAL_ANSWERED:
            found.pop(question.id, None)
            return
        first = [source[question.id] for source in (known, example) if question.id in source]
        for value in (*first, *self._candidates(question, found, prefix)):
            found[question.id] = value
            if not forms.failed_checks(question.checks, found, self.today, question.id):
                return

    # -- candidates by type of question, the likeliest first

    def _candidates(self, question: Question, found: Mapping[str, Any], prefix: str) -> Iterator[Any]:
        made = self._of_person(question, prefix)
        if made is not None:
            yield made
        for _ in range(3):
            yield from self._by_type(question, found)

    def _of_person(self, question: Question, prefix: str) -> Any:
        """The part of the invented person to whom the question belongs, when it is such a part."""
        whose, _, part = f"{prefix}{question.id}".rpartition("_")
        for name in PERSON_PARTS:
            if question.id == name or question.id.endswith(f"_{name}"):
                whose, part = f"{prefix}{question.id}"[: -len(name)].rstrip("_"), name
        if part not in PERSON_PARTS:
            return None
        somebody = self._person(whose)
        values = {
            "born_on": somebody.born_on.isoformat(),
            "ethnic_group": HOME["ethnic-groups"],
            "nationality": HOME["countries"],
            "identity_kind": "personal-id",
        }
        value = values.get(part) or getattr(somebody, part, None) or None
        return value if not question.options or value in {option.value for option in question.options} else None

    def _person(self, whose: str) -> SamplePerson:
        if whose in ("requester", "owner", ""):
            return self.requester
        if whose not in self.people:
            role = next((role for role in (*AGES, *CHILDREN) if role in whose), "")
            if role in CHILDREN:
                family = self.requester.full_name.partition(" ")[0]
                self.people[whose] = sample_people.child(self.rng, self.today.on, family=family)
            else:
                self.people[whose] = sample_people.person(
                    self.rng, self.today.on, years=AGES.get(role, (20, 60)), sex=SEXES.get(role, "")
                )
        return self.people[whose]

    def _by_type(self, question: Question, found: Mapping[str, Any]) -> Iterable[Any]:
        options = [option.value for option in question.options]
        makers: dict[str, Callable[[], Iterable[Any]]] = {
            "choice": lambda: self._weighted(options),
            "choices": lambda: self._some(options),
            "yes_no": lambda: (self.rng.random() < 0.4, True, False),
            "pledge": lambda: (True,),
            "date": lambda: self._dates(question),
            "partial_date": lambda: self._dates(question),
            "integer": lambda: self._numbers(question),
            "money": lambda: self._numbers(question),
            "decimal": lambda: self._numbers(question),
            "commune": lambda: (self.commune_on(self._day_of(found.get(question.on or ""))),),
            "list": lambda: self._listed(question),
        }
        make = makers.get(question.type)
        return make() if make else (self._text(question),)

    def _weighted(self, values: list[str]) -> list[str]:
        """The first answers of a list are the usual ones."""
        return sorted(values, key=lambda value: self.rng.random() * (1 + values.index(value)))

    def _some(self, values: list[str]) -> list[list[str]]:
        chosen = set(self._weighted(values)[: self.rng.randint(1, min(2, len(values)))])
        return [[value for value in values if value in chosen], *([value] for value in values)]

    def _dates(self, question: Question) -> Iterator[str]:
        ahead = [] if question.not_future else [7, 14, 30, 365]
        back = [] if question.not_past else [-days for days in DAYS_BACK]
        for days in (*back, *ahead):
            yield (self.today.on + timedelta(days=days)).isoformat()

    def _numbers(self, question: Question) -> Iterator[Any]:
        least = question.min if question.min is not None else (1_000_000 if question.type == "money" else 1)
        most = question.max if question.max is not None else max(least * 100, least + 3)
        for value in (self.rng.randint(least, min(most, least + max(3, (most - least) // 50))), least, most):
            yield str(value) if question.type == "decimal" else value

    def _listed(self, question: Question) -> list[str]:
        codes = [item.code for item in self.lists.items(question.list)]
        home = HOME.get(question.list)
        return (
            [home, *self.rng.sample(codes, min(3, len(codes)))]
            if home in codes
            else self.rng.sample(codes, min(5, len(codes)))
        )

    def _day_of(self, value: Any) -> date:
        text = value if isinstance(value, str) else ""
        return date.fromisoformat(text) if len(text) == len("2026-01-01") else self.today.on

    def _text(self, question: Question) -> str:
        if question.type == "person_name":
            return sample_people.person(self.rng, self.today.on).full_name
        if question.type in ("personal_id", "phone", "email"):
            return str(getattr(sample_people.person(self.rng, self.today.on), question.type))
        if question.type == "tax_code":
            return sample_people.tax_code(self.rng)
        longest = question.length_max or 500
        return self.rng.choice(REQUESTS)[:longest] if question.type == "long_text" else self._line(question)[:longest]

    def _line(self, question: Question) -> str:
        """One line of text: by the question's name, or the example that its hint gives."""
        if question.id.endswith(("line", "address")):
            return sample_people.street(self.rng)
        texts = next((texts for key, texts in TEXTS.items() if question.id.endswith(key)), ())
        hinted = EXAMPLE.search(question.hint.vi) if question.hint else None
        if hinted and (not texts or self.rng.random() < 0.3):
            return hinted[1].strip()
        return self.rng.choice(texts or ("Theo giấy tờ gửi kèm",))
