"""Dossiers filed durably through HTTP a second, beside pgbench doing the same row writes on the same server.

A filing is the POST of the review page of a complete draft: session, CSRF, the form checked once more against today's law, code, dossier,
papers, journal entry, commit, and the redirect to the receipt. Sixteen citizens press at once. The aim is a fifth of what pgbench reaches.
A second run fetches the receipt page (with its QR code) after each filing, as a browser does.
"""

import asyncio
import time

from _house import console, house, percentile, report
from _people import Filer, filers

CLIENTS, SECONDS = 16, 15
DRAFTS_EACH = 700

# The same rows as one filing, without any program around them: counter, dossier, entry, its place in line, the draft gone.
PGBENCH = """\
\\set agency random(1, 96)
BEGIN;
INSERT INTO cases_code_counter AS c (agency_code, day, last) VALUES ('B' || :agency, current_date, 1)
    ON CONFLICT (agency_code, day) DO UPDATE SET last = c.last + 1;
INSERT INTO cases_dossier (code, filed_by_id, form_key, owner_id, procedure_code, variant_code, pack_version_id, received_on, field, channel,
    agency_code, unit_code, deadline_case, state, asked_from_state, step, moved_by_id, moved_at, moves, filed_at, counted_from_at, first_due_at,
    due_at, outcome, supplements_asked, answers, salt, applicant_name, applicant_key, applicant_personal_id, applicant_phone, applicant_email,
    subject_key, language, return_channel, fee_dong, handed_words, end_reasons, end_words, result_text, returned_to)
SELECT gen_random_uuid()::text, a.id, gen_random_uuid(), a.id, '1.004873', '1.004873.H53', p.id, current_date, 'civil-status', 'online',
    'B' || :agency, '25459', '', 'filed', '', 'receive', a.id, now(), 0, now(), now(), now(), now(), '', 0,
    '{"requester_full_name": "Nguyễn Thị Mẫu", "request": "một trang chữ"}', '\\x00112233445566778899aabbccddeeff', 'Nguyễn Thị Mẫu',
    'nguyen thi mau', '072196000412', '0900000412', 'mau@example.vn', '', 'vi', 'online', 0, '', '{}', '', '', ''
  FROM (SELECT id FROM identity_account LIMIT 1) AS a, (SELECT id FROM packs_packversion LIMIT 1) AS p;
WITH entry AS (
    INSERT INTO journal_entry (at, kind, subject, unit, actor, data, meta)
    VALUES (now(), 'cases.dossier.submitted', gen_random_uuid()::text, 'B1', NULL, '{"code": "x", "procedure": "1.004873"}', '{}')
    RETURNING seq, id)
INSERT INTO journal_pending (seq, id) SELECT seq, id FROM entry;
DELETE FROM cases_draft WHERE id = '00000000-0000-7000-8000-000000000000';
COMMIT;
"""


def main() -> None:
    with house() as place:
        with console.status("Citizens with complete drafts"):
            people = filers(CLIENTS, drafts=DRAFTS_EACH)
        with place.door(8972) as door:
            port = int(door.rsplit(":", 1)[1])
            filed, taken, seconds = asyncio.run(_press(people, port, receipt=False))
            whole, _, whole_seconds = asyncio.run(_press(people, port, receipt=True))
        peer = place.pgbench(PGBENCH, clients=CLIENTS, seconds=SECONDS)
        ours = filed / seconds
        rows = [
            ("filed", f"{ours:.0f} a second"),
            ("filed and the receipt page read", f"{whole / whole_seconds:.0f} a second"),
            ("p50 of a filing", f"{percentile(taken, 0.5):.0f} ms"),
            ("p99 of a filing", f"{percentile(taken, 0.99):.0f} ms"),
            ("pgbench, same rows", f"{peer:.0f} a second"),
            ("share", f"{ours / peer:.3f}"),
        ]
        report("filing", rows, ours=ours, unit="dossiers a second", peer=peer, limit=0.2)


async def _press(people: list[Filer], port: int, *, receipt: bool) -> tuple[int, list[float], float]:
    taken: list[float] = []
    began = time.perf_counter()
    until = began + SECONDS
    await asyncio.gather(*(_one(person, port, until, taken, receipt) for person in people))
    return len(taken), taken, time.perf_counter() - began


async def _one(person: Filer, port: int, until: float, taken: list[float], receipt: bool) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while person.drafts:
        if time.perf_counter() > until:
            break
        draft = person.drafts.pop()
        began = time.perf_counter()
        body = f"csrfmiddlewaretoken={person.csrf}&declared=yes".encode()
        head, _ = await _send(reader, writer, person, "POST", f"/nop/ho-so/{draft}/xem-lai/", body)
        if " 302 " not in head.split("\r\n", 1)[0]:
            raise RuntimeError(head)
        location = next(line.split(": ", 1)[1] for line in head.split("\r\n") if line.lower().startswith("location: "))
        if receipt:
            await _receipt(reader, writer, person, location)
        taken.append((time.perf_counter() - began) * 1000)
    else:
        raise RuntimeError("the drafts did not last: raise DRAFTS_EACH")
    writer.close()


async def _receipt(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, person: Filer, location: str) -> None:
    head, page = await _send(reader, writer, person, "GET", location, b"")
    if " 200 " not in head.split("\r\n", 1)[0] or b"receipt-code" not in page:
        raise RuntimeError(f"no receipt at {location}: {head}")


async def _send(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, person: Filer, method: str, path: str, body: bytes
) -> tuple[str, bytes]:
    """One request on a kept connection."""
    writer.write(
        (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {person.cookie}\r\nContent-Length: {len(body)}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nAccept: text/html\r\n\r\n"
        ).encode()
        + body
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = next(
        (int(line.split(":", 1)[1]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), None
    )
    if length is not None:
        return head, await reader.readexactly(length)
    page = b""
    while size := int((await reader.readuntil(b"\r\n")).strip() or b"0", 16):
        page += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readexactly(2)
    return head, page


if __name__ == "__main__":
    main()
