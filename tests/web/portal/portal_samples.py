"""Citizens for the tests of the portal, and a browser without script: it reads forms out of pages and sends them."""

import itertools
import re
import struct
import zlib
from datetime import UTC, date, datetime
from html.parser import HTMLParser

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tinhso.identity import actions
from tinhso.identity.facts import PersonFacts

NOW = datetime(2026, 11, 20, 2, 14, 7, tzinfo=UTC)  # Friday, 09:14 in the province
WARD = "H53.31.02"
EXTRACT, BIRTH, BUSINESS = "2.000635", "1.001193", "1.001612"


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress((b"\x00" + b"\xff" * 8) * 8))
    + _chunk(b"IEND", b"")
)
_numbers = itertools.count(1)


def citizen(name="Nguyễn Thị Mẫu", personal_id="072196000001"):
    number = next(_numbers)
    facts = PersonFacts(
        full_name=name,
        personal_id=personal_id,
        born_on=date(1996, 5, 12),
        sex="female",
        ethnic_group="01",
        residence_unit_code="25459",
        residence_line="Số 12, đường Hoa Sen",
        phone="0900000001",
    )
    return actions.register_account(
        by=None,
        email=f"dan-{number}@example.vn",
        password="mot-mat-khau-dai",
        facts=facts,
        phone="0900000001",
        language="vi",
        at=NOW,
    )


def picture(name="giay.png", content=PNG):
    return SimpleUploadedFile(name, content, content_type="image/png")


class _Form(HTMLParser):
    """The form of <main> that posts, as a browser without script would send it."""

    def __init__(self, page):
        super().__init__()
        self.values, self.labels, self._inside, self._select, self._textarea = {}, {}, False, "", ""
        self.feed(re.search(r"<main.*?</main>", page, re.DOTALL).group())

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form" and given.get("method") == "post":
            self._inside = True
        if not self._inside:
            return
        name = given.get("name", "")
        if tag == "input":
            kind = given.get("type", "text")
            if kind in {"radio", "checkbox"}:
                self.values.setdefault(name, [])
                if "checked" in given:
                    self.values[name].append(given.get("value", "on"))
            elif kind != "file":
                self.values.setdefault(name, []).append(given.get("value", ""))
        elif tag == "select":
            self._select = name
            self.values.setdefault(name, [])
        elif tag == "option" and self._select and "selected" in given:
            self.values[self._select].append(given.get("value", ""))
        elif tag == "textarea":
            self._textarea = name
            self.values[name] = [""]

    def handle_data(self, data):
        if self._textarea:
            self.values[self._textarea][0] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""


class Browser:
    """Somebody at a page: `visit` opens one, `send` fills its form in and presses the button."""

    def __init__(self, account=None, language="vi"):
        self.client = Client(headers={"accept": "text/html", "accept-language": language})
        if account:
            self.client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        self.address, self.page, self.status = "", "", 0

    def visit(self, address, status=200):
        return self._take(self.client.get(address, follow=True), address, status)

    def send(self, status=200, to="", **answers):
        """Send the page's form with these answers; names with dashes are written with two underscores for each dash."""
        data = {key: values for key, values in _Form(self.page).values.items() if values}
        data |= {name.replace("__", "-"): value for name, value in answers.items()}
        return self._take(self.client.post(to or self.address, data, follow=True), self.address, status)

    def _take(self, response, address, status):
        self.address = response.redirect_chain[-1][0] if response.redirect_chain else address
        self.page, self.status = response.content.decode(), response.status_code
        assert self.status == status, f"{self.address}: {self.status}\n{self.text[:2000]}"
        return self

    @property
    def fields(self):
        return _Form(self.page).values

    @property
    def text(self):
        """The words of <main>, without tags."""
        main = re.search(r"<main.*?</main>", self.page, re.DOTALL)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main.group() if main else self.page)).strip()

    @property
    def errors(self):
        """The sentences of the error summary."""
        summary = re.search(r'<div class="govuk-error-summary".*?</ul>', self.page, re.DOTALL)
        return re.findall(r"<a[^>]*>(.*?)</a>", summary.group()) if summary else []

    def begin(self, code, language=""):
        """Begin a draft for Tân Ninh ward; stands on its first page."""
        self.visit(f"{language}/nop/{code}/")
        return self.send() if self.fields["agency"][:1] != [""] and self.fields["agency"] else self.send(agency=WARD)

    def fill_extract(self):
        """Every page of the extract's form; stands on the review."""
        self.send(for_whom="self")
        self.send(record="birth")
        self.send(person_full_name="Nguyễn Thị Mẫu", person_born_on__day="12", person_born_on__month="5",
                  person_born_on__year="1996")  # fmt: skip
        self.send(registered_at="Xã Long Thành Bắc, huyện Hòa Thành, tỉnh Tây Ninh")
        self.send(copies="3", exempt="none")
        return self.send(result_channel="online")

    def file_extract(self):
        """A dossier of the extract, filed; answers its code."""
        self.begin(EXTRACT).fill_extract().send(declared="yes")
        return re.search(r"H53[\w.-]+", self.address).group()
