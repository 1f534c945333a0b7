"""The W3C Bitstring Status List: one bit a licence, set where it was revoked."""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from collections.abc import Iterable

from lianqiao.engine.errors import Refusal, refuse

# the least the standard allows, so that one licence is asked about among many
BITS = 131_072
# what a stranger's list may unpack to: eight times as many as ours
_MOST_BYTES = BITS


def place_of(number: int) -> tuple[int, int]:
    """Return which list a licence's number is on, and at which place of it; both from 0."""
    return divmod(number, BITS)


def encode(places: Iterable[int]) -> str:
    """Return the encoded list in which these places are set: multibase, base64url of gzip."""
    bits = bytearray(BITS // 8)
    for at in places:
        # the first place is the highest bit of the first byte
        bits[at >> 3] |= 0x80 >> (at & 7)
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def is_set(encoded: str, at: int) -> bool:
    """Return whether a place of an encoded list is set. Raises Refusal `status-list-malformed`."""
    bits = _decoded(encoded)
    if not 0 <= at < len(bits) * 8:
        raise _malformed(f"it has no place {at}")
    return bool(bits[at >> 3] & (0x80 >> (at & 7)))


def _decoded(encoded: str) -> bytes:
    if not encoded.startswith("u"):
        raise _malformed("it is not base64url")
    try:
        packed = base64.b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj(wbits=31)
        bits = unpacker.decompress(packed, _MOST_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise _malformed(str(error)) from None
    if len(bits) > _MOST_BYTES or unpacker.unconsumed_tail:
        raise _malformed("it is larger than a list may be")
    return bits


def _malformed(why: str) -> Refusal:
    return refuse(
        "status-list-malformed",
        f"the status list cannot be read: {why}",
        hint="fetch it again from the issuer",
    )
