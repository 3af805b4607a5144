"""Publication: a version is written once, a broken pack leaves the running one alone."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from small_house import SERVICE_YAML, pack_yaml

from tinhso.journal.queries import entries_of
from tinhso.packs import actions, queries, words
from tinhso.packs.models import PackVersion, PublishedForEver

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)


@pytest.fixture
def publish(write):
    def publish_files(files, at=NOW, province=None):
        return actions.publish_all(by=None, folder=write(files), province=province, at=at)

    return publish_files


def civil(text=SERVICE_YAML, version="2026.1", in_force_from="2026-01-01"):
    return {"civil/pack.yaml": pack_yaml("civil", version, in_force_from), "civil/services/birth.yaml": text}


def title(on=TODAY):
    return queries.document("service", "1.001193", on).document.title.en


@pytest.mark.django_db
def test_a_published_document_is_found_by_its_date(publish):
    publication = publish(civil())
    assert [(line.pack, line.version) for line in publication.new] == [("civil", "2026.1")]
    entry = queries.document("service", "1.001193", TODAY)
    assert (entry.pack, entry.version_id) == ("civil", publication.new[0].id)
    assert entry.document.fees["late"].amount == 8000
    with pytest.raises(queries.NoSuchDocument):
        queries.document("service", "1.001193", date(2025, 12, 31))


@pytest.mark.django_db
def test_publication_is_in_the_journal(publish):
    (line,) = publish(civil()).new
    (entry,) = entries_of(str(line.id))
    assert entry.kind == "packs.version.published"
    assert entry.data == {"pack": "civil", "version": "2026.1", "digest": line.digest, "in_force_from": "2026-01-01"}


@pytest.mark.django_db
def test_publishing_the_same_content_again_changes_nothing(publish):
    publish(civil())
    again = publish(civil("# another comment\n" + SERVICE_YAML), at=NOW + timedelta(days=1))
    assert (again.new, again.unchanged) == ((), ("civil",))
    assert len(queries.versions()) == 1


@pytest.mark.django_db
def test_other_content_under_a_published_version_is_refused_at_its_line(publish, write):
    publish(civil())
    other = civil(SERVICE_YAML.replace("8000", "9000"))
    publication = publish(other)
    assert list(words.lines(publication.report))[:2] == [
        "packs/civil/pack.yaml:2: version 2026.1 was published with other content",
        "    → raise the version; a published one is never changed",
    ]
    assert publication.new == ()
    assert queries.document("service", "1.001193", TODAY).document.fees["late"].amount == 8000
    with pytest.raises(actions.VersionTaken) as caught:
        actions.publish(by=None, folder=write(other), pack="civil", at=NOW)
    assert caught.value.values["version"] == "2026.1"


@pytest.mark.django_db
def test_a_raised_version_applies_from_its_day_and_the_old_one_stays_for_its_cases(publish):
    (first,) = publish(civil()).new
    publish(civil(SERVICE_YAML.replace("Birth registration", "Registration of a birth"), "2026.2", "2026-07-01"))
    assert title(date(2026, 6, 30)) == "Birth registration"
    assert title(date(2026, 7, 1)) == "Registration of a birth"
    assert queries.version(first.id).get("service", "1.001193").title.en == "Birth registration"
    assert queries.in_force("civil", date(2026, 8, 1)).header.version == "2026.2"
    assert [line.version for line in queries.versions("civil")] == ["2026.2", "2026.1"]


@pytest.mark.django_db
def test_what_was_known_when_a_case_was_filed_can_be_asked_for_later(publish):
    publish(civil())
    publish(civil(SERVICE_YAML.replace("Birth registration", "Corrected"), "2026.2"), at=NOW + timedelta(days=9))
    assert title() == "Corrected"
    then = queries.catalogue(TODAY, known_at=NOW + timedelta(days=1))
    assert then.get("service", "1.001193").document.title.en == "Birth registration"


@pytest.mark.django_db
def test_a_broken_pack_leaves_its_running_version_and_the_others_are_published(publish):
    publish(civil())
    publication = publish(
        {
            **civil(SERVICE_YAML + "formm: x\n", "2026.2"),
            "land/pack.yaml": pack_yaml("land"),
            "land/services/parcel.yaml": SERVICE_YAML.replace("1.001193", "1.012789"),
        }
    )
    assert [line.pack for line in publication.new] == ["land"]
    assert [words.line(found) for found in publication.report.errors] == [
        "packs/civil/services/birth.yaml:5: there is no field “formm” here"
    ]
    assert title() == "Birth registration"
    assert set(queries.documents("service", TODAY)) == {"1.001193", "1.012789"}


@pytest.mark.django_db
def test_others_stand_beside_the_running_version_of_a_broken_pack(publish):
    forms = {"forms/pack.yaml": pack_yaml("forms"), "forms/forms/a.yaml": "id: birth\ntitle: {vi: A, en: A}\n"}
    publish(forms)
    broken = {"forms/pack.yaml": pack_yaml("forms", "2026.2"), "forms/forms/a.yaml": "id: 7\n"}
    publication = publish({**civil(SERVICE_YAML + "form: birth\n"), **broken})
    assert [line.pack for line in publication.new] == ["civil"]
    assert publication.report.broken == {"forms"}


@pytest.mark.django_db
def test_publishing_one_broken_pack_says_every_line_and_publishes_nothing(write):
    folder = write(civil(SERVICE_YAML + "formm: x\nchannel: mail\n"))
    with pytest.raises(actions.PackBroken) as caught:
        actions.publish(by=None, folder=folder, pack="civil", at=NOW)
    assert [error.field for error in caught.value.errors] == [
        "packs/civil/services/birth.yaml:5",
        "packs/civil/services/birth.yaml:6",
    ]
    assert queries.versions() == []
    with pytest.raises(actions.NoSuchPack):
        actions.publish(by=None, folder=folder, pack="land", at=NOW)


@pytest.mark.django_db
def test_publishing_one_pack_gives_its_version_once(write):
    folder = write(civil())
    by = uuid4()
    line = actions.publish(by=by, folder=folder, pack="civil", at=NOW)
    assert (line.pack, line.published_by, line.published_at) == ("civil", by, NOW)
    assert actions.publish(by=by, folder=folder, pack="civil", at=NOW) is None


@pytest.mark.django_db
def test_only_the_chosen_province_is_published_and_in_force(publish, settings):
    files = {
        f"{name}/{file}": text
        for name in ("tay-ninh", "tuyen-quang")
        for file, text in {
            "pack.yaml": pack_yaml(name, more=f"province: {name}\n"),
            "forms/a.yaml": f"id: {name}\ntitle: {{vi: A, en: A}}\n",
        }.items()
    }
    assert [line.pack for line in publish(files, province="tay-ninh").new] == ["tay-ninh"]
    publish(files, province="tuyen-quang")
    settings.PROVINCE = "tay-ninh"
    assert list(queries.documents("form", TODAY)) == ["tay-ninh"]
    settings.PROVINCE = "tuyen-quang"
    assert list(queries.documents("form", TODAY)) == ["tuyen-quang"]


@pytest.mark.django_db
def test_the_program_cannot_change_or_remove_a_published_version(publish):
    publish(civil())
    row = PackVersion.objects.get()
    row.content = {}
    for forbidden in (
        row.save,
        row.delete,
        PackVersion.objects.all().delete,
        lambda: PackVersion.objects.update(digest="0" * 64),
    ):
        with pytest.raises(PublishedForEver):
            forbidden()


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE packs_packversion SET content = '{}'", "UPDATE packs_packversion SET in_force_from = '2020-01-01'", "DELETE FROM packs_packversion", "TRUNCATE packs_packversion"])  # fmt: skip
def test_neither_can_anyone_who_has_the_programs_password(publish, statement):
    publish(civil())
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db
def test_a_catalogue_costs_one_statement_and_is_kept(publish, django_assert_num_queries):
    publish(civil())
    first = queries.catalogue(TODAY)
    with django_assert_num_queries(1):
        again = queries.catalogue(TODAY)
        again.documents("service")
    assert again is first


@pytest.mark.django_db
def test_what_a_room_derives_from_a_catalogue_is_made_once(publish):
    publish(civil())
    made = []

    def titles(catalogue):
        made.append(1)
        return sorted(entry.document.title.en for entry in catalogue.documents("service").values())

    assert queries.catalogue(TODAY).derived(titles) == ["Birth registration"]
    assert queries.catalogue(TODAY).derived(titles) == ["Birth registration"]
    assert made == [1]


@pytest.mark.django_db
def test_a_version_that_does_not_exist_is_not_found():
    with pytest.raises(queries.NoSuchVersion):
        queries.version(uuid4())
    assert queries.in_force("civil", TODAY) is None


def test_two_processes_that_start_together_publish_once(committed_db, owner_dsn, write):
    folder = write(civil())
    known = actions._digests()
    report = actions.check(folder)
    first = actions._publish(by=None, packs=report.sound, at=NOW)
    second = actions._publish(by=None, packs=report.sound, at=NOW)
    assert (len(first), second, known) == (1, (), {})
    with psycopg.connect(owner_dsn) as owner:
        assert owner.execute("SELECT count(*) FROM packs_packversion").fetchone() == (1,)
