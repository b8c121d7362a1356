"""Passwords, second factors and tokens: values in, values out.

scrypt with parameters of OWASP's password storage sheet (N = 2^15, r = 8, p = 3: 32 MiB, about 0.3 s); factor is TOTP by RFC 6238 (SHA-1, 30 seconds, 6 digits), what every authenticator app reads.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote

from cryptography.fernet import Fernet

MIN_PASSWORD = 12
"""Length is what counts (NIST SP 800-63B asks 8 beside a second factor; we ask more, and no signs)."""
MAX_PASSWORD = 200
TOTP_SECONDS = 30
TOTP_DIGITS = 6
_N, _R, _P = 2**15, 8, 3
_MEMORY = 64 * 1024 * 1024


def new_token() -> str:
    """256 random bits for a cookie, a form or a link."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two secrets are equal, in a time that tells nothing."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def hash_password(password: str) -> str:
    """`scrypt$N$salt$key`, with a salt of its own."""
    salt = secrets.token_bytes(16)
    return f"scrypt${_N}${salt.hex()}${_scrypt(password, salt, _N).hex()}"


def password_fits(password: str, kept: str) -> bool:
    """Whether the password is the one behind a kept hash."""
    _, cost, salt, key = kept.split("$")
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt), int(cost)), bytes.fromhex(key))


DECOY = f"scrypt${_N}${'00' * 16}${'00' * 64}"
"""Checked when there is no account, so that an unknown name takes as long as a wrong password."""


def _scrypt(password: str, salt: bytes, cost: int) -> bytes:
    given = password.encode("utf-8", "replace")
    return hashlib.scrypt(given, salt=salt, n=cost, r=_R, p=_P, maxmem=_MEMORY)


def password_fault(password: str, person: str) -> str | None:
    """Dutch sentence about what is wrong with a new password, or None."""
    if len(password) < MIN_PASSWORD:
        return f"Kies een wachtwoord van ten minste {MIN_PASSWORD} tekens; een zin mag ook."
    if len(password) > MAX_PASSWORD:
        return f"Kies een wachtwoord van ten hoogste {MAX_PASSWORD} tekens."
    if person.lower() in password.lower() or len(set(password)) < 5:
        return "Dit wachtwoord is te raden. Kies een zin die alleen u kent."
    return None


def new_seed() -> str:
    """A seed for the second factor, in the base32 that authenticator apps read."""
    return base64.b32encode(secrets.token_bytes(20)).decode("ascii")


def totp(seed: str, step: int) -> str:
    """The code of one time step."""
    digest = hmac.new(base64.b32decode(seed), step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**TOTP_DIGITS).zfill(TOTP_DIGITS)


def totp_step(seed: str, code: str, *, now: datetime) -> int | None:
    """The time step that a code belongs to: this one or one beside it, or None."""
    given = code.replace(" ", "")
    current = int(now.timestamp()) // TOTP_SECONDS
    fitting = [step for step in (current, current - 1, current + 1) if same(totp(seed, step), given)]
    return fitting[0] if fitting else None


def seed_link(seed: str, person: str, office: str) -> str:
    """The `otpauth:` link that an authenticator app takes."""
    name = quote(f"EWS {office}:{person}")
    return f"otpauth://totp/{name}?secret={seed}&issuer={quote(f'EWS {office}')}"


def seal(text: str, key: bytes) -> str:
    """Text locked with a key of the site."""
    return _fernet(key).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str, key: bytes) -> str:
    """The text again. Raises cryptography.fernet.InvalidToken for another key."""
    return _fernet(key).decrypt(sealed.encode()).decode()


def _fernet(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key).digest()))
