"""What `province` and `province_db` promise to other tests."""

from django.contrib.sessions.models import Session
from django.utils import timezone

from tinhso.packs import queries as packs
from tinhso.packs.models import PackVersion
from tinhso.places import queries as places


def test_a_province_has_packs_and_places(province):
    today = timezone.localdate()
    assert places.province(today).code == "80"
    assert packs.documents("procedure", today)


def test_what_a_test_writes_into_the_province_is_gone_for_the_next(province):
    assert not Session.objects.exists()
    Session.objects.create(session_key="written", session_data="", expire_date=timezone.now())


def test_it_is_gone_indeed(province):
    assert not Session.objects.exists()


def test_a_province_of_ones_own_commits(province_db):
    assert PackVersion.objects.filter(pack="vietnam").exists()
