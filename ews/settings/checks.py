"""Faults that show only when documents are held beside each other."""

from collections.abc import Iterable, Mapping
from email.utils import parseaddr
from typing import Any

from ews.people import Person
from ews.settings.faults import ConfigFault
from ews.settings.site import SiteSettings


def reference(file: str, key: str, name: str, known: Iterable[Any]) -> list[ConfigFault]:
    """A fault when `name` is not among what is known."""
    options = sorted(str(option) for option in known)
    if name in options:
        return []
    return [ConfigFault(file, key, f"'{name}' bestaat niet", f"Kies uit: {', '.join(options)}.")]


def check_people(people: Mapping[str, Person], site: SiteSettings) -> list[ConfigFault]:
    """Deputies exist, addresses lie in the office's domains, regions belong to the office."""
    faults = []
    for person in people.values():
        key = f"person.{person.id}"
        if person.deputy:
            faults += reference("people.toml", f"{key}.deputy", person.deputy, people)
        faults += check_address("people.toml", f"{key}.address", person.address, site)
        for region in person.regions:
            faults += reference("people.toml", f"{key}.regions", region, site.office.regions)
    return faults


def check_site(site: SiteSettings) -> list[ConfigFault]:
    """The duty address can receive mail, and an insecure relay is on this machine."""
    faults = check_address("settings.toml", "office.duty_address", site.office.duty_address, site)
    if site.smtp.security == "insecure-loopback" and site.smtp.host not in {"127.0.0.1", "::1", "localhost"}:
        faults.append(
            ConfigFault(
                "settings.toml",
                "smtp.security",
                f"'insecure-loopback' mag niet voor {site.smtp.host or 'een leeg adres'}",
                "Kies starttls of tls; zonder gecontroleerde TLS gaat er geen mail uit.",
            )
        )
    return faults


def check_address(file: str, key: str, address: str, site: SiteSettings) -> list[ConfigFault]:
    """A mail address in one of the domains that mail may go to."""
    name, _, domain = parseaddr(address)[1].rpartition("@")
    if name and domain in site.smtp.allowed_domains:
        return []
    listed = ", ".join(site.smtp.allowed_domains)
    remedy = f"Gebruik een adres in: {listed}."
    return [ConfigFault(file, key, f"'{address}' ligt buiten [smtp] allowed_domains", remedy)]
