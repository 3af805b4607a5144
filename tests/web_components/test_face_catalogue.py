"""The Vietnamese catalogue: what is found, what is kept, and that nothing lacks a translation."""

from tinhso.web import catalogue
from tinhso.web.catalogue import Found, add, found_in, found_in_sources, merge, untranslated, unused


def test_msgids_are_found_in_templates_with_their_plural_and_context(tmp_path):
    template = tmp_path / "page.html"
    template.write_text(
        "{% load i18n %}\n  <p>don't {% translate 'Hello' %}</p>\n"
        "{% blocktranslate count n=days trimmed %}\n {{ n }} day\n{% plural %}{{ n }} days{% endblocktranslate %}\n"
        "{% translate 'Entered' context 'stamp' %}",
        encoding="utf-8",
    )
    found = {(item.singular, item.plural, item.context) for item in found_in(template, "page.html")}
    assert found == {("Hello", None, None), ("%(n)s day", "%(n)s days", None), ("Entered", None, "stamp")}


def test_msgids_are_found_in_python_where_they_are_only_marked(tmp_path):
    module = tmp_path / "module.py"
    module.write_text('TITLE = N_("The dossier is closed")\nsay = ngettext("one", "many", n)\n', encoding="utf-8")
    found = {(item.singular, item.plural) for item in found_in(module, "module.py")}
    assert found == {("The dossier is closed", None), ("one", "many")}


def test_a_translation_survives_new_msgids_and_is_written_sorted(tmp_path):
    po_file = tmp_path / "vi" / "django.po"
    with catalogue.opened(po_file) as kept:
        add(kept, "Find", "Tìm")
    with catalogue.opened(po_file) as kept:
        merge(kept, [Found("Find", None, None, "a", 1), Found("Add", None, None, "a", 2)])
        assert untranslated(kept) == ["Add"]
    again = catalogue.read(po_file)
    assert again.get("Find").string == "Tìm"
    assert po_file.read_text(encoding="utf-8").index('"Add"') < po_file.read_text(encoding="utf-8").index('"Find"')


def test_what_no_source_uses_any_more_is_named(tmp_path):
    with catalogue.opened(tmp_path / "vi" / "django.po") as kept:
        add(kept, "Gone", "Đã bỏ")
        assert unused(kept, [Found("Find", None, None, "a", 1)]) == ["Gone"]


def test_a_compiled_catalogue_speaks(tmp_path):
    import gettext

    po_file = tmp_path / "django.po"
    with catalogue.opened(po_file) as kept:
        add(kept, "%(n)s day", "%(n)s ngày", plural="%(n)s days")
    catalogue.compile_catalogue(po_file)
    with po_file.with_suffix(".mo").open("rb") as file:
        speaker = gettext.GNUTranslations(file)
    assert speaker.ngettext("%(n)s day", "%(n)s days", 5) == "%(n)s ngày"


def test_every_msgid_in_the_sources_has_its_vietnamese():
    kept = catalogue.read()
    messages = {
        (item.singular, item.context): kept.get(item.singular, context=item.context) for item in found_in_sources()
    }
    missing = sorted(
        words for (words, _), message in messages.items() if not message or message.fuzzy or not any(message.string)
    )
    assert not missing


def test_values_in_a_translation_are_those_of_its_msgid():
    import re

    value = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
    for message in catalogue.read():
        if not message.id:
            continue
        asked = message.id if isinstance(message.id, str) else message.id[-1]
        given = message.string if isinstance(message.string, str) else message.string[0]
        if given:
            assert set(value.findall(given)) <= set(value.findall(asked)), asked
