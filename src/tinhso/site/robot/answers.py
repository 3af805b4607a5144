"""What the robot answers: for every kind of field a few believable answers, the next one tried when a page refuses.

It reads no form definitions. Like a person it goes by the field's name and kind, by the words beside it (many a hint
gives an example), and by what the page says is wrong. One person stands behind all fields of one beginning:
`mother_full_name` and `mother_personal_id` are the same woman.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from tinhso.site import sample_people
from tinhso.site.robot.page import Control, Form, Page
from tinhso.site.sample_people import SamplePerson

DATE_PARTS = ("day", "month", "year")
SILENT = {"submit", "button", "file", "image", "reset"}
REPEATED = re.compile(r"^[a-z0-9_]+-\d+-")
EXAMPLE = re.compile(r"(?:[Vv]í dụ|[Ff]or example):? ([^.;]{2,60})")
COMMUNE = re.compile(r"xã, phường|commune|phường, xã", re.IGNORECASE)
PARTS = ("full_name", "personal_id", "phone", "email", "residence_line", "sex")
ROLES: dict[str, tuple[tuple[int, int], str]] = {
    "mother": ((22, 40), "female"),
    "father": ((24, 45), "male"),
    "deceased": ((62, 90), ""),
    "spouse": ((22, 45), ""),
}
HOME = ("Việt Nam", "Viet Nam", "Kinh")
USUAL = ("VN", "01", "personal-id", "usual", "citizen")  # what nearly everybody picks from a list
FIRST_TEXTS = {
    "business_name": "Hộ kinh doanh Cà phê Hoa Giấy",
    "organisation_name": sample_people.FIRMS[3],
    "tax_code": "",
    "number": "128/2024",
    "line": "Số 12, đường Hoa Sen, khu phố 3",
    "address": "Số 12, đường Hoa Sen, khu phố 3",
    "phone": "02763822233",
    "map_sheet": "14",
    "sheet": "14",
    "parcel": "233",
}
NUMBERS = ("2", "1", "12", "100", "50.000.000", "620,5", "2019")
REQUEST = "Đề nghị giải quyết theo hồ sơ gửi kèm; cần gọi thì theo số điện thoại đã ghi."


def base_name(name: str) -> str:
    """The question that a field belongs to: a date has three fields."""
    return next((name.removesuffix(f"-{part}") for part in DATE_PARTS if name.endswith(f"-{part}")), name)


def wrong_questions(form: Form) -> set[str]:
    """The questions that the page refuses."""
    return {base_name(control.name) for control in form.controls if control.wrong and control.name}


@dataclass
class Memory:
    """What the robot keeps in mind while it fills one dossier."""

    rng: random.Random
    today: date
    commune: str = ""
    tries: dict[str, int] = field(default_factory=dict)
    people: dict[str, SamplePerson] = field(default_factory=dict)

    def fill(self, page: Page, form: Form) -> dict[str, list[str]]:
        """Everything that a browser would send, with answers where there are none."""
        sent: dict[str, list[str]] = {}
        for name in dict.fromkeys(control.name for control in form.controls if control.name):
            controls = form.named(name)
            if controls[0].kind in SILENT:
                continue
            if controls[0].kind == "hidden":
                sent[name] = [control.value for control in controls]
            elif values := self._answers(page, controls):
                sent[name] = values
        return sent

    def refused(self, form: Form) -> set[str]:
        """Takes note of what the page refused: the next answer is due there."""
        wrong = wrong_questions(form)
        if not wrong:  # the page as a whole is refused: any choice on it may be the reason, one at a time
            choices = [
                control.name for control in form.controls if control.kind in {"radio", "select"} and control.name
            ]
            wrong = {self.rng.choice(choices)} if choices else set()
        for question in wrong:
            self.tries[question] = self.tries.get(question, 0) + 1
        return wrong

    # -- one question

    def _answers(self, page: Page, controls: Sequence[Control]) -> list[str]:
        first = controls[0]
        due = self.tries.get(base_name(first.name), 0)
        if first.kind in {"radio", "checkbox"}:
            return self._ticked(controls, due)
        if first.kind == "select":
            return self._picked(first, due)
        if first.value and not due:
            if COMMUNE.search(page.labels.get(first.id, "")):
                self.commune = self.commune or first.value
            return [first.value]
        if first.name != base_name(first.name):
            return [self._date_part(first.name, due)]
        candidates = self._texts(page, first)
        return [candidates[due % len(candidates)]]

    def _ticked(self, controls: Sequence[Control], due: int) -> list[str]:
        chosen = [control.value for control in controls if control.checked]
        if chosen and not due:
            return chosen
        if usual := next((c.value for c in controls if c.value in USUAL), ""):
            return [usual]
        # Often the first answer, sometimes another: both ways through a form are walked.
        first = 0 if self.rng.random() < 0.7 else self.rng.randrange(len(controls))
        return [controls[(first + due) % len(controls)].value]

    def _picked(self, control: Control, due: int) -> list[str]:
        if control.value and not due:
            return [control.value]
        options = [value for value, _ in control.options if value]
        if not options:
            return []
        usual = next((value for value in options if value in USUAL), "")
        return [usual if usual and not due else options[(self.rng.randrange(len(options)) + due) % len(options)]]

    def _date_part(self, name: str, due: int) -> str:
        question, part = base_name(name), name.rpartition("-")[2]
        days = self._dates(REPEATED.sub("", question), question)
        return str(getattr(days[due % len(days)], part))

    def _dates(self, own: str, question: str) -> tuple[date, ...]:
        """Believable days, the likeliest first."""
        near = self.today - timedelta(days=6)
        rest = (near, self.today, self.today - timedelta(days=700), self.today + timedelta(days=20), date(1988, 3, 12))
        if own.endswith("born_on"):
            return (self._person(question).born_on, *rest)
        if any(part in own for part in ("start", "from", "until", "plan", "held", "begins", "end_on")):
            return (self.today + timedelta(days=20), *rest)
        return rest

    def _texts(self, page: Page, control: Control) -> tuple[str, ...]:
        """Believable texts, the likeliest first, then anything that a field might be waiting for."""
        own = REPEATED.sub("", control.name)
        someone = self._person(control.name)
        asked = page.asked(control)
        likely: list[str] = []
        if COMMUNE.search(page.labels.get(control.id, "")) and self.commune:
            likely.append(self.commune)
        if offered := page.offered.get(control.offers, []):
            likely += [text for text in offered if text in HOME][:1]
            likely += self.rng.sample(offered, min(4, len(offered)))
        part = next((part for part in PARTS if own == part or own.endswith(f"_{part}")), "")
        if part:
            likely.append(getattr(someone, part))
        if control.kind == "textarea":
            likely.append(REQUEST)
        if "tax_code" in own:
            likely.append(sample_people.tax_code(self.rng))
        likely += [text for key, text in FIRST_TEXTS.items() if text and own.endswith(key)]
        if example := EXAMPLE.search(asked):
            likely.append(example[1].strip())
        if control.inputmode in {"numeric", "decimal"}:
            likely += NUMBERS
        rest = ("Theo giấy tờ gửi kèm", someone.full_name, *NUMBERS, someone.personal_id, someone.phone, self.commune)
        return tuple(text for text in (*likely, *rest) if text)

    def _person(self, name: str) -> SamplePerson:
        """Who stands behind a field, by the beginning of its name."""
        own = REPEATED.sub("", name)
        tail = next((part for part in (*PARTS, "born_on") if own == part or own.endswith(f"_{part}")), "")
        whose = name[: len(name) - len(tail)] if tail else name.rpartition("_")[0]
        if whose not in self.people:
            role = next((role for role in ROLES if role in whose), "")
            years, sex = ROLES.get(role, ((20, 60), ""))
            is_child = "child" in whose or "sibling" in whose
            self.people[whose] = (
                sample_people.child(self.rng, self.today, days=(5, 25))
                if is_child
                else sample_people.person(self.rng, self.today, years=years, sex=sex)
            )
        return self.people[whose]
