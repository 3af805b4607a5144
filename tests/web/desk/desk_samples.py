"""Officers and dossiers for the tests of the desk."""

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tinhso.cases import deadlines, offers
from tinhso.cases.actions.filing import Applicant, FiledPaper, Filing, file
from tinhso.cases.catalogue import offered
from tinhso.documents import actions as documents
from tinhso.documents.queries import Holder
from tinhso.identity.access import subject
from tinhso.identity.models import Account, Person, Post
from tinhso.journal.keys import new_uuid7
from tinhso.kernel.calendar import local_date
from tinhso.places import queries as places

NOW = datetime(2026, 11, 20, 2, 14, tzinfo=UTC)
WARD = "H53.31.02"
PROCEDURE = "1.004873"  # certificate of marital status
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xdc\xccY\xe7\x00\x00\x00\x00IEND\xaeB`\x82"
)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Ward:
    counter: Account
    specialist: Account
    leader: Account
    neighbour: Account


def account(name, email=""):
    number = next(_numbers)
    person = Person(full_name=name, search_key=name.lower(), sort_key=name.lower(), created_at=NOW)
    person.save()
    return Account.objects.create(email=email or f"officer-{number}@example.vn", person=person, registered_at=NOW)


def officer(name, role, agency=WARD, fields=()):
    made = account(name)
    Post.objects.create(
        account=made,
        agency_code=agency,
        role=role.value,
        title_vi="Công chức",
        title_en="Officer",
        fields=list(fields),
        valid_from=datetime(2026, 1, 1, tzinfo=UTC).date(),
        appointed_at=NOW,
    )
    return made


def who(made, at=NOW):
    return subject(made, on=local_date(at))


def file_dossier(
    by, name="Nguyễn Thị Mẫu", *, agency=WARD, code=PROCEDURE, at=NOW - timedelta(hours=1), files=(), **answers
):
    """A dossier as the portal files it, at a moment; gives its code."""
    found = offered(code, local_date(at))
    calendar = places.calendar(local_date(at))
    answers = {
        "requester_full_name": name,
        "requester_personal_id": "072196000412",
        "requester_phone": "0912345412",
    } | answers
    channel = "online" if "online" in found.version.channels else "counter"
    papers = []
    for paper_id, content, label in files:
        kept = documents.store(by=who(by), content=content, name=label, purpose="tests", at=at)
        papers.append(FiledPaper(paper_id, kept.id, kept.sha256))
    filed = file(
        filing=Filing(
            form_key=new_uuid7(),
            filed_by=by.id,
            owner_id=by.id,
            offered=found,
            agency_code=agency,
            unit_code="",
            channel=channel,
            answers=answers,
            papers=tuple(papers),
            applicant=Applicant(name, answers["requester_personal_id"], answers["requester_phone"], ""),
            subject="",
            language="vi",
            return_channel="online",
            promise=deadlines.promise(found.version, channel, at, calendar),
            charge=offers.Charge(0, ()),
            first_step=found.flow[0].step,
            arrived_at=at,
        ),
        at=at,
    )
    return filed.code


def holder(dossier_id):
    return Holder("cases.dossier", dossier_id)
