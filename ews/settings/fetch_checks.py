"""Faults in the `[fetch]` table of a contract."""

from collections.abc import Iterator

from ews.signals.contract import SourceContract
from ews.signals.fetching import ITEM, Each, Fetch, address_fault, same_place

_ABOVE_ZERO = (
    "every_hours",
    "calls_per_run",
    "pages",
    "timeout_seconds",
    "deadline_seconds",
    "tries",
    "max_bytes",
)


def fetch_faults(contract: SourceContract, plan: Fetch) -> Iterator[tuple[str, str, str]]:
    """Key, problem and remedy of every fault."""
    for key, url in (("url", plan.url), ("list_url", plan.list_url)):
        fault = address_fault(url) if url else ""
        if fault:
            yield (
                f"fetch.{key}",
                f"'{url}' {fault}",
                "Schrijf https://host/pad; http mag alleen naar deze machine.",
            )
    yield from _items(plan)
    if bool(plan.secret) != bool(plan.secret_header):
        yield "fetch.secret", "secret en secret_header horen bij elkaar", "Geef beide of geen van beide."
    if plan.body and plan.method == "GET":
        yield "fetch.body", "een GET heeft geen inhoud", 'Schrijf method = "POST" of verwijder body.'
    example = plan.file_name.replace(ITEM, "20261123000000").replace("{day}", "20261123")
    by_number = plan.file_name.replace(ITEM, "12345678").replace("{day}", "20261123")
    if not (contract.claims(example) or contract.claims(by_number)):
        yield (
            "fetch.file_name",
            "past op geen van de file_patterns",
            "Dan wordt wat een storing in de inbox laat staan, niet herkend: pas een van beide aan.",
        )
    for key in _ABOVE_ZERO:
        if getattr(plan, key) <= 0:
            yield f"fetch.{key}", "is niet groter dan nul", "Schrijf een getal boven nul."
    if plan.pause_seconds < 0 or plan.retry_seconds < 0:
        yield "fetch.pause_seconds", "is negatief", "Schrijf nul of meer."


def _items(plan: Fetch) -> Iterator[tuple[str, str, str]]:
    if (ITEM in plan.url) != (plan.each is not Each.SOURCE):
        yield (
            "fetch.url",
            f"hoort {ITEM} te bevatten bij each = 'listed' en 'provider', en anders niet",
            f"Zet {ITEM} waar het nummer hoort, of wijzig each.",
        )
    if (plan.each is Each.LISTED) != bool(plan.list_url and plan.list_key):
        yield (
            "fetch.list_url",
            "list_url en list_key horen bij each = 'listed'",
            "Geef beide, of verwijder ze.",
        )
    elif plan.list_url and not same_place(plan.url, plan.list_url):
        yield "fetch.list_url", "staat op een andere host dan url", "Een bron heeft één host."
    if plan.next_key and (plan.answers != "json" or plan.each is Each.PROVIDER):
        yield "fetch.next_key", "werkt alleen bij JSON, niet per aanbieder", "Verwijder next_key."
    if plan.each is Each.PROVIDER and plan.answers != "json":
        yield "fetch.answers", "hoort 'json' te zijn bij each = 'provider'", 'Schrijf answers = "json".'
