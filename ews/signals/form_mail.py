"""A mail that may bring a quarterly form back: what is in it, and whether its sender may speak for the provider."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum

from ews.errors import FileRefusedError
from ews.identifiers import normalise
from ews.signals.connectors import quarterly_form
from ews.signals.content import FileLimits, open_content
from ews.signals.workbooks import inspect_archive

_WORKBOOK = b"PK\x03\x04"
_MANY = frozenset({"bulk", "list", "junk", "auto_reply"})


class Doubt(StrEnum):
    """Why a form is held although it can be read; value: the sentence for who decides."""

    STRANGER = "De afzender is bij ons niet bekend voor deze aanbieder."
    NO_ADDRESS = "Van deze aanbieder staat geen contactadres in de aanbiederslijst."


@dataclass(frozen=True, slots=True)
class Form:
    """An attachment that is our form, of the version that we read."""

    name: str
    content: bytes
    provider: str
    """`kvk:…` as the form says."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, as far as it matters here."""

    sender: str
    """The address of From, in lower case. It is asserted by whoever sent it, not proved."""
    is_automatic: bool
    """A bounce, an out-of-office, a list."""
    forms: tuple[Form, ...]
    refused: tuple[str, ...]
    """Why a workbook that calls itself our form could not be read, in Dutch."""


def read_mail(raw: bytes, limits: FileLimits) -> Mail:
    """What a mail brings. Never raises: a mail that can't be read brings nothing."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    forms, refused = [], []
    for name, content in _workbooks(message):
        try:
            form = _form(name, content, limits)
        except FileRefusedError as error:
            refused.append(f"{name}: {error}")
            continue
        if form is not None:
            forms.append(form)
    return Mail(_sender(message), _is_automatic(message), tuple(forms), tuple(refused))


def doubt_about(
    sender: str, provider: str, contacts: Mapping[str, Collection[str]], office: Collection[str]
) -> Doubt | None:
    """Why a form from this sender waits for a person; None when a colleague or the provider's own address sent it.

    `contacts`: the addresses that the provider list has for each provider, in lower case.
    """
    if sender in office:
        return None
    known = contacts.get(provider, ())
    if not known:
        return Doubt.NO_ADDRESS
    return None if sender in known else Doubt.STRANGER


def _workbooks(message: EmailMessage) -> list[tuple[str, bytes]]:
    found = []
    for part in message.walk():
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content.startswith(_WORKBOOK):
            found.append((_name(part), content))
    return found


def _name(part: EmailMessage) -> str:
    try:
        return part.get_filename() or "bijlage.xlsx"
    except (ValueError, LookupError, AttributeError):  # headers that the library itself can't read
        return "bijlage.xlsx"


def _form(name: str, content: bytes, limits: FileLimits) -> Form | None:
    """The form in a workbook; None for a workbook of another kind. Raises FileRefusedError for a bad form."""
    inspect_archive(open_content(name, content, limits), limits)  # strangers can mail: before it is opened
    if not quarterly_form.is_ours(content):
        return None
    table = quarterly_form.read(content)
    answers = {header: column[0] for header, column in zip(table.header, table.columns, strict=True)}
    provider = normalise("kvk", str(answers.get("KvK-nummer", "")))
    if provider is None:
        raise FileRefusedError("Het KvK-nummer in het formulier is geen KvK-nummer.")
    return Form(name, content, provider)


def _sender(message: EmailMessage) -> str:
    """The one address of From; empty when there are none, several, or it is written so that readers differ on it."""
    try:
        header = message["From"]
        if header is None or header.defects or len(header.addresses) != 1:
            return ""
        return str(header.addresses[0].addr_spec).lower()
    except (ValueError, LookupError, AttributeError):
        return ""


def _is_automatic(message: EmailMessage) -> bool:
    """RFC 3834: what a machine sent says so."""
    submitted = str(message.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    bounce = str(message.get("Return-Path", "x")).strip() == "<>"
    return (
        submitted != "no" or precedence in _MANY or bounce or message.get_content_type() == "multipart/report"
    )
