"""Finding a procedure: with and without marks, with typing errors, by what people say; best match first.

Each word of the query is known in the catalogue (then its beginning counts) or is mended: the nearest known words by Levenshtein distance
stand for it. All words must be found, each in one of its forms; when that gives nothing, any of them. Ranked by how near the title or a
saying is, then by length. The query runs on catalogue_entry_words (tsvector of key).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tinhso.kernel.text import search_key

FOUND_LIMIT = 1_000
WORDS_MAX = 12
PAGE = 20

# name: mend
# The nearest known words to a word that is not known: at most one mistake in short words, two in longer ones.
MEND = """\
SELECT wanted.word, near.word
  FROM unnest(%(words)s::text[]) AS wanted(word),
       LATERAL (
           SELECT known.word
             FROM cases_catalogue_word AS known
            WHERE length(known.word) BETWEEN length(wanted.word) - 2 AND length(wanted.word) + 2
              AND levenshtein_less_equal(known.word, wanted.word, CASE WHEN length(wanted.word) < 4 THEN 1 ELSE 2 END)
                  <= CASE WHEN length(wanted.word) < 4 THEN 1 ELSE 2 END
            ORDER BY levenshtein_less_equal(known.word, wanted.word, 2),
                     left(known.word, 1) <> left(wanted.word, 1),
                     known.count DESC
            LIMIT 4) AS near"""

# name: known
# Which words begin a word of the catalogue. Uses catalogue_word_prefix.
KNOWN = """\
SELECT wanted.word
  FROM unnest(%(words)s::text[]) AS wanted(word)
 WHERE EXISTS (
       SELECT 1
         FROM cases_catalogue_word AS known
        WHERE known.word LIKE wanted.word || '%%')"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; empty means not asked."""

    text: str = ""
    field: str = ""
    handled_by: str = ""
    audience: str = ""
    life_event: str = ""
    online_level: int = 0


@dataclass(frozen=True, slots=True)
class FoundProcedure:
    """One procedure of the catalogue."""

    code: str
    variant_code: str
    title_vi: str
    title_en: str
    field: str
    handled_by: str
    agency_code: str
    online_level: int


@dataclass(frozen=True, slots=True)
class Found:
    """A page of procedures; `mended` are words that were taken for others; `total` is counted up to FOUND_LIMIT + 1."""

    lines: tuple[FoundProcedure, ...]
    total: int
    more: bool
    mended: tuple[tuple[str, str], ...] = ()
    loose: bool = False


def words_of(text: str) -> list[str]:
    """The words of a query, folded, without signs; at most WORDS_MAX."""
    folded = "".join(sign if sign.isalnum() or sign == "." else " " for sign in search_key(text))
    return list(dict.fromkeys(word.strip(".") for word in folded.split() if word.strip(".")))[:WORDS_MAX]


def find(asked: Asked, *, offset: int = 0, limit: int = PAGE) -> Found:
    """Procedures for a query and its filters, best match first; without a text in the order of the alphabet."""
    words = words_of(asked.text)
    forms, mended = _forms(words) if words else ({}, ())
    strict = _tsquery(forms, " & ")
    found = _page(asked, strict, offset, limit)
    if found.total or len(words) < 2:
        return Found(found.lines, found.total, found.more, mended)
    loose = _page(asked, _tsquery(forms, " | "), offset, limit)
    return Found(loose.lines, loose.total, loose.more, mended, loose=True)


def _forms(words: Sequence[str]) -> tuple[dict[str, list[str]], tuple[tuple[str, str], ...]]:
    """For each word the words it may stand for, and which were mended."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, {"words": list(words)})
        known = {row[0] for row in cursor.fetchall()}
        forms: dict[str, list[str]] = {word: [f"{word}:*"] if word in known else [] for word in words}
        unknown = [word for word in words if word not in known]
        if unknown:
            cursor.execute(MEND, {"words": unknown})
            for word, near in cursor.fetchall():
                forms[word].append(near)
    mended = tuple((word, forms[word][0]) for word in unknown if forms[word])
    return {word: found or [word] for word, found in forms.items()}, mended


def _tsquery(forms: dict[str, list[str]], joined: str) -> str:
    return joined.join("(" + " | ".join(_lexeme(form) for form in found) + ")" for found in forms.values())


def _lexeme(form: str) -> str:
    word, prefix, _ = form.partition(":*")
    return f"'{word}'{':*' if prefix else ''}"


def _page(asked: Asked, tsquery: str, offset: int, limit: int) -> Found:
    parts, values = ["true"], {"text": search_key(asked.text), "limit": limit + 1, "offset": offset}
    if tsquery:
        parts.append("to_tsvector('simple', key) @@ to_tsquery('simple', %(query)s)")
        values["query"] = tsquery
    for column, wanted in (("field", asked.field), ("handled_by", asked.handled_by)):
        if wanted:
            parts.append(f"{column} = %({column})s")
            values[column] = wanted
    for column, wanted in (("audience", asked.audience), ("life_events", asked.life_event)):
        if wanted:
            parts.append(f"{column} @> ARRAY[%({column})s]::varchar[]")
            values[column] = wanted
    if asked.online_level:
        parts.append("online_level = %(online_level)s")
        values["online_level"] = asked.online_level
    return _run(parts, values, ranked=bool(tsquery), limit=limit)


def _run(parts: list[str], values: dict[str, Any], *, ranked: bool, limit: int) -> Found:
    # The whole phrase inside a saying or the title first, then the likeness of the title, then the shorter title.
    order = (
        "(key LIKE '%%' || %(text)s || '%%') DESC, word_similarity(%(text)s, key) DESC, similarity(title_key, %(text)s) DESC,"
        " length(title_key), code"
        if ranked
        else "sort_key, code"
    )
    sql = f"""
WITH found AS MATERIALIZED (
    SELECT * FROM cases_catalogue_entry WHERE {" AND ".join(parts)} LIMIT {FOUND_LIMIT + 1}
)
SELECT code, variant_code, title_vi, title_en, field, handled_by, agency_code, online_level, (SELECT count(*) FROM found)
  FROM found
 ORDER BY {order}
 LIMIT %(limit)s OFFSET %(offset)s"""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    lines = tuple(FoundProcedure(*row[:8]) for row in rows[:limit])
    return Found(lines, int(rows[0][8]) if rows else 0, len(rows) > limit)
