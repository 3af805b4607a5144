"""Hashes of values: of files and, salted, of personal values whose entry in the journal must not name them.

Absent on purpose: making salts (randomness comes from the caller), signatures, passwords.
"""

import hashlib

from tinhso.kernel.text import nfc

SALT_BYTES = 16


def sha256(content: bytes) -> str:
    """SHA-256 in lower-case hex."""
    return hashlib.sha256(content).hexdigest()


def salted_hash(value: str, salt: bytes) -> str:
    """SHA-256 of salt ‖ NFC(value) in UTF-8, in lower-case hex; the salt is erased together with the value.

    The salt has exactly 16 bytes, so that the border between it and the value is never in doubt.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return sha256(salt + nfc(value).encode())
