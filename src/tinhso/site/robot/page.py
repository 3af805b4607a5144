"""A page as a person meets it: its forms with labels, hints and errors, its links, its words. Standard library only."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

ERROR_CLASSES = {"govuk-form-group--error"}
SENTENCE_CLASS = "govuk-error-message"
SILENT = {"script", "style", "svg", "template"}
VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
    "path",
    "use",
}


@dataclass(slots=True)
class Control:
    """One input, select, textarea or button of a form."""

    name: str
    kind: str  # the input's type; "select", "textarea", "button"
    id: str = ""
    value: str = ""
    checked: bool = False
    options: list[tuple[str, str]] = field(default_factory=list)  # value, label
    inputmode: str = ""
    offers: str = ""  # the id of the list that is offered while one types
    wrong: bool = False


@dataclass(slots=True)
class Form:
    action: str
    method: str
    controls: list[Control] = field(default_factory=list)

    def named(self, name: str) -> list[Control]:
        return [control for control in self.controls if control.name == name]

    def has(self, *names: str) -> bool:
        return all(self.named(name) for name in names)


@dataclass(slots=True)
class Page:
    address: str
    status: int
    forms: list[Form] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)  # address, words
    labels: dict[str, str] = field(default_factory=dict)  # by id of the control
    hints: dict[str, str] = field(default_factory=dict)  # by id of the control
    offered: dict[str, list[str]] = field(default_factory=dict)  # by id of the list: what it offers
    errors: list[str] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)  # language, one run of text
    language: str = ""
    title: str = ""

    @property
    def path(self) -> str:
        return urlsplit(self.address).path

    @property
    def words(self) -> str:
        return " ".join(text for _, text in self.texts)

    def form_for(self, *names: str) -> Form | None:
        """The first form that has all these controls."""
        return next((form for form in self.forms if form.has(*names)), None)

    def posting(self) -> Form | None:
        """The form that the page is about: the last one that posts, since the header's come first."""
        return next((form for form in reversed(self.forms) if form.method == "post"), None)

    def link_to(self, *parts: str) -> str:
        """The first link whose address has all these parts; "" when there is none."""
        return next((href for href, _ in self.links if all(part in href for part in parts)), "")

    def asked(self, control: Control) -> str:
        """Label and hint of a control: what a person reads beside it."""
        return f"{self.labels.get(control.id, '')} {self.hints.get(control.id, '')}".strip()


def read(address: str, status: int, html: str) -> Page:
    reader = _Reader(Page(address, status))
    reader.feed(html)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    """One pass. `stack` holds, for each open element, what it means for the text inside it."""

    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.form: Form | None = None
        self.select: Control | None = None
        self.area: Control | None = None
        self.stack: list[tuple[str, dict[str, str]]] = []

    # -- elements

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self.stack.append((tag, given))
        if tag == "html":
            self.page.language = given.get("lang", "")
        elif tag == "form":
            action = urljoin(self.page.address, given.get("action") or self.page.address)
            self.form = Form(action, given.get("method", "get").lower())
            self.page.forms.append(self.form)
        elif tag == "a" and given.get("href"):
            self.page.links.append((urljoin(self.page.address, given["href"]), ""))
        elif tag == "option" and any(open_tag == "datalist" for open_tag, _ in self.stack):
            offering = next(one.get("id", "") for open_tag, one in self.stack if open_tag == "datalist")
            self.page.offered.setdefault(offering, []).append(given.get("value", ""))
        elif tag == "option" and self.select is not None:
            self.select.options.append((given.get("value", ""), ""))
            if "selected" in given:
                self.select.value = given.get("value", "")
        elif self.form is not None and tag in {"input", "select", "textarea", "button"} and "disabled" not in given:
            self._control(self.form, tag, given)

    def _control(self, form: Form, tag: str, given: dict[str, str]) -> None:
        control = Control(
            name=given.get("name", ""),
            kind=given.get("type", "text") if tag == "input" else tag,
            id=given.get("id", ""),
            value=given.get("value", ""),
            checked="checked" in given,
            inputmode=given.get("inputmode", ""),
            offers=given.get("list", ""),
            wrong=given.get("aria-invalid") == "true" or any(_marks_wrong(one) for _, one in self.stack),
        )
        form.controls.append(control)
        if tag == "select":
            self.select = control
        if tag == "textarea":
            self.area = control

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or not any(open_tag == tag for open_tag, _ in self.stack):
            return
        while self.stack and self.stack.pop()[0] != tag:
            pass
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.area = None

    # -- words

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area.value += data.removeprefix("\n")
            return
        text = " ".join(data.split())
        if not text or any(tag in SILENT for tag, _ in self.stack):
            return
        if self.stack and self.stack[-1][0] == "title":
            self.page.title += text
        self._belongs(text)
        language = next((given["lang"] for _, given in reversed(self.stack) if given.get("lang")), self.page.language)
        self.page.texts.append((language, text))

    def _belongs(self, text: str) -> None:
        """Text inside labels, hints, options, links and error messages is theirs as well."""
        for tag, given in self.stack:
            if tag == "label" and given.get("for"):
                self._add(self.page.labels, given["for"], text)
            elif given.get("id", "").endswith("-hint"):
                self._add(self.page.hints, given["id"].removesuffix("-hint"), text)
            elif tag == "option" and self.select is not None and self.select.options:
                value, words = self.select.options[-1]
                self.select.options[-1] = (value, f"{words} {text}".strip())
            elif tag == "a" and given.get("href") and self.page.links:
                address, words = self.page.links[-1]
                self.page.links[-1] = (address, f"{words} {text}".strip())
            elif SENTENCE_CLASS in given.get("class", "").split():
                self.page.errors.append(text)

    @staticmethod
    def _add(known: dict[str, str], key: str, text: str) -> None:
        known[key] = f"{known.get(key, '')} {text}".strip()


def _marks_wrong(given: dict[str, str]) -> bool:
    return bool(ERROR_CLASSES & set(given.get("class", "").split()))
