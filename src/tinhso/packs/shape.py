"""Why a plain tree does not fit a struct: every reason, each at its exact place, in words for an author.

msgspec converts fast and is always asked first (`convert`). It names one error, and no key of a map, so when it
refuses a tree this module walks tree and type together and tells all of them, with "did you mean".

Deliberately absent: checks that look at two values at once (they belong to the parts).
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from functools import cache
from threading import Lock
from typing import Annotated, Any, Literal, Self, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from tinhso.kernel.problems import N_
from tinhso.packs.load import Tree, Where
from tinhso.packs.parts import Finding

S = TypeVar("S")

_LISTS: tuple[type, ...] = (list, tuple, set, frozenset, Sequence, AbstractSet, Iterable)
_MAPS: tuple[type, ...] = (dict, Mapping)

WORDS: dict[object, str] = {
    str: N_("text"),
    int: N_("a whole number"),
    bool: N_("true or false"),
    Decimal: N_("a number"),
    date: N_("a date such as 2026-07-01"),
    time: N_("a time such as 15:00"),
    datetime: N_("a date and time such as 2026-07-01T15:00:00+07:00"),
    list: N_("a list"),
    dict: N_("fields with values"),
    type(None): N_("nothing"),
}


class Misshapen(Exception):
    """The tree does not fit; `findings` says where and why."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings = findings


_ready: set[type] = set()
_filling = Lock()


def _fill_tables(struct: type) -> None:
    """The first use of a struct happens once, alone: msgspec shows a half-filled table to other threads, which crash.

    A decoder fills the tables of the struct and of all structs below it, so the first use happens once, alone.
    """
    if struct in _ready:
        return
    with _filling:
        msgspec.json.Decoder(struct)
        _ready.add(struct)


def convert(tree: Tree, struct: type[S]) -> S:
    """The tree as that struct, or Misshapen with every finding. Any thread may ask at any time."""
    _fill_tables(struct)
    try:
        return msgspec.convert(tree, struct)
    except msgspec.ValidationError as error:
        raise Misshapen(tuple(findings(tree, struct)) or (_as_msgspec_says((), error),)) from error


def findings(tree: Tree, wanted: Any) -> Iterator[Finding]:
    """Everything that keeps `tree` from being a `wanted` (a type as written in a struct)."""
    yield from _explain((), tree, wanted)


def nearest(word: str, among: Iterable[str]) -> str:
    """The closest of `among`, or "" when none is close."""
    found = get_close_matches(word, list(among), n=1, cutoff=0.6)
    return found[0] if found else ""


def _explain(where: Where, tree: Tree, wanted: Any) -> Iterator[Finding]:
    wanted, constrained = _bare(wanted)
    choices = _choices(wanted)
    if len(choices) > 1:
        yield from _explain_union(where, tree, choices)
        return
    inner = list(_inside(where, tree, wanted))
    yield from inner
    if not inner:
        yield from _explain_whole(where, tree, constrained)


def _bare(wanted: Any) -> tuple[Any, Any]:
    """The type without its constraints, and with them."""
    if get_origin(wanted) is Annotated:
        return get_args(wanted)[0], wanted
    return wanted, wanted


def _choices(wanted: Any) -> tuple[Any, ...]:
    return get_args(wanted) if get_origin(wanted) in (Union, types.UnionType) else (wanted,)


def _inside(where: Where, tree: Tree, wanted: Any) -> Iterator[Finding]:
    """Findings in the parts of a map or list, and about its own kind."""
    origin = get_origin(wanted) or wanted
    if _is_struct(origin):
        yield from _struct(where, tree, origin) if isinstance(tree, dict) else _wrong_kind(where, tree, origin)
    elif origin in _MAPS:
        yield from _map(where, tree, get_args(wanted)) if isinstance(tree, dict) else _wrong_kind(where, tree, dict)
    elif origin in _LISTS:
        yield from _list(where, tree, wanted) if isinstance(tree, list) else _wrong_kind(where, tree, list)


def _is_struct(wanted: Any) -> bool:
    return isinstance(wanted, type) and issubclass(wanted, msgspec.Struct)


def _struct(where: Where, tree: Mapping[str, Tree], struct: type[msgspec.Struct]) -> Iterator[Finding]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    config = struct.__struct_config__
    allowed = [*fields, *([config.tag_field] if config.tag_field else [])]
    if config.forbid_unknown_fields:
        for name in tree:
            if name not in allowed:
                yield _unknown_field((*where, name), name, [known for known in allowed if known not in tree])
    for name, field in fields.items():
        if name in tree:
            yield from _explain((*where, name), tree[name], _hints(struct)[field.name])
        elif field.required:
            yield Finding(
                where,
                N_("the field “{field}” is missing"),
                N_("add a line “{field}: …” here"),
                values={"field": name},
            )


@cache
def _hints(struct: type[msgspec.Struct]) -> dict[str, Any]:
    return get_type_hints(struct, include_extras=True)


def _unknown_field(where: Where, name: str, allowed: Sequence[str]) -> Finding:
    message = N_("there is no field “{field}” here")
    if close := nearest(name, allowed):
        return Finding(where, message, N_("did you mean “{close}”?"), values={"field": name, "close": close})
    return Finding(
        where,
        message,
        N_("delete it, or use one of: {allowed}"),
        values={"field": name, "allowed": ", ".join(allowed) or "–"},
    )


def _map(where: Where, tree: Mapping[str, Tree], arguments: tuple[Any, ...]) -> Iterator[Finding]:
    key_type, value_type = arguments or (Any, Any)
    for key, value in tree.items():
        yield from _explain_whole((*where, key), key, key_type)
        yield from _explain((*where, key), value, value_type)


def _list(where: Where, tree: Sequence[Tree], wanted: Any) -> Iterator[Finding]:
    arguments = get_args(wanted) or (Any,)
    fixed = (get_origin(wanted) or wanted) is tuple and Ellipsis not in arguments
    for index, item in enumerate(tree):
        of = arguments[min(index, len(arguments) - 1)] if fixed else arguments[0]
        yield from _explain((*where, index), item, of)


def _explain_union(where: Where, tree: Tree, choices: Sequence[Any]) -> Iterator[Finding]:
    """A union: the choice of the same kind as the tree explains itself; when none is, all are named."""
    if _fits(tree, Union[tuple(choices)]):  # noqa: UP007 - built from a tuple
        return
    similar = [choice for choice in choices if _same_kind(tree, choice)]
    tagged = [choice for choice in similar if _tag_fits(tree, choice)]
    for choice in tagged[:1] or similar[:1]:
        yield from _explain(where, tree, choice)
        return
    real = [choice for choice in choices if choice is not type(None)]
    if len(real) == 1:
        yield from _explain(where, tree, real[0])
        return
    yield from _wrong_kind(where, tree, *real)


def _same_kind(tree: Tree, wanted: Any) -> bool:
    bare = _bare(wanted)[0]
    origin = get_origin(bare) or bare
    if isinstance(tree, dict):
        return _is_struct(origin) or origin in _MAPS
    if isinstance(tree, list):
        return origin in _LISTS
    if origin is Literal:
        return isinstance(tree, str)
    if isinstance(tree, str):
        return isinstance(origin, type) and issubclass(origin, (str, Decimal, date, time, Enum))
    return origin is type(tree)


def _tag_fits(tree: Tree, wanted: Any) -> bool:
    bare = _bare(wanted)[0]
    if not (_is_struct(bare) and isinstance(tree, dict)):
        return False
    config = bare.__struct_config__
    return config.tag_field is not None and tree.get(config.tag_field) == config.tag


def _fits(tree: Tree, wanted: Any) -> bool:
    try:
        msgspec.convert(tree, wanted)
    except msgspec.ValidationError:
        return False
    return True


def _explain_whole(where: Where, tree: Tree, wanted: Any) -> Iterator[Finding]:
    """What is wrong with a value whose parts are right."""
    try:
        msgspec.convert(tree, wanted)
    except msgspec.ValidationError as error:
        yield from _words_for(where, tree, wanted, error)


def _words_for(where: Where, tree: Tree, wanted: Any, error: msgspec.ValidationError) -> Iterator[Finding]:
    bare, constrained = _bare(wanted)
    if options := _options(bare):
        yield _not_an_option(where, tree, options)
        return
    for meta in get_args(constrained)[1:] if constrained is not bare else ():
        if isinstance(meta, msgspec.Meta) and (finding := _against(where, tree, meta)):
            yield finding
            return
    if bare in WORDS and not _constrained_only(tree, bare):
        yield from _wrong_kind(where, tree, bare)
        return
    yield _as_msgspec_says(where, error)


def _constrained_only(tree: Tree, bare: Any) -> bool:
    return _fits(tree, bare)


def _options(wanted: Any) -> tuple[str, ...]:
    if get_origin(wanted) is Literal:
        return tuple(str(option) for option in get_args(wanted))
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return tuple(str(member.value) for member in wanted)
    return ()


def _not_an_option(where: Where, tree: Tree, options: Sequence[str]) -> Finding:
    values = {"value": _shown(tree), "options": ", ".join(options), "close": nearest(_shown(tree), options)}
    remedy = N_("did you mean “{close}”?") if values["close"] else N_("use one of: {options}")
    return Finding(where, N_("“{value}” is not one of: {options}"), remedy, values=values)


def _against(where: Where, tree: Tree, meta: msgspec.Meta) -> Finding | None:
    """The first constraint of `meta` that the value breaks."""
    for limit, broken, message in _limits(meta):
        if limit is not None and broken(tree, limit):
            values = {"value": _shown(tree), "limit": str(limit)}
            return Finding(where, message, N_("change the value so that it fits"), values=values)
    if meta.pattern and isinstance(tree, str) and not _fits(tree, Annotated[str, msgspec.Meta(pattern=meta.pattern)]):
        return Finding(
            where,
            N_("“{value}” is not written in the form {pattern}"),
            N_("write it in that form ({meaning})") if meta.description else N_("write it in that form"),
            values={"value": _shown(tree), "pattern": meta.pattern, "meaning": meta.description or ""},
        )
    return None


_Limit = tuple[Any, Callable[[Tree, Any], bool], str]


def _limits(meta: msgspec.Meta) -> tuple[_Limit, ...]:
    return (
        (meta.ge, lambda tree, limit: _is_number(tree) and tree < limit, N_("{value} is below {limit}")),
        (meta.gt, lambda tree, limit: _is_number(tree) and tree <= limit, N_("{value} is not above {limit}")),
        (meta.le, lambda tree, limit: _is_number(tree) and tree > limit, N_("{value} is above {limit}")),
        (meta.lt, lambda tree, limit: _is_number(tree) and tree >= limit, N_("{value} is not below {limit}")),
        (meta.min_length, lambda tree, limit: _length(tree, limit) < limit, N_("fewer than {limit} stand here")),
        (meta.max_length, lambda tree, limit: _length(tree, limit) > limit, N_("more than {limit} stand here")),
    )


def _is_number(tree: Tree) -> bool:
    return isinstance(tree, int) and not isinstance(tree, bool)


def _length(tree: Tree, otherwise: int) -> int:
    return len(tree) if isinstance(tree, (str, list, dict)) else otherwise


def _wrong_kind(where: Where, tree: Tree, *wanted: Any) -> Iterator[Finding]:
    names = [_name(one) for one in wanted]
    remedy = N_("change the value")
    if any(_is_text(one) for one in wanted):
        remedy = N_('write both languages: {{vi: "…", en: "…"}}')
    elif isinstance(tree, (int, bool)) and str in wanted:
        remedy = N_('put it in quotes: "{value}"')
    elif tree is None:
        remedy = N_("write a value after the colon, or delete the line")
    yield Finding(
        where,
        N_("expected {expected}, found {found}"),
        remedy,
        values={"expected": Words(*names), "found": Words(_kind(tree)), "value": _shown(tree)},
    )


def _is_text(wanted: Any) -> bool:
    return _is_struct(wanted) and [field.name for field in msgspec.structs.fields(wanted)] == ["vi", "en"]


class Words(tuple[str, ...]):
    """Msgids that are translated before they are put into a message."""

    __slots__ = ()

    def __new__(cls, *words: str) -> Self:
        return super().__new__(cls, words)

    def __str__(self) -> str:
        return " / ".join(self)


def _name(wanted: Any) -> str:
    bare = _bare(wanted)[0]
    origin = get_origin(bare) or bare
    if _is_struct(origin) or origin in _MAPS:
        return WORDS[dict]
    if origin in _LISTS:
        return WORDS[list]
    if options := _options(bare):
        return ", ".join(options)
    return WORDS.get(origin) or str(getattr(origin, "__name__", origin))


def _kind(tree: Tree) -> str:
    return WORDS[type(tree)]


def _shown(tree: Tree) -> str:
    """A value in a message: whole when short."""
    if isinstance(tree, bool):
        return str(tree).lower()
    text = tree if isinstance(tree, str) else str(tree)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _as_msgspec_says(where: Where, error: msgspec.ValidationError) -> Finding:
    """A reason raised by a struct itself (`__post_init__`), or one we have no words of our own for."""
    reason = str(error).split(" - at `", 1)[0]
    return Finding(where, N_("{reason}"), N_("change the value so that it fits"), values={"reason": Words(reason)})
