"""Planning where clients could go: gather the town, solve it, and keep the outcome in the case when asked."""

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ews.cases.assign import plan, unplaced
from ews.cases.calendar import office_date
from ews.cases.cascade import Cascade, cascade
from ews.cases.moves import PlanOutcome
from ews.cases.town import OPTIONS, Known, Terms, groups_of, town_of
from ews.cases.transfer import BLOCK_WORDS, Plan, Town
from ews.errors import NotFoundError, RefusedError
from ews.identifiers import parse_subject
from ews.jobs.cases import Act, act
from ews.jobs.evidence import Upload
from ews.jobs.load import reassessor
from ews.jobs.run import Context
from ews.jobs.scoring import cards_by_scheme
from ews.scoring.model import Level
from ews.signals.impact import impact_of
from ews.store import cases, supply
from ews.store.engine import reading


@dataclass(frozen=True, slots=True)
class TransferView:
    """A plan with what surrounds it: what else could be done, and who would tip."""

    provider: str
    name: str
    case: str
    """Number of the open case, empty when there is none."""
    town: Town
    plan: Plan
    options: dict[str, int]
    """Clients without a place if this option counted too."""
    cascade: Cascade
    unknown: tuple[str, ...]
    """Providers with places whose context and contra-indications nobody recorded."""
    as_of: datetime
    known: Known

    @property
    def clients(self) -> int:
        return sum(group.clients for group in self.town.groups)


def plan_transfer(
    context: Context, given: str, *, allow: Collection[str] = (), as_of: datetime | None = None
) -> TransferView:
    """Where the clients of a provider (or of a case's provider) could go. Raises NotFoundError, RefusedError."""
    moment = as_of or context.now
    with reading(context.engine) as connection:
        known = supply.known_at(connection, moment)
        provider = _provider(
            given, known, {case.number: case.subject for case in cases.all_cases(connection)}
        )
        running = cases.open_case_of(connection, provider)
    if not known.register.providers[provider].clients:
        raise RefusedError(
            f"Van {provider} zijn geen cliënten per zorgprofiel bekend. Lever de cliëntenlijst aan met: ews ingest"
        )
    terms = _terms(context, provider, moment, frozenset(allow))
    town, load = town_of(known, provider, terms), terms.policy.load
    return TransferView(
        provider=provider,
        name=known.register.name(provider),
        case=running.number if running else "",
        town=town,
        plan=plan(town, terms.policy),
        options={
            option: unplaced(town_of(known, provider, replace(terms, allow=terms.allow | {option})))
            for option in OPTIONS
            if option not in terms.allow
        },
        cascade=cascade(
            town,
            terms.policy,
            clients_of=lambda name: groups_of(known, name),
            edge=terms.edge,
            reassess=reassessor(context, known, load) if load else None,
        ),
        unknown=_unknown(known, town),
        as_of=moment,
        known=known,
    )


@dataclass(frozen=True, slots=True)
class IndexLine:
    """One provider of the nowhere-to-go index."""

    provider: str
    name: str
    clients: int
    nowhere_to_go: int
    """As in the portfolio: no free and confirmed place elsewhere in the region, profile by profile."""
    unplaced: int
    """What a plan would leave over: also by what takers can bear, waiting clients and special requirements."""


def nowhere_to_go(context: Context, *, as_of: datetime | None = None) -> list[IndexLine]:
    """Per provider those without a place if it stopped; the most first."""
    moment = as_of or context.now
    with reading(context.engine) as connection:
        known = supply.known_at(connection, moment)
    found = []
    for provider, one in known.register.providers.items():
        if one.clients:
            town = town_of(known, provider, _terms(context, provider, moment, frozenset()))
            impact = impact_of(known.register, provider, on=office_date(moment))
            found.append(
                IndexLine(
                    provider, one.name, one.client_count or 0, impact.nowhere_to_go or 0, unplaced(town)
                )
            )
    return sorted(found, key=lambda row: (-row.nowhere_to_go, -row.unplaced, row.provider))


def record_plan(context: Context, view: TransferView, document: dict[str, Any]) -> str:
    """Put the outcome in the open case, with the plan as evidence. Returns the case number."""
    if not view.case:
        raise RefusedError(
            f"Voor {view.provider} loopt geen zaak. Open er een met: ews case open {view.provider}"
        )
    content = json.dumps(document, ensure_ascii=False, indent=2).encode()
    name = f"overdrachtsplan_{office_date(context.now):%Y-%m-%d}.json"
    upload = Upload.of(content, name, kind="plan")
    unmet = tuple((one.group.profile, one.clients, BLOCK_WORDS[one.block]) for one in view.plan.unmet)
    forms: Counter[tuple[str, str]] = Counter()
    for one in view.plan.unmet:
        forms[one.group.profile, one.group.form] += one.clients
    by_form = tuple((profile, form, count) for (profile, form), count in sorted(forms.items()))
    what = PlanOutcome(view.clients, view.plan.placed, unmet, by_form)
    act(context, Act(view.case, uploads=(upload,)), what)
    return view.case


def _provider(given: str, known: Known, numbers: dict[str, str]) -> str:
    wanted = numbers.get(given, given)
    found = known.register.provider_of(wanted)
    if found is None or found not in known.register.providers:
        raise NotFoundError(f"'{given}' is geen aanbieder in het register en geen zaak. Zie: ews portfolio")
    return found


def _terms(context: Context, provider: str, moment: datetime, allow: frozenset[str]) -> Terms:
    strange = sorted(allow - set(OPTIONS))
    if strange:
        raise RefusedError(f"--allow '{strange[0]}' bestaat niet. Kies uit: {', '.join(OPTIONS)}.")
    card = cards_by_scheme(context.settings, moment)[parse_subject(provider).scheme]
    edge = next(cut.raise_at for cut in card.cutoffs if cut.level is Level.HIGH)
    return Terms(context.settings.transfer, edge, office_date(moment), allow)


def _unknown(known: Known, town: Town) -> tuple[str, ...]:
    places = {site.location: site.provider for site in town.sites if site.location and site.free}
    return tuple(sorted({owner for location, owner in places.items() if location not in known.offers}))
