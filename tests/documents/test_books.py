"""Numbers of office: from 01 each year, one book for an agency, no gap and no double."""

import threading

import pytest
from django.db import connection, transaction
from small_world import fail_after

from tinhso.documents.books import next_number, number_text
from tinhso.journal.append import NotInTransaction


def take(book="GXN", *, agency="H53.31.02", year=2026):
    with transaction.atomic():
        return next_number(agency_code=agency, book=book, year=year)


def test_numbers_begin_at_one_in_each_book_agency_and_year(db):
    assert [take(), take(), take()] == [1, 2, 3]
    assert take(year=2027) == 1
    assert take("TB") == 1
    assert take(agency="H53.31.03") == 1
    assert take() == 4


@pytest.mark.parametrize(("number", "text"), [(5, "05/GXN-UBND"), (10, "10/GXN-UBND"), (1234, "1234/GXN-UBND")])
def test_a_number_below_ten_has_a_leading_zero(number, text):
    assert number_text(number, "GXN-UBND") == text


def test_a_number_taken_in_vain_is_given_again(committed_db):
    with pytest.raises(RuntimeError):
        fail_after(lambda: next_number(agency_code="H53", book="QĐ", year=2026))
    assert take("QĐ", agency="H53") == 1


def test_officers_at_once_get_numbers_without_gap_or_double(committed_db):
    taken = []

    def officer():
        taken.extend(take() for _ in range(10))
        connection.close()

    threads = [threading.Thread(target=officer) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 61))


def test_a_number_is_taken_inside_an_action(committed_db):
    with pytest.raises(NotInTransaction):
        next_number(agency_code="H53", book="QĐ", year=2026)
