"""`tinhso packs check`: file, line, reason and what to do."""

import pytest
from small_house import SERVICE_YAML, pack_yaml

from tinhso.packs import words
from tinhso.packs.check import check


def said(folder, **kwargs):
    """Every line of the report but the last."""
    return list(words.lines(check(folder, **kwargs)))[:-1]


def service(text):
    return {"civil/pack.yaml": pack_yaml("civil"), "civil/services/birth.yaml": text}


def test_a_sound_folder_says_nothing_but_how_much_was_read(write):
    report = check(write(service(SERVICE_YAML)))
    assert list(words.lines(report)) == ["1 packs, 2 documents: 0 errors, 0 warnings"]
    assert [pack.id for pack in report.sound] == ["civil"]


@pytest.mark.parametrize(
    ("line", "reason", "remedy"),
    [
        (
            "tilte: x",
            "4: there is no field “tilte” here",
            "delete it, or use one of: channel, form, share, fees, steps, when",
        ),
        ("chanel: x", "4: there is no field “chanel” here", "did you mean “channel”?"),
        ("channel: onlin", "4: “onlin” is not one of: counter, online, post", "did you mean “online”?"),
        ("channel: 3", "4: “3” is not one of: counter, online, post", "use one of: counter, online, post"),
        ("form: 12", "4: expected text, found a whole number", 'put it in quotes: "12"'),
        ("form: true", "4: expected text, found true or false", 'put it in quotes: "true"'),
        ("share: half", "4: expected a number, found text", "change the value"),
        ("steps:", "4: expected a list, found nothing", "write a value after the colon, or delete the line"),
        ("steps: [Nộp]", "4: expected fields with values, found text", 'write both languages: {vi: "…", en: "…"}'),
        ("steps: [{vi: Nộp}]", "4: the field “en” is missing", "add a line “en: …” here"),
        ("steps: [{vi: Nộp, en: ''}]", "4: the text in 'en' is empty", "change the value so that it fits"),
        ("steps: {a: 1}", "4: expected a list, found fields with values", "change the value"),
        (
            "when: answers.age >",
            None,
            "correct it; it may use: answers",
        ),
        (
            "when: '1 + 1'",
            "4: the condition gives INT, not BOOL / DYN",
            "compare the value with something, as in “answers.age >= 18”",
        ),
    ],
)
def test_each_mistake_is_told_with_its_line_and_its_remedy(write, line, reason, remedy):
    found = said(write(service(f"code: 1.001193\ntitle: {{vi: Đăng ký, en: Registration}}\n# a comment\n{line}\n")))
    assert len(found) == 2
    assert found[0].startswith("packs/civil/services/birth.yaml:4: ")
    if reason:
        assert found[0] == f"packs/civil/services/birth.yaml:{reason}"
    assert found[1] == f"    → {remedy}"


def test_keys_of_maps_have_their_line_too(write):
    text = """\
        code: 1.001193
        title: {vi: Đăng ký, en: Registration}
        fees:
          early:
            amount: 0
            valid_from: 2026-01-01
            reference: NQ 1
          late:
            amount: -1
            valid_from: 2026-02-30
            reference: NQ 1
            per: copy
    """
    assert said(write(service(text)))[::2] == [
        "packs/civil/services/birth.yaml:9: -1 is below 0",
        "packs/civil/services/birth.yaml:10: expected a date such as 2026-07-01, found text",
        "packs/civil/services/birth.yaml:12: there is no field “per” here",
    ]


def test_all_mistakes_of_all_files_are_told_at_once(write):
    folder = write(
        {
            **service("code: 1\n"),
            "civil/forms/a.yaml": "id: a\nid: b\n",
            "civil/forms/b.yaml": "id: b\ntitle: {vi: B, en: B}\nextra: 1\n",
        }
    )
    assert said(folder)[::2] == [
        "packs/civil/forms/a.yaml:2: “id” stands here a second time; it is already on line 1",
        "packs/civil/forms/b.yaml:3: there is no field “extra” here",
        "packs/civil/services/birth.yaml:1: expected text, found a whole number",
        "packs/civil/services/birth.yaml:1: the field “title” is missing",
    ]


def test_a_pattern_is_explained_in_words(write):
    found = said(write(service("code: 1.1193\ntitle: {vi: A, en: A}\n")))
    assert found == [
        "packs/civil/services/birth.yaml:1: “1.1193” is not written in the form ^[0-9]\\.[0-9]{6}$",
        "    → write it in that form (a digit, a dot, six digits)",
    ]


def test_a_reference_to_nothing_names_the_nearest_document(write):
    folder = write(
        {**service(SERVICE_YAML + "form: brith\n"), "civil/forms/a.yaml": "id: birth\ntitle: {vi: A, en: A}\n"}
    )
    assert said(folder) == [
        "packs/civil/services/birth.yaml:5: there is no form “brith”",
        "    → did you mean “birth”?",
    ]


def test_a_document_may_stand_in_another_pack(write):
    folder = write(
        {
            **service(SERVICE_YAML + "form: birth\n"),
            "forms/pack.yaml": pack_yaml("forms"),
            "forms/forms/a.yaml": "id: birth\ntitle: {vi: A, en: A}\n",
        }
    )
    assert said(folder) == []


def test_two_documents_of_one_name_are_told_wherever_they_stand(write):
    form = "id: birth\ntitle: {vi: A, en: A}\n"
    folder = write(
        {
            **service(SERVICE_YAML),
            "civil/forms/a.yaml": form,
            "civil/forms/b.yaml": form,
            "two/pack.yaml": pack_yaml("two"),
            "two/forms/c.yaml": form,
        }
    )
    assert said(folder)[::2] == [
        "packs/civil/forms/b.yaml:1: the form “birth” is already in packs/civil/forms/a.yaml",
        "packs/two/forms/c.yaml:1: the form “birth” is already in packs/civil/forms/a.yaml",
    ]


def test_two_provinces_may_use_the_same_name(write):
    form = "id: notice\ntitle: {vi: A, en: A}\n"
    folder = write(
        {
            "tay-ninh/pack.yaml": pack_yaml("tay-ninh", more="province: tay-ninh\n"),
            "tay-ninh/forms/a.yaml": form,
            "tuyen-quang/pack.yaml": pack_yaml("tuyen-quang", more="province: tuyen-quang\n"),
            "tuyen-quang/forms/a.yaml": form,
        }
    )
    assert said(folder) == []
    assert [pack.id for pack in check(folder, province="tay-ninh").packs] == ["tay-ninh"]


def test_an_amount_without_a_source_of_law_is_refused(write):
    found = said(write(service(SERVICE_YAML.replace('"NQ 1/2026"', '""'))))
    assert found == [
        "packs/civil/services/birth.yaml:4: “amount” has no source of law",
        '    → add a line "reference: …" with the act and its article',
    ]


def test_a_file_of_no_part_is_told_where_it_could_go(write):
    found = said(
        write({**service(SERVICE_YAML), "civil/service/x.yaml": "a: 1\n", "civil/README.md": "x", "civil/map.svg": "x"})
    )
    assert found == [
        "packs/civil/service/x.yaml:1: no part reads this file",
        "    → move it to one of: services/*.yaml, forms/*.yaml, pack.yaml, examples/*.yaml",
    ]


def test_a_pack_needs_a_head_of_its_own_name(write):
    folder = write({"civil/services/birth.yaml": SERVICE_YAML, "land/pack.yaml": pack_yaml("lands")})
    assert said(folder)[::2] == [
        "packs/civil/pack.yaml:1: the pack has no pack.yaml",
        "packs/land/pack.yaml:1: the id “lands” is not the name of the folder",
    ]


def test_a_dependency_must_exist(write):
    folder = write(
        {
            "civil/pack.yaml": pack_yaml("civil", more="depends: [one-stopp, one-stop]\n"),
            "one-stop/pack.yaml": pack_yaml("one-stop"),
        }
    )
    assert said(folder) == ["packs/civil/pack.yaml:6: there is no pack “one-stopp”", "    → did you mean “one-stop”?"]


EXAMPLES = """\
for: service/1.001193
examples:
  - name: {vi: Trễ hạn, en: Late}
    given: {fee: late}
    then: {amount: 8000}
  - name: {vi: Sai, en: Wrong}
    given: {fee: late}
    then:
      amount: 9000
"""


def test_examples_are_run_and_a_wrong_one_is_told_at_its_line(write):
    found = said(write({**service(SERVICE_YAML), "civil/examples/fees.yaml": EXAMPLES}))
    assert found == ["packs/civil/examples/fees.yaml:9: expected 9000, got 8000"]


def test_examples_of_nothing_are_told(write):
    for wrong, reason in [
        ("service/1.001194", "there is no service “1.001194”"),
        ("form/birth", "“form” is no part that runs examples"),
    ]:
        found = said(
            write({**service(SERVICE_YAML), "civil/examples/fees.yaml": EXAMPLES.replace("service/1.001193", wrong)})
        )
        assert found[0] == f"packs/civil/examples/fees.yaml:1: {reason}"


def test_content_taken_from_elsewhere_without_a_licence_is_a_warning(write):
    report = check(write({"civil/pack.yaml": pack_yaml("civil", more="source: https://example.org\n")}))
    assert words.line(report.found[0]) == "packs/civil/pack.yaml:6: warning: content from elsewhere has no licence"
    assert not report.errors
    assert [pack.id for pack in report.sound] == ["civil"]


def test_a_broken_pack_is_replaced_by_its_running_version_for_the_others(write):
    folder = write(
        {
            **service(SERVICE_YAML + "form: birth\n"),
            "forms/pack.yaml": pack_yaml("forms"),
            "forms/forms/birth.yaml": "id: birth\ntitel: {vi: A, en: A}\n",
        }
    )
    assert check(folder, standing={}).broken == {"civil", "forms"}
    running = {"forms": {"form": {"birth": object()}, "pack": {"forms": object()}}}
    assert check(folder, standing=running).broken == {"forms"}


def test_what_needs_a_broken_pack_waits_with_it(write):
    folder = write(
        {
            "civil/pack.yaml": pack_yaml("civil", more="depends: [forms]\n"),
            "forms/pack.yaml": pack_yaml("forms"),
            "forms/forms/birth.yaml": "id: 1\n",
        }
    )
    found = said(folder, standing={})
    assert (
        "packs/civil/pack.yaml:6: the pack “forms”, which this one needs, is broken and has no running version" in found
    )


def test_one_pack_may_be_checked_alone(write):
    folder = write({**service(SERVICE_YAML), "land/pack.yaml": "id: 1\n"})
    assert not check(folder / "civil").found
