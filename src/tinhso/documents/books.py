"""Numbers of office: from 01 on 1 January to 31 December, one row for each book of an agency in a year.

Source: NĐ 30/2020/NĐ-CP, Điều 15: papers get their number from one book of the agency, or one for each kind.
"""

from django.db import connection

from tinhso.journal.append import require_transaction

# The row is locked until the caller's transaction ends, so numbers have no gaps and no doubles; a roll-back gives back.
_NEXT = """\
INSERT INTO documents_officebook AS book (agency_code, book, year, last_number)
VALUES (%s, %s, %s, 1)
    ON CONFLICT (agency_code, book, year) DO UPDATE SET last_number = book.last_number + 1
RETURNING last_number"""


def next_number(*, agency_code: str, book: str, year: int) -> int:
    """The next number of a book. A step, called as late as possible: others wait for it."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [agency_code, book, year])
        return int(cursor.fetchone()[0])


def number_text(number: int, notation: str) -> str:
    """ "05/GXN-UBND": a number below ten is written with a leading 0."""
    return f"{number:02d}/{notation}"
