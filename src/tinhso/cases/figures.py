"""What the portal says about its own work: counted from dossiers of the last thirty days, bounded, one statement each.

Targets and indices are the room `indicators`'s, once it stands; these few are plain counts.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from tinhso.kernel.calendar import VIETNAM

DAYS = 30

# name: served
# Uses dossier_filed_at: filings of a period; decisions of the same filings.
SERVED = """\
SELECT count(*),
       count(*) FILTER (WHERE channel = 'online'),
       count(*) FILTER (WHERE decided_at IS NOT NULL),
       count(*) FILTER (WHERE decided_at IS NOT NULL AND (due_at IS NULL OR decided_at <= due_at)),
       count(*) FILTER (WHERE returned_at IS NOT NULL),
       count(*) FILTER (WHERE supplements_asked > 0)
  FROM cases_dossier
 WHERE filed_at >= %(since)s
   AND filed_at < %(until)s"""


@dataclass(frozen=True, slots=True)
class Served:
    """Dossiers filed in a period, and what became of them."""

    filed: int
    online: int
    decided: int
    on_time: int
    returned: int
    supplemented: int

    @property
    def on_time_percent(self) -> float | None:
        """Share of the decided ones that were on time."""
        return 100 * self.on_time / self.decided if self.decided else None

    @property
    def supplemented_percent(self) -> float | None:
        """Share of the filed ones for which more was asked."""
        return 100 * self.supplemented / self.filed if self.filed else None


def served(*, until: datetime) -> Served:
    """All dossiers filed in the last thirty days."""
    with connection.cursor() as cursor:
        cursor.execute(SERVED, {"since": until - timedelta(days=DAYS), "until": until})
        return Served(*cursor.fetchone())


def of_procedure(code: str, *, until: datetime) -> Served:
    """The same of one procedure."""
    with connection.cursor() as cursor:
        cursor.execute(
            SERVED + " AND procedure_code = %(code)s",
            {"since": until - timedelta(days=DAYS), "until": until, "code": code},
        )
        return Served(*cursor.fetchone())


def received_today(today: date) -> int:
    """How many dossiers came in today, by the province's clock."""
    since = datetime(today.year, today.month, today.day, tzinfo=VIETNAM)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_dossier WHERE filed_at >= %s", [since])
        return int(cursor.fetchone()[0])
