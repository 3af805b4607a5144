"""GET /health and GET /metrics: whether the house stands, for machines that watch it.

Health answers 503 when the database does not; it never needs a session. Figures are of the house, never of a person.
"""

from collections.abc import Iterator

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

import tinhso
from tinhso.cases import queries as cases
from tinhso.journal import queries as journal
from tinhso.web.requests import anyone

LAG_TOLERATED = 10_000
PENDING_TOLERATED_S = 60
DEAD_SHOWN = 1_000


@anyone
def health(_request: HttpRequest) -> HttpResponse:
    """Version, database, journal's head and followers' lag as JSON; 503 when the database does not answer."""
    body: dict[str, object] = {"version": tinhso.__version__}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            body["database"] = {"ok": True, "version": cursor.fetchone()[0]}
        head = journal.head()
        lag = journal.lag()
        oldest = journal.oldest_pending_s()
        body["journal"] = {
            "position": head,
            "oldest_pending_ms": round(oldest * 1000),
            "dead_reactions": len(journal.dead_reactions(limit=DEAD_SHOWN)),
        }
        body["followers"] = {one.name: {"position": one.position, "lag": one.behind} for one in lag}
    except (DatabaseError, InterfaceError):
        body["database"] = {"ok": False}
        body["status"] = "down"
        return JsonResponse(body, status=503, headers={"Cache-Control": "no-store"})
    behind = any(one.behind > LAG_TOLERATED for one in lag) or oldest > PENDING_TOLERATED_S
    body["status"] = "behind" if behind else "ok"
    return JsonResponse(body, headers={"Cache-Control": "no-store"})


class House(Collector):
    """Figures read from the database when they are asked for, so that every process answers the same."""

    def collect(self) -> Iterator[Metric]:
        """One gauge a figure; names end in their unit."""
        yield GaugeMetricFamily("tinhso_journal_position", "Entries numbered by the sequencer", journal.head())
        yield GaugeMetricFamily(
            "tinhso_journal_oldest_pending_seconds",
            "Age of the oldest entry not yet numbered",
            journal.oldest_pending_s(),
        )
        lag = GaugeMetricFamily("tinhso_follower_lag_entries", "Entries a follower has not read", labels=["follower"])
        for one in journal.lag():
            lag.add_metric([one.name], one.behind)
        yield lag
        yield GaugeMetricFamily(
            "tinhso_dead_reactions", "Reactions that gave up", len(journal.dead_reactions(limit=DEAD_SHOWN))
        )
        states = GaugeMetricFamily("tinhso_dossiers_open", "Open dossiers, counted up to 10,000", labels=["state"])
        for state, count in cases.open_by_state().items():
            states.add_metric([state], count)
        yield states


@anyone
def metrics(_request: HttpRequest) -> HttpResponse:
    """Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(House())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
