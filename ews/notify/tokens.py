"""Links by which one addressee confirms receipt of one alert: signed, single use, with an end."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Claim:
    """What a link says: this address was told of this change of this alert, and may answer until then."""

    alert: int
    change: int
    address: str
    until: datetime

    def _text(self) -> str:
        return f"{self.alert}.{self.change}.{int(self.until.timestamp())}.{self.address}"


def sign(claim: Claim, key: bytes) -> str:
    """The token that stands in a link; it shows neither name nor address."""
    digest = hmac.new(key, claim._text().encode(), hashlib.sha256).hexdigest()[:_LENGTH]
    return f"{claim.alert}.{claim.change}.{int(claim.until.timestamp())}.{digest}"


def read(token: str, addresses: tuple[str, ...], key: bytes) -> Claim | None:
    """The claim of a genuine token, for whichever of these addresses it was signed; None for any other text."""
    parts = token.split(".")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() and len(part) < 15 for part in parts[:3]):
        return None
    until = datetime.fromtimestamp(int(parts[2]), UTC)
    for address in addresses:
        claim = Claim(int(parts[0]), int(parts[1]), address, until)
        if hmac.compare_digest(sign(claim, key), token):
            return claim
    return None
