"""Faults that show only when documents are held beside each other."""

from collections.abc import Iterable, Mapping
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from ews.cases.kinds import Stage
from ews.cases.policy import CasePolicy
from ews.notify.model import MessageKind
from ews.notify.routing import OnCall, Route
from ews.people import SECTORS, Person
from ews.settings.faults import ConfigFault, missing
from ews.settings.site import SiteSettings
from ews.slots import JOBS, ScheduledJob


def reference(file: str, key: str, name: str, known: Iterable[Any]) -> list[ConfigFault]:
    """A fault when `name` is not among what is known."""
    options = sorted(str(option) for option in known)
    if name in options:
        return []
    return [ConfigFault(file, key, missing(name), f"Kies uit: {', '.join(options)}.")]


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


def check_routes(routes: Mapping[str, Route], people: Mapping[str, Person]) -> list[ConfigFault]:
    """Every kind of message has a role that gets it, and a person who has that role."""
    roles = {person.role for person in people.values()}
    told = {kind for route in routes.values() if route.role in roles for kind in route.kinds}
    needed = set(MessageKind) - {MessageKind.TEST}
    return [
        ConfigFault(
            "recipients.toml",
            "route",
            f"niemand krijgt berichten van soort '{kind}'",
            "Voeg een [[route]] toe voor een rol die in people.toml voorkomt.",
        )
        for kind in sorted(needed - told)
    ]


def check_turns(turns: Mapping[str, OnCall], people: Mapping[str, Person]) -> list[ConfigFault]:
    """Whoever has a turn or is away is somebody, and no period ends before it begins."""
    faults = []
    for turn in turns.values():
        faults += reference("recipients.toml", f"rota.{turn.id}.person", turn.person, people)
    periods = [("recipients.toml", f"rota.{one.id}", one.first, one.last) for one in turns.values()]
    for person in people.values():
        faults += [
            ConfigFault(
                "people.toml",
                f"person.{person.id}.sectors",
                f"sector '{one}' bestaat niet",
                "Kies vv, ghz of ggz.",
            )
            for one in person.sectors
            if one not in SECTORS
        ]
        periods += [
            ("people.toml", f"person.{person.id}.absences", one.first, one.last) for one in person.absences
        ]
    return faults + [
        ConfigFault(file, key, f"{last} ligt voor {first}", "Zet first op of voor last.")
        for file, key, first, last in periods
        if last < first
    ]


def check_schedule(schedule: Mapping[str, ScheduledJob]) -> list[ConfigFault]:
    """Every scheduled job exists, has a moment, and none that must run is missing."""
    faults = []
    for job in schedule.values():
        key = f"job.{job.id}"
        faults += reference("schedule.toml", key, job.id, JOBS)
        if bool(job.at) == job.when_mail_waits:
            problem = "heeft geen tijd, of een tijd en when_mail_waits"
            faults.append(
                ConfigFault("schedule.toml", key, problem, "Geef `at` of `when_mail_waits = true`.")
            )
        if job.day_of_month > 28:
            problem = f"dag {job.day_of_month} komt niet in elke maand voor"
            faults.append(
                ConfigFault("schedule.toml", f"{key}.day_of_month", problem, "Kies 1 tot en met 28.")
            )
    missing = sorted(set(JOBS) - schedule.keys())
    return faults + [
        ConfigFault(
            "schedule.toml",
            "job",
            f"taak '{name}' ontbreekt",
            "Voeg haar toe; de standaard staat in de uitleg.",
        )
        for name in missing
    ]


def check_site(site: SiteSettings) -> list[ConfigFault]:
    """The duty address can receive mail, and an insecure relay is on this machine."""
    faults = check_address("settings.toml", "office.duty_address", site.office.duty_address, site)
    for key, server in (("smtp", site.smtp), ("mailbox", site.mailbox)):
        if server.security == "insecure-loopback" and server.host not in {"127.0.0.1", "::1", "localhost"}:
            faults.append(
                ConfigFault(
                    "settings.toml",
                    f"{key}.security",
                    f"'insecure-loopback' mag niet voor {server.host or 'een leeg adres'}",
                    "Kies starttls of tls; zonder gecontroleerde TLS gaat er geen mail uit of in.",
                )
            )
    if site.mailbox.host and not site.mailbox.user:
        faults.append(
            ConfigFault("settings.toml", "mailbox.user", "ontbreekt", "Noem de naam waarmee wordt ingelogd.")
        )
    return faults + _oidc_faults(site)


def _oidc_faults(site: SiteSettings) -> list[ConfigFault]:
    """The identity provider is reached by https, or on this machine, and knows us by a name."""
    if not site.oidc.issuer:
        return []
    address = urlsplit(site.oidc.issuer)
    faults = []
    if address.scheme != "https" and address.hostname not in {"127.0.0.1", "::1", "localhost"}:
        faults.append(
            ConfigFault(
                "settings.toml",
                "oidc.issuer",
                f"'{site.oidc.issuer}' is geen https-adres",
                "Begin met https://.",
            )
        )
    if not site.oidc.client_id:
        faults.append(
            ConfigFault(
                "settings.toml", "oidc.client_id", "ontbreekt", "Noem de naam waaronder de pagina bekend is."
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


def check_cases(policy: CasePolicy | None) -> list[ConfigFault]:
    """All seven stages are there, each task has a name of its own, no term runs backwards."""
    if policy is None:
        return []
    file = "escalation.toml"
    known = {str(stage.value) for stage in Stage}
    missing = sorted(known - {stage.id for stage in policy.stage})
    faults = [ConfigFault(file, f"stage.{one}", "deze trede ontbreekt", "Voeg haar toe.") for one in missing]
    for stage in policy.stage:
        faults += reference(file, f"stage.{stage.id}", stage.id, known)
    named = [(task.id, task.term_days) for stage in policy.stage for task in stage.task]
    named += [(task.id, task.hours) for task in policy.plan48]
    for name, term in named:
        if [other for other, _ in named].count(name) > 1:
            faults.append(
                ConfigFault(file, f"task.{name}", "deze naam komt vaker voor", "Geef elke taak een eigen id.")
            )
        if term < 0:
            faults.append(
                ConfigFault(file, f"task.{name}", f"een termijn van {term} bestaat niet", "Kies 0 of meer.")
            )
    return faults
