"""The one way to write a value as bytes, so that a hash of it means something: plain sorted JSON.

Equal to RFC 8785 for our values: text, whole numbers up to 2^53 - 1, truth values, null, lists, and maps with ASCII
keys. Absent on purpose: floats (their text is an argument), dates and ids (the caller writes them as text).
"""

import json
from collections.abc import Mapping
from typing import Any

INTEGER_MAX = 2**53 - 1  # beyond it a reader in JavaScript sees another number
DEPTH_MAX = 32


class NotCanonical(ValueError):
    """A value that has no agreed bytes; a bug of the caller, so not a Problem."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path or 'value'}: {reason}")


def canonical(data: Any) -> bytes:
    """UTF-8 bytes of `data`, the same for equal data. Raises NotCanonical with the path of the first bad value."""
    return json.dumps(_plain(data, "", 0), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any, path: str, depth: int) -> Any:
    if depth > DEPTH_MAX:
        raise NotCanonical(path, f"nested deeper than {DEPTH_MAX}")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, int):
        return _integer(value, path)
    if isinstance(value, Mapping):
        return {_key(key, path): _plain(item, f"{path}.{key}", depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)]
    raise NotCanonical(path, f"{type(value).__name__} has no canonical form")


def _integer(value: int, path: str) -> int:
    if abs(value) > INTEGER_MAX:
        raise NotCanonical(path, "whole number beyond 2^53 - 1")
    return int(value)


def _text(value: str, path: str) -> str:
    if "\x00" in value:  # PostgreSQL's jsonb cannot hold it
        raise NotCanonical(path, "text with U+0000")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise NotCanonical(path, "text with a lone surrogate") from None
    return str(value)


def _key(key: Any, path: str) -> str:
    if not isinstance(key, str) or not key.isascii() or "\x00" in key:
        raise NotCanonical(path, "keys are ASCII text")
    return str(key)
