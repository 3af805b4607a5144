"""Signed notes and checkpoints as C2SP writes them (c2sp.org/signed-note, c2sp.org/tlog-checkpoint). Pure.

A note is text, an empty line, and signatures, one a line:

    dichvucong.example.vn/tay-ninh/journal
    1234
    qINS1GRFhWHwdkUeqLEoP4yEMkTBBzxBkGwGQlVlVcs=

    — dichvucong.example.vn/tay-ninh/journal c2ln…

A key is `name+hash+base64`, where hash is the first four bytes of SHA-256(name ‖ newline ‖ 0x01 ‖ public key) in hex,
and 0x01 says Ed25519. Tools made for Go's checksum database read the same keys and notes.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
KEY_BYTES = 32
HASH_BYTES = 4
_PRIVATE = "PRIVATE+KEY+"
_DASH = "— "


class BadNote(ValueError):
    """A note, key or checkpoint that is not what it says it is."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Whose signature it is, and what checks it."""

    name: str
    content: bytes

    def __post_init__(self) -> None:
        if not self.name or any(letter.isspace() or letter == "+" for letter in self.name):
            raise BadNote("a key's name has neither spaces nor +, and is not empty")
        if len(self.content) != KEY_BYTES:
            raise BadNote("an Ed25519 key has 32 bytes")

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.content).digest()[:HASH_BYTES]

    def text(self) -> str:
        return f"{self.name}+{self.hash.hex()}+{_encode(ED25519 + self.content)}"

    @classmethod
    def parse(cls, text: str) -> "PublicKey":
        name, hash_hex, content = _split_key(text)
        key = cls(name, content)
        if key.hash.hex() != hash_hex:
            raise BadNote("the key's hash does not match the key")
        return key


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """What signs. Its text begins with PRIVATE and stays in the house."""

    name: str
    seed: bytes

    @classmethod
    def make(cls, name: str) -> "PrivateKey":
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.name, Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw())

    def text(self) -> str:
        return f"{_PRIVATE}{self.name}+{self.public.hash.hex()}+{_encode(ED25519 + self.seed)}"

    @classmethod
    def parse(cls, text: str) -> "PrivateKey":
        if not text.startswith(_PRIVATE):
            raise BadNote("not a private key")
        name, hash_hex, seed = _split_key(text.removeprefix(_PRIVATE))
        key = cls(name, seed)
        if key.public.hash.hex() != hash_hex:
            raise BadNote("the key's hash does not match the key")
        return key

    def sign(self, text: str) -> str:
        """The note: the text and one signature. The text ends with a newline."""
        if not text.endswith("\n"):
            raise BadNote("a note's text ends with a newline")
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"{text}\n{_DASH}{self.name} {_encode(self.public.hash + signature)}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: whose, how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{_encode(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        lines = text.split("\n")
        if len(lines) < 4 or not lines[0] or not lines[1].isdecimal() or lines[1] != str(int(lines[1])):
            raise BadNote("a checkpoint has an origin, a size and a root")
        return cls(origin=lines[0], size=int(lines[1]), root=_decode(lines[2]))


def open_note(note: str, key: PublicKey) -> str:
    """The text of a note that this key signed. Raises BadNote."""
    text, empty, signatures = note.rpartition("\n\n")
    if not empty or not note.endswith("\n"):
        raise BadNote("not a signed note")
    text += "\n"
    for line in signatures.splitlines():
        name, _, value = line.removeprefix(_DASH).rpartition(" ")
        if not line.startswith(_DASH) or name != key.name:
            continue
        signature = _decode(value)
        if signature[:HASH_BYTES] == key.hash:
            _verify(key, signature[HASH_BYTES:], text)
            return text
    raise BadNote(f"not signed by {key.name} with this key")


def _verify(key: PublicKey, signature: bytes, text: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.content).verify(signature, text.encode())
    except InvalidSignature:
        raise BadNote(f"the signature of {key.name} does not match the text") from None


def _split_key(text: str) -> tuple[str, str, bytes]:
    """Name, hash and the key's bytes, of `name+hash+base64`."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3:
        raise BadNote("a key is name+hash+base64")
    name, hash_hex, encoded = parts
    content = _decode(encoded)
    if content[:1] != ED25519:
        raise BadNote("not an Ed25519 key")
    return name, hash_hex, content[1:]


def _encode(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("not base64") from None
