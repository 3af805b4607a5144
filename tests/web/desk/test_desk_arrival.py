"""A dossier registered at the counter says when it arrived: now, unless the officer knows better."""

import random
import re
from datetime import UTC, datetime

import pytest
from desk_samples import NOW, PROCEDURE, WARD, who

from tinhso.cases import forms
from tinhso.cases.actions import drafts
from tinhso.cases.catalogue import offered
from tinhso.cases.lists import PackLists
from tinhso.cases.models import Dossier
from tinhso.kernel.calendar import local_date
from tinhso.places import queries as places
from tinhso.site import sample_people
from tinhso.site.sample_answers import Sampler

DAY, MONTH, YEAR, TIME = "arrived_at-day", "arrived_at-month", "arrived_at-year", "arrived_time"


@pytest.fixture
def review(ward):
    """The review page of a draft that the counter wrote for somebody."""
    by = who(ward.counter)
    draft = drafts.begin(by=by, procedure_code=PROCEDURE, language="vi", channel="counter", agency_code=WARD, at=NOW)
    today = forms.Today(local_date(NOW), "counter")
    requester = sample_people.person(random.Random(7), today.on, register="080")
    unit = places.agency(WARD, today.on).unit_code
    sampler = Sampler(
        rng=random.Random(7),
        today=today,
        lists=PackLists(today.on),
        commune_on=lambda _day: unit,
        requester=requester,
    )
    answers = sampler.answers(offered(PROCEDURE, today.on).form, {})
    drafts.save_page(by=by, draft_id=draft.id, values=answers, at=NOW)
    return f"/nop/ho-so/{draft.id}/xem-lai/"


def send(client, address, day="20", month="11", year="2026", clock="09:14"):
    return client.post(address, {"declared": "yes", DAY: day, MONTH: month, YEAR: year, TIME: clock})


def test_the_page_offers_now_and_left_alone_the_dossier_arrived_when_it_was_registered(ward, at_desk, review):
    client = at_desk(ward.counter)
    page = client.get(review).content.decode()
    assert re.search(r'name="arrived_time"[^>]*value="09:14"', page)
    assert send(client, review).status_code == 302
    found = Dossier.objects.get()
    assert (found.counted_from_at, found.filed_at) == (NOW, NOW)


def test_what_the_post_brought_on_wednesday_counts_from_wednesday(ward, at_desk, review):
    assert send(at_desk(ward.counter), review, day="18", clock="15h05").status_code == 302
    assert Dossier.objects.get().counted_from_at == datetime(2026, 11, 18, 8, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"clock": "09:15"}, "Ngày hồ sơ đến không thể sau"),
        ({"month": "9"}, "Ngày hồ sơ đến không thể sau"),
        ({"day": "31"}, "Ghi một ngày có trong lịch"),
        ({"day": "99999999999999"}, "Ghi một ngày có trong lịch"),
        ({"clock": "sáng"}, "Ghi giờ và phút"),
        ({"clock": "25:00"}, "Ghi giờ và phút"),
        ({"day": "", "month": "", "year": "", "clock": ""}, "Ghi giờ và phút"),
    ],
)
def test_an_impossible_arrival_is_told_beside_its_field_and_nothing_is_filed(ward, at_desk, review, typed, said):
    page = send(at_desk(ward.counter), review, **typed)
    assert page.status_code == 422
    text = page.content.decode()
    assert said in text
    assert re.search(r'name="declared" value="yes" checked', text)
    assert not Dossier.objects.exists()
