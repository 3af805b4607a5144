"""Finding a procedure: with and without marks, with typing errors, by what people say; best match first.

Each word of the query is known in the catalogue (then its beginning counts) or is mended: the nearest known words by
Levenshtein distance stand for it. All words must be found, each in one of its forms; when that gives nothing, known
words may be mistyped as well ("ki" begins a word and means "ký"); when that gives nothing either, any of the words.
Ranked by code, title, sayings, then by how near the title is and how short. The query runs on catalogue_entry_words
(tsvector of key).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from tinhso.kernel.text import clean_line, search_key

FOUND_LIMIT = 1_000
WORDS_MAX = 12
COMPARED_MAX = 500  # titles compared letter by letter; among more of them the shortest titles stand first
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
                     abs(length(known.word) - length(wanted.word)),
                     known.count DESC,
                     known.word
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
    asked = replace(
        asked,
        text=clean_line(asked.text),
        field=clean_line(asked.field),
        handled_by=clean_line(asked.handled_by),
        audience=clean_line(asked.audience),
        life_event=clean_line(asked.life_event),
    )
    words = words_of(asked.text)
    if not words:
        return _page(asked, "", "", offset, limit)
    known = _known(words)
    forms = {word: [f"{word}:*"] if word in known else [] for word in words}
    near = _near([word for word in words if word not in known])
    found = _page(asked, _tsquery(_with(forms, near), " & "), _phrase(words, near), offset, limit)
    if found.total:
        return replace(found, mended=tuple((word, taken[0]) for word, taken in near.items()))
    return _find_loosely(asked, forms, near, offset, limit)


def _find_loosely(
    asked: Asked, forms: dict[str, list[str]], near: dict[str, list[str]], offset: int, limit: int
) -> Found:
    """Every word may be mistyped, also one that stands in the catalogue; then any of the words will do."""
    words = list(forms)
    near = near | _near([word for word in words if word not in near])
    every = _with(forms, near)
    found = _page(asked, _tsquery(every, " & "), _phrase(words, near), offset, limit)
    if found.total or len(words) == 1:
        return found
    return replace(_page(asked, _tsquery(every, " | "), _phrase(words, near), offset, limit), loose=True)


def _known(words: Sequence[str]) -> set[str]:
    """Those that begin a word of the catalogue."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, {"words": list(words)})
        return {row[0] for row in cursor.fetchall()}


def _near(words: Sequence[str]) -> dict[str, list[str]]:
    """The words of the catalogue nearest to each, the likeliest first."""
    near: dict[str, list[str]] = {}
    if words:
        with connection.cursor() as cursor:
            cursor.execute(MEND, {"words": list(words)})
            for word, taken in cursor.fetchall():
                near.setdefault(word, []).append(taken)
    return near


def _with(forms: dict[str, list[str]], near: dict[str, list[str]]) -> dict[str, list[str]]:
    """What each word may stand for: itself as a beginning, and its near words.

    A word with neither stands for itself.
    """
    return {word: [*found, *near.get(word, [])] or [word] for word, found in forms.items()}


def _phrase(words: Sequence[str], near: dict[str, list[str]]) -> str:
    """The query as it was probably meant: what titles and sayings are compared with."""
    return " ".join(near[word][0] if word in near else word for word in words)


def _tsquery(forms: dict[str, list[str]], joined: str) -> str:
    return joined.join("(" + " | ".join(_lexeme(form) for form in found) + ")" for found in forms.values())


def _lexeme(form: str) -> str:
    word, prefix, _ = form.partition(":*")
    # Words of queries are letters and digits; those of the catalogue are quoted for whatever a title may hold.
    quoted = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}'{':*' if prefix else ''}"


def _page(asked: Asked, tsquery: str, phrase: str, offset: int, limit: int) -> Found:
    parts: list[str] = ["true"]
    values: dict[str, Any] = {"text": search_key(asked.text), "phrase": phrase, "compared": COMPARED_MAX}
    values |= {"limit": limit + 1, "offset": offset}
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


# The code itself, the whole title, the place among the meanings of a saying, part of a saying that means it first, the
# phrase anywhere, a near title in either language, a short one.
RANKED = """\
code = %(text)s DESC,
          title_key IN (%(phrase)s, %(text)s) DESC,
          (sayings ->> %(phrase)s)::int ASC NULLS LAST,
          strpos(called, %(phrase)s) > 0 DESC,
          strpos(key, %(phrase)s) > 0 DESC,
          CASE WHEN (SELECT count(*) FROM found) <= %(compared)s
               THEN GREATEST(similarity(title_key, %(phrase)s), similarity(lower(title_en), %(phrase)s))
           END DESC NULLS LAST,
          length(title_key),
          code"""


def _run(parts: list[str], values: dict[str, Any], *, ranked: bool, limit: int) -> Found:
    # Without a query the alphabet decides which are counted; with one, those beyond the bound were too many to rank.
    order = RANKED if ranked else "sort_key, code"
    sql = f"""
WITH found AS MATERIALIZED (
    SELECT code, variant_code, title_vi, title_en, field, handled_by, agency_code, online_level, key, called, sayings,
           title_key, sort_key
      FROM cases_catalogue_entry
     WHERE {" AND ".join(parts)}
     {"" if ranked else f"ORDER BY {order}"}
     LIMIT {FOUND_LIMIT + 1}
)
SELECT code, variant_code, title_vi, title_en, field, handled_by, agency_code, online_level,
       (SELECT count(*) FROM found)
  FROM found
 ORDER BY {order}
 LIMIT %(limit)s OFFSET %(offset)s"""  # noqa: S608 - constants of this module only, values are parameters
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    lines = tuple(FoundProcedure(*row[:8]) for row in rows[:limit])
    return Found(lines, int(rows[0][8]) if rows else 0, len(rows) > limit)
