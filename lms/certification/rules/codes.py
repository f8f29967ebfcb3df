"""Number, code and check digits of a certificate, and the hashes that name what was done."""

import hashlib

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base32
_READ_AS = str.maketrans("OIL", "011")


def certificate_number(year: int, sequence: int) -> str:
    """``JG-YYYY-NNNNNN``; sequence counts from 1 in each year without gaps."""
    return f"JG-{year:04d}-{sequence:06d}"


def encode_code(bits: int) -> str:
    """80 bits as 16 Crockford base32 characters."""
    return "".join(ALPHABET[bits >> shift & 31] for shift in range(75, -5, -5))


def code_number(code: str) -> int:
    """The 80-bit number of a code of 16 characters of the alphabet."""
    value = 0
    for character in code:
        value = value * 32 + ALPHABET.index(character)
    return value


def check_digits(code: str) -> str:
    """Two check digits, 98 - (N * 100 mod 97), of the code's number N (ISO/IEC 7064 MOD 97-10)."""
    return f"{98 - code_number(code) * 100 % 97:02d}"


def normal_code(typed: str) -> str | None:
    """A code as in the link, without check digits: case, spaces and dashes aside, O is 0, I and L are 1; else None."""
    code = _squeezed(typed)
    return code if len(code) == 16 and set(code) <= set(ALPHABET) else None


def typed_code(typed: str) -> str | None:
    """A code typed with its two check digits (18 characters), if they are right; else None. No database is asked."""
    squeezed = _squeezed(typed)
    code = normal_code(squeezed[:16])
    return code if code and len(squeezed) == 18 and squeezed[16:] == check_digits(code) else None


def _squeezed(typed: str) -> str:
    signs = "".join(c for c in typed if not c.isspace() and c not in "-–—")
    return signs.upper().translate(_READ_AS) if signs.isascii() else ""  # upper() makes two letters of some others


def printed_code(code: str) -> str:
    """The code as printed for typing: groups of four, then the check digits."""
    return "-".join([*(code[i : i + 4] for i in range(0, 16, 4)), check_digits(code)])


def payload_hash(salt: bytes, payload: bytes) -> str:
    """SHA-256 in hex of salt and payload: without the salt (erased with the person) it tells nothing."""
    return hashlib.sha256(salt + payload).hexdigest()


def event_key(act: str, actor: int, *about: object) -> str:
    """The idempotency key of an event: a hash of the act, who does it, to what, and the key that the form carried."""
    return hashlib.sha256("\n".join(str(one) for one in (act, actor, *about)).encode()).hexdigest()
