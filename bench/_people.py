"""People and dossiers for measurements: citizens with complete drafts, an officer with a session, half a million dossiers by SQL."""

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg

PROCEDURE = "1.014027"  # of the communes, with the form made from the list of papers, and no file that must be there


@dataclass(frozen=True, slots=True)
class Filer:
    """A signed-in citizen: cookies as one header, the CSRF token, drafts ready to be sent."""

    cookie: str
    csrf: str
    drafts: list[str]


def _account(email: str, name: str) -> Any:
    from tinhso.identity.models import Account, Person
    from tinhso.kernel.text import name_sort_key, search_key

    at = datetime.now(UTC)
    person = Person.objects.create(
        full_name=name, search_key=search_key(name), sort_key=name_sort_key(name), created_at=at, phone="0900000412"
    )
    return Account.objects.create(email=email, person=person, registered_at=at, is_active=True)


def _session(account: Any) -> tuple[str, str]:
    """A session as the sign-in page would have made it, and a CSRF secret."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store[SESSION_KEY] = str(account.pk)
    store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store.save()
    return store.session_key or "", secrets.token_hex(16)


def filers(number: int, *, drafts: int) -> list[Filer]:
    """Citizens, each with complete drafts of one procedure, spread over the communes of the province."""
    from django.conf import settings

    from tinhso.cases.catalogue import offered
    from tinhso.cases.models import Draft
    from tinhso.kernel.calendar import local_date
    from tinhso.places import queries as places

    settings.SECRET_KEY = "of one measurement"
    at = datetime.now(UTC)
    today = local_date(at)
    found = offered(PROCEDURE, today)
    if found is None:
        raise RuntimeError(f"{PROCEDURE} is not published")
    communes = [one.code for one in places.agencies_of_kind(places.AgencyKind("commune_committee"), today)]
    agency = found.publication.agency
    answers = {
        "requester_full_name": "Nguyễn Thị Mẫu", "requester_personal_id": "072196000412", "requester_born_on": "1996-09-02",
        "requester_sex": "female", "requester_phone": "0900000412", "requester_email": "mau@example.vn",
        "requester_residence_unit": "25459", "requester_residence_line": "Khu phố 3", "request": "Cấp đổi vì giấy cũ rách",
    }  # fmt: skip
    people = []
    for number_of in range(number):
        account = _account(f"filer{number_of}@example.vn", f"Nguyễn Thị Mẫu {number_of}")
        rows = [
            Draft(
                id=uuid4(), account=account, procedure_code=PROCEDURE, pack_version_id=found.pack_version_id, channel="online",
                agency_code=agency or communes[(number_of * drafts + n) % len(communes)], answers=answers, language="vi", created_at=at,
                saved_at=at,
            )
            for n in range(drafts)
        ]  # fmt: skip
        Draft.objects.bulk_create(rows, batch_size=500)
        key, csrf = _session(account)
        cookie = f"{settings.SESSION_COOKIE_NAME}={key}; {settings.CSRF_COOKIE_NAME}={csrf}"
        people.append(Filer(cookie, csrf, [str(row.id) for row in rows]))
    return people


def officer_session(agency_code: str) -> dict[str, str]:
    """Cookies of a one-stop officer of an agency."""
    from django.conf import settings

    from tinhso.identity.models import Post

    settings.SECRET_KEY = "of one measurement"
    account = _account("officer@example.vn", "Trần Thị Tiếp")
    Post.objects.create(
        account=account, agency_code=agency_code, role="one_stop_officer", title_vi="Công chức một cửa", fields=[],
        valid_from=date(2025, 7, 1), appointed_at=datetime.now(UTC),
    )  # fmt: skip
    key, csrf = _session(account)
    return {settings.SESSION_COOKIE_NAME: key, settings.CSRF_COOKIE_NAME: csrf}


def seed_dossiers(number: int, owner_url: str) -> None:
    """Dossiers by one statement: of 96 communes, one in fifty open, and always the same hundred open ones of the officer's own."""
    from django.db import connection

    until = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_dossier")
        begun = int(cursor.fetchone()[0])
        cursor.execute(
            _SEED, {"from": begun + 1, "until": begun + number, "now": until, "since": until - timedelta(days=480)}
        )
    # What autovacuum does by itself within a minute; only the owner may.
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE) cases_dossier")


_SEED = """
INSERT INTO cases_dossier (code, filed_by_id, form_key, owner_id, procedure_code, variant_code, pack_version_id, received_on, field,
       channel, agency_code, unit_code, deadline_case, state, asked_from_state, step, moved_by_id, moved_at, moves, filed_at,
       counted_from_at, first_due_at, due_at, decided_at, returned_at, closed_at, outcome, supplements_asked, answers, salt,
       applicant_name, applicant_key, applicant_personal_id, applicant_phone, applicant_email, subject_key, language, return_channel,
       fee_dong, handed_words, end_reasons, end_words, result_text, returned_to)
SELECT 'H53.31.' || lpad((1 + n %% 96)::text, 2, '0') || '-' || to_char(g.filed_at, 'YYMMDD') || '-' || lpad(n::text, 7, '0'), a.id,
       gen_random_uuid(), a.id, e.code, e.variant_code, e.pack_version_id, g.filed_at::date, e.field, 'online',
       'H53.31.' || lpad((1 + n %% 96)::text, 2, '0'), '', '', CASE WHEN g.open THEN 'filed' ELSE 'returned' END, '', 'receive', a.id,
       g.filed_at, 0, g.filed_at, g.filed_at, g.filed_at + interval '3 days', g.filed_at + interval '3 days',
       CASE WHEN NOT g.open THEN g.filed_at + interval '2 days' END, CASE WHEN NOT g.open THEN g.filed_at + interval '2 days' END,
       CASE WHEN NOT g.open THEN g.filed_at + interval '2 days' END, CASE WHEN g.open THEN '' ELSE 'granted' END, 0, '{}',
       '\\x00112233445566778899aabbccddeeff', 'Người thứ ' || n, 'nguoi thu ' || n, '', '09' || lpad(n::text, 8, '0'), '', '', 'vi',
       'online', 0, '', '{}', '', '', ''
  FROM (SELECT n, n <= 9600 AND (n %% 96 = 1 OR n %% 50 = 0) AS open,
               %(since)s::timestamptz + (%(now)s::timestamptz - %(since)s::timestamptz) * (n %% 1000) / 1000 AS filed_at
          FROM generate_series(%(from)s::int, %(until)s::int) AS n) AS g,
       LATERAL (SELECT id FROM identity_account ORDER BY id LIMIT 1) AS a,
       LATERAL (SELECT code, variant_code, field, pack_version_id FROM cases_catalogue_entry ORDER BY code OFFSET g.n %% 20 LIMIT 1) AS e"""
