"""The officer's inbox at 10,000 and at 500,000 dossiers: the time may grow by less than 1.2 times.

One agency keeps the same number of open dossiers; the province grows around it, as it does in life. Whole pages are asked for through
HTTP, signed in. The peer is the same page at 10,000.
"""

import urllib.request
from http.cookies import SimpleCookie
from typing import Any

from _house import console, house, percentile, report, timed
from _people import officer_session, seed_dossiers

SMALL, LARGE, TIMES = 10_000, 500_000, 120


def main() -> None:
    with house() as place:
        session = officer_session("H53.31.02")
        seed_dossiers(SMALL, place.owner_url())
        with place.door(8971) as door:
            small = _pages(door, session)
            with console.status(f"{LARGE:,} dossiers"):
                seed_dossiers(LARGE - SMALL, place.owner_url())
            large = _pages(door, session)
        ours, peer = percentile(large, 0.5), percentile(small, 0.5)
        rows = [
            (f"p50 at {SMALL:,}", f"{peer:.1f} ms"),
            (f"p50 at {LARGE:,}", f"{ours:.1f} ms"),
            (f"p95 at {SMALL:,}", f"{percentile(small, 0.95):.1f} ms"),
            (f"p95 at {LARGE:,}", f"{percentile(large, 0.95):.1f} ms"),
            ("grows by", f"{ours / peer:.2f} times"),
        ]
        report("inbox", rows, ours=ours, unit="ms at p50", peer=peer, limit=1.2)


def _pages(door: str, session: dict[str, Any]) -> list[float]:
    cookie = SimpleCookie(session).output(header="", sep=";").strip()
    request = urllib.request.Request(f"{door}/ban-lam-viec/", headers={"Cookie": cookie})

    def page() -> None:
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read().decode()
        if "inbox-table" not in text:
            raise RuntimeError("the inbox was not shown: " + text[:300])

    timed(page, 20)
    return timed(page, TIMES)


if __name__ == "__main__":
    main()
