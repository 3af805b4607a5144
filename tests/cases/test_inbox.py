"""Lists of officers: every dossier exactly once, only what may be seen, and along an index."""

import json
from datetime import timedelta

import pytest
from cases_house import LAND_OFFICE, OTHER_WARD, PROVINCE_HEAD, WARD, at
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.cases import inbox
from tinhso.cases.access import Reach, reach
from tinhso.cases.catalogue import offered
from tinhso.cases.inbox import Duty, Wanted
from tinhso.cases.models import Dossier
from tinhso.cases.rules import OPEN
from tinhso.identity.policy import Permission, Role

NOW = at(20, "10:00")
SOON = at(22, "00:00")
STATES = (
    "filed",
    "accepted",
    "in_review",
    "in_review",
    "in_review",
    "waiting_for_citizen",
    "decided",
    "returned",
    "refused",
)
AGENCIES = (WARD, WARD, OTHER_WARD, "H53.31.04", LAND_OFFICE)

MANY = """
INSERT INTO cases_dossier (
    code, filed_by_id, form_key, owner_id, holder_id, procedure_code, variant_code, pack_version_id, received_on, field,
    channel, agency_code, unit_code, deadline_case, state, asked_from_state, step, moved_at, moves, filed_at,
    counted_from_at, first_due_at, due_at, decided_at, closed_at, outcome, supplements_asked, answers, salt,
    applicant_name, applicant_key, applicant_personal_id, applicant_phone, applicant_email, subject_key, language,
    return_channel, handed_words, end_reasons, end_words, result_text, returned_to)
SELECT 'X' || n, %(account)s, gen_random_uuid(), NULL, CASE WHEN n %% 7 = 0 AND state = 'in_review' AND agency = 'H53.31.02' THEN %(account)s::uuid END,
       '1.004873', '1.004873.H53', %(version)s, '2026-08-03', CASE WHEN n %% 3 = 0 THEN 'land' ELSE 'civil-status' END,
       (ARRAY['online', 'counter'])[1 + n %% 2], agency, '', '', state, '', CASE WHEN state = 'filed' THEN 'receive' ELSE 'appraise' END, %(now)s, 0, filed_at, filed_at, due_at,
       due_at, CASE WHEN state IN ('decided', 'returned') THEN %(now)s::timestamptz END,
       CASE WHEN state IN ('returned', 'refused') THEN %(now)s::timestamptz END,
       CASE WHEN state IN ('decided', 'returned') THEN 'granted' ELSE '' END, 0, '{}', '\\x00', 'Trần Thị ' || n,
       'tran thi ' || n, '', '090' || lpad(n::text, 7, '0'), '', '', 'vi', 'online', '', '{}', '', '', ''
  FROM (SELECT n, (%(states)s::text[])[1 + (n * 7919) %% array_length(%(states)s::text[], 1)] AS state,
               (%(agencies)s::text[])[1 + n %% array_length(%(agencies)s::text[], 1)] AS agency,
               %(now)s::timestamptz - make_interval(mins => (n * 31) %% 40000) AS filed_at,
               CASE WHEN n %% 6 > 0
                    THEN date_trunc('day', %(now)s::timestamptz) + make_interval(days => (n * 13) %% 29 - 9, hours => 10)
               END AS due_at
          FROM generate_series(1, %(count)s) AS n) AS made
"""


def make(house, count: int, *, agencies=AGENCIES, states=STATES) -> None:
    """So many dossiers, in all states; many share a deadline, a sixth have none."""
    version = offered("1.004873", NOW.date()).pack_version_id
    values = {
        "account": house.people["specialist"].id,
        "version": version,
        "agencies": list(agencies),
        "states": list(states),
        "now": NOW,
        "count": count,
    }
    with connection.cursor() as cursor:
        cursor.execute(MANY, values)
        cursor.execute("ANALYZE cases_dossier")


def wanted(house, name="specialist", **more) -> Wanted:
    who = house.who(name)
    duties = more.pop("duties", (Duty((WARD,), ("appraise", "sign")),))
    return Wanted(
        reach=reach(who, Permission.DOSSIER_VIEW),
        now=NOW,
        soon_until=SOON,
        account_id=who.account_id,
        duties=duties,
        **more,
    )


def walked(asked: Wanted, limit: int) -> list:
    """Every line of a list, page after page."""
    lines, cursor = [], ""
    while True:
        page = inbox.page(asked, after=cursor, limit=limit)
        lines += page.lines
        cursor = page.next_cursor
        if not cursor:
            return lines


def expected(asked: Wanted) -> set:
    """What belongs to the list, said once more over rows in memory."""

    def seen(row) -> bool:
        return any(
            (one.agencies is None or row.agency_code in one.agencies) and (not one.fields or row.field in one.fields)
            for one in asked.reach
        )

    def mine(row) -> bool:
        return row.holder_id == asked.account_id or (
            row.holder_id is None
            and row.state not in ("waiting_for_citizen", "waiting_for_payment")
            and any(
                row.agency_code in d.agencies and row.step in d.steps and (not d.fields or row.field in d.fields)
                for d in asked.duties
            )
        )

    def urgent(row) -> bool:
        runs = row.state in ("filed", "accepted", "in_review")
        later = row.due_at is None or row.due_at >= SOON
        return {
            "": True,
            "late": runs and row.due_at is not None and row.due_at < NOW,
            "soon": runs and row.due_at is not None and NOW <= row.due_at < SOON,
            "stopped": row.state == "waiting_for_citizen",
            "new": row.state == "filed" and later,
            "later": row.state in ("accepted", "in_review") and later,
        }[asked.urgency]

    def viewed(row) -> bool:
        is_open = row.state in set(OPEN)
        waits = row.state in ("waiting_for_citizen", "waiting_for_payment")
        return {"mine": is_open and mine(row), "agency": is_open, "waiting": waits, "done": not is_open}[asked.view]

    def narrowed(row) -> bool:
        return (
            (not asked.channel or row.channel == asked.channel)
            and (not asked.step or row.step == asked.step)
            and (not asked.procedure or row.procedure_code == asked.procedure)
            and (not asked.received_from or row.filed_at >= asked.received_from)
        )

    return {row.id for row in Dossier.objects.all() if seen(row) and viewed(row) and urgent(row) and narrowed(row)}


filters = st.fixed_dictionaries(
    {
        "view": st.sampled_from(inbox.VIEWS),
        "urgency": st.sampled_from(("", *inbox.URGENCIES)),
        "channel": st.sampled_from(("", "", "online", "post")),
        "step": st.sampled_from(("", "", "appraise")),
        "procedure": st.sampled_from(("", "", "1.004873", "9.999999")),
        "received_from": st.sampled_from((None, None, NOW - timedelta(days=9))),
    }
)


def sorted_keys(asked: Wanted, lines) -> list:
    if asked.view == "done":
        return sorted(lines, key=lambda line: (line.filed_at, line.id), reverse=True)
    far = NOW + timedelta(days=9999)
    return sorted(lines, key=lambda line: (line.due_at or far, line.id))


def test_pages_walk_every_dossier_exactly_once_under_any_filter(house):
    make(house, 400)
    house.appoint("chair", PROVINCE_HEAD, Role.LEADER)
    house.appoint("auditor", PROVINCE_HEAD, Role.AUDITOR, ["land"])
    house.appoint("two_desks", WARD, Role.SPECIALIST, ["land"])
    house.appoint("two_desks", OTHER_WARD, Role.ONE_STOP_OFFICER)
    both = (Duty((WARD, OTHER_WARD), ("appraise",), ("land",)), Duty((OTHER_WARD,), ("receive", "appraise")))

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        filters,
        st.sampled_from(("specialist", "chair", "auditor", "two_desks", "citizen")),
        st.sampled_from((1, 7, 50)),
    )
    def walk(asked, name, limit):
        asked = wanted(house, name, **asked, **({"duties": both} if name == "two_desks" else {}))
        lines = walked(asked, limit if limit > 1 or asked.urgency else 50)
        assert len(lines) == len({line.id for line in lines})
        assert {line.id for line in lines} == expected(asked)
        assert lines == sorted_keys(asked, lines)
        assert inbox.counts({"all": asked})["all"] == len(lines)

    walk()


def test_urgencies_split_a_list_without_gap_or_overlap(house):
    make(house, 300)
    whole = wanted(house)
    split = [{line.id for line in walked(part, 50)} for part in inbox.by_urgency(whole).values()]
    undecided = {line.id for line in walked(whole, 50) if line.state != "decided"}
    assert sum(map(len, split)) == len(set().union(*split)) == len(undecided)


def test_a_mangled_cursor_begins_anew(house):
    make(house, 60)
    first = inbox.page(wanted(house), limit=5)
    for cursor in (
        "x",
        "~",
        "2026-13-99~1",
        f"2026-08-03T00:00:00~{first.lines[0].id}",
        "'; DROP TABLE x~" + str(first.lines[0].id),
    ):
        assert inbox.page(wanted(house), after=cursor, limit=5).lines == first.lines


def test_a_page_shows_what_changed_behind_the_cursor_and_repeats_nothing(house):
    make(house, 60)
    asked = wanted(house)
    first = inbox.page(asked, limit=10)
    seen = {line.id for line in first.lines}
    Dossier.objects.filter(id=first.lines[3].id).update(
        state="returned", closed_at=NOW, decided_at=NOW, outcome="granted"
    )
    assert not seen & {line.id for line in inbox.page(asked, after=first.next_cursor, limit=10).lines}


def test_counts_stop_at_their_bound(house):
    make(house, 2_500, agencies=(WARD,), states=("in_review",))
    assert inbox.counts({"all": wanted(house)}) == {"all": inbox.COUNT_LIMIT + 1}


def test_a_list_of_nobody_is_empty(house):
    make(house, 30)
    assert inbox.page(Wanted(reach=(), now=NOW, soon_until=SOON)).lines == ()
    assert inbox.search((), "X1") == ([], False)


class TestSearch:
    def found(self, house, text, name="specialist"):
        lines, _ = inbox.search(reach(house.who(name), Permission.DOSSIER_VIEW), text)
        return [line.code for line in lines]

    def test_by_code_phone_and_names(self, house):
        dossier = house.filed()
        Dossier.objects.filter(id=dossier.id).update(
            applicant_phone="0912345678", applicant_personal_id="072196000412", applicant_key="nguyen thi mau"
        )
        for text in (
            dossier.code,
            dossier.code.lower()[:14],
            "345678",
            "0912 345 678",
            "072196000412",
            "Mẫu",
            "nguyễn mau",
        ):
            assert self.found(house, text) == [dossier.code]
        assert self.found(house, "Không Ai") == []

    def test_nobody_elsewhere_finds_it(self, house):
        dossier = house.filed()
        assert self.found(house, dossier.code, "elsewhere") == []
        assert self.found(house, dossier.code, "citizen") == []

    def test_odd_input_finds_nothing_and_breaks_nothing(self, house):
        make(house, 20)

        @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
        @given(
            st.one_of(
                st.text(max_size=40),
                st.sampled_from(["'", "a' | 'b", "X%", "X_", "\\", "a:*b", "1²3", "!a", "\x00", "<->"]),
            )
        )
        def ask(text):
            inbox.search((Reach(None),), text)
            inbox.page(wanted(house, text=text))

        ask()
        assert self.found(house, "X%") == []
        assert self.found(house, "X_1") == []


# -- plans


def plans(run) -> list[dict]:
    """The plans of the statements that `run` sends, as executed."""
    found = []

    def explain(execute, sql, params, many, context):
        if "cases_dossier" in sql:
            with connection.connection.cursor() as cursor:
                cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) " + sql, params)
                plan = cursor.fetchone()[0]
            found.append((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        run()
    return found


def nodes(plan: dict):
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


@pytest.fixture
def full_house(house):
    """Twenty thousand dossiers; the ward has as many as twenty others."""
    wards = [f"H53.31.{number:02d}" for number in range(4, 60)]
    make(house, 20_000, agencies=(WARD, WARD, WARD, *wards, LAND_OFFICE), states=(*["returned"] * 20, *STATES))
    house.appoint("chair", PROVINCE_HEAD, Role.LEADER)
    house.appoint("auditor", PROVINCE_HEAD, Role.AUDITOR)
    for code in (WARD, LAND_OFFICE):
        house.appoint("two", code, Role.SPECIALIST)
    for code in (WARD, OTHER_WARD, LAND_OFFICE, *wards[:9]):
        house.appoint("several", code, Role.SPECIALIST)
    return house


@pytest.mark.parametrize("name", ["specialist", "two", "several", "chair", "auditor"])
@pytest.mark.parametrize("view", ["mine", "agency"])
def test_an_inbox_reads_little_more_than_it_shows(full_house, name, view):
    asked = wanted(full_house, name, view=view)
    first = inbox.page(asked, limit=20)
    further = inbox.page(asked, after=first.next_cursor, limit=20)
    for after in ("", first.next_cursor, further.next_cursor):
        for plan in plans(lambda after=after: inbox.page(asked, after=after, limit=20)):
            read = list(nodes(plan))
            assert not [
                node
                for node in read
                if node["Node Type"] == "Seq Scan" and node.get("Relation Name") == "cases_dossier"
            ]
            removed = sum(node.get("Rows Removed by Filter", 0) * node["Actual Loops"] for node in read)
            assert removed <= 10 * max(plan["Actual Rows"], 20), (name, view, after, removed)


def test_counting_and_searching_do_not_read_the_whole_table(full_house):
    asked = wanted(full_house)
    lists = {view: wanted(full_house, view=view) for view in ("mine", "agency")} | inbox.by_urgency(asked)
    for plan in plans(lambda: inbox.counts(lists)):
        assert "Seq Scan" not in {n["Node Type"] for n in nodes(plan) if n.get("Relation Name") == "cases_dossier"}
    for text in ("X123", "0001234", "072196000412", "tran 777"):
        for plan in plans(lambda text=text: inbox.search(asked.reach, text)):
            assert "Seq Scan" not in {n["Node Type"] for n in nodes(plan) if n.get("Relation Name") == "cases_dossier"}
