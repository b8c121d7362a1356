"""`ews transfer`: where the clients could go, and for whom there is no place."""

from typing import TYPE_CHECKING, Annotated

import typer

from ews.cli.app import app
from ews.cli.frame import AsOf, Json, as_of_moment, emit, site_of

if TYPE_CHECKING:
    from ews.cases.transfer import Gain
    from ews.jobs.transfer import TransferView

group = typer.Typer(help="Overdracht: waar kunnen de cliënten heen.", no_args_is_help=True)
app.add_typer(group, name="transfer")

FORMS = {
    "": "—",
    "verblijf": "verblijf",
    "vpt": "vpt",
    "mpt": "mpt",
    "pgb": "pgb",
    "deeltijdverblijf": "deeltijd",
}


@group.command()
def plan(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="AANBIEDER|ZAAK")],
    allow: Annotated[
        list[str] | None, typer.Option(help="Tel ook mee: overbrugging, overname of onbevestigd; mag vaker.")
    ] = None,
    record: Annotated[bool, typer.Option("--record", help="Leg de uitkomst als bewijs in de zaak.")] = False,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Voorstel voor de overdracht: wie waarheen, voor wie geen plek, en waarom. Cliënten kiezen."""
    from ews.jobs.transfer import plan_transfer, record_plan
    from ews.jobs.transfer_document import plan_document

    site = site_of(context)
    moment = as_of_moment(as_of, site.now) if as_of else None
    view = plan_transfer(site, subject, allow=allow or (), as_of=moment)
    document = plan_document(view)
    text = _text(view)
    if record:
        case = record_plan(site, view, document)
        text += f"\n\nVastgelegd in {case}, met dit plan als bewijsstuk."
    emit(as_json, document, text)


@group.command()
def index(context: typer.Context, as_of: AsOf = None, as_json: Json = False) -> None:
    """Per aanbieder: hoeveel cliënten nergens heen kunnen als hij stopt."""
    from ews.jobs.transfer import nowhere_to_go

    site = site_of(context)
    rows = nowhere_to_go(site, as_of=as_of_moment(as_of, site.now) if as_of else None)
    document = {
        "providers": [
            {
                "provider": one.provider,
                "name": one.name,
                "clients": one.clients,
                "nowhere_to_go": one.nowhere_to_go,
                "unplaced": one.unplaced,
            }
            for one in rows
        ]
    }
    lines = [f"{'geen plek':>10} {'met grenzen':>12} {'cliënten':>9}  aanbieder"]
    lines += [
        f"{one.nowhere_to_go:>10} {one.unplaced:>12} {one.clients:>9}  {one.name or one.provider}"
        for one in rows
    ]
    lines += [
        "",
        "geen plek: geen vrije, bevestigde plaats elders in de regio, per profiel (als in ews portfolio).",
        "met grenzen: wat een overdrachtsplan overlaat; dan tellen draagkracht, wachtenden en eisen mee.",
    ]
    emit(as_json, document, "\n".join(lines))


def _text(view: "TransferView") -> str:
    left = view.plan.left
    head = [
        f"Overdrachtsplan {view.name} ({view.provider}){f', zaak {view.case}' if view.case else ''}",
        f"{view.clients} cliënten: {view.plan.placed} met een plek, {left} zonder. Een voorstel: cliënten kiezen.",
    ]
    blocks = [head, _unmet(view), _moves(view), _more(view), _options(view), _cascade(view), _sure(view)]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _unmet(view: "TransferView") -> list[str]:
    from ews.cases.transfer import BLOCK_WORDS

    rows = [
        f"  {one.clients:>5}  {one.group.profile or 'alle':<8} {FORMS.get(one.group.form, one.group.form):<9}"
        f" {', '.join(sorted(one.group.needs)):<12} {BLOCK_WORDS[one.block]}"
        for one in sorted(view.plan.unmet, key=lambda one: -one.clients)
    ]
    return ["Geen plek", *rows] if rows else ["Voor iedereen is er een plek."]


def _moves(view: "TransferView") -> list[str]:
    rows = []
    for move in sorted(view.plan.moves, key=lambda move: (move.site.provider, move.group.id)):
        taker = view.town.takers[move.site.provider]
        where = view.known.register.name(move.site.location) if move.site.location else move.site.context
        seen = f"bevestigd {move.site.confirmed_on:%d-%m}" if move.site.confirmed_on else "te vragen"
        rows.append(
            f"  {move.clients:>5}  {move.group.profile or 'alle':<8} {FORMS.get(move.group.form, move.group.form):<9}"
            f" {_name(taker.name, 28):<28} {_name(where, 22):<22} {_km(move.site.km):>6} {seen}"
        )
    return ["Waarheen", *rows] if rows else []


def _name(text: str, width: int) -> str:
    """A name as it fits; what marks the example region as invented stands above the plan."""
    plain = text.removesuffix(" (fictief)")
    return plain if len(plain) <= width else f"{plain[: width - 1].rstrip()}…"


def _km(km: int | None) -> str:
    return "—" if km is None else f"{km} km"


def _more(view: "TransferView") -> list[str]:
    """One line per kind of place: the best location, and at how many others it would help as much."""
    kinds: dict[tuple[str, str], list[Gain]] = {}
    for gain in view.plan.gains:
        kinds.setdefault((gain.site.profile, gain.site.form), []).append(gain)
    rows = []
    for (profile, form), found in kinds.items():
        best = found[0]
        others = sum(gain.most == best.most for gain in found[1:])
        elsewhere = f" (of bij {others} andere locaties)" if others else ""
        where = view.known.register.name(best.site.location)
        rows.append(
            f"  {profile or 'alle'} {FORMS.get(form, form)} bij {where}{elsewhere}: één plek helpt {best.one}, "
            f"zo nodig tot {best.most} cliënten"
        )
    return ["Waar een plek erbij het meest helpt", *rows[:5]] if rows else []


def _options(view: "TransferView") -> list[str]:
    words = {
        "overbrugging": "overbruggingszorg in een andere leveringsvorm (vpt, mpt)",
        "overname": "overname ter plaatse met personeel door aanbieders die dat kunnen dragen",
        "onbevestigd": "plaatsen die lang niet zijn bevestigd: bel ze",
    }
    left = view.plan.left
    rows = [
        f"  {words[name]}: dan nog {rest} zonder plek" for name, rest in view.options.items() if rest < left
    ]
    return ["Wat verder kan (--allow)", *rows] if rows else []


def _cascade(view: "TransferView") -> list[str]:
    tipped = [name for one in view.cascade.rounds for name in one.tipped]
    if not tipped:
        return ["Gaat iedereen gewoon naar de vrije plaatsen, dan valt geen overnemer om."]
    lines = ["Gaat iedereen gewoon naar de vrije plaatsen, dan valt ook om (herberekend met de extra last)"]
    for one in view.cascade.rounds:
        points = {name: (before, after) for name, before, after in one.points}
        for name in one.tipped:
            before, after = points[name]
            said = (
                f"{before} → {after} punten" if after is not None else "geen oordeel, en meer dan hij aankan"
            )
            lines.append(f"  ronde {one.number}: {view.town.takers[name].name} ({said})")
    return [*lines, f"  na {len(view.cascade.rounds)} ronden {view.cascade.unplaced} cliënten zonder plek"]


def _sure(view: "TransferView") -> list[str]:
    rows = []
    if view.unknown:
        rows.append(
            f"Context en contra-indicaties niet vastgelegd bij {len(view.unknown)} aanbieders met plaatsen."
        )
    if view.plan.displaced:
        rows.append(f"Het plan gebruikt {view.plan.displaced} plaatsen van urgent of actief wachtenden.")
    if not view.plan.proven:
        rows.append(
            "Afstand en samenhang zijn niet bewezen optimaal (rekentijd op); het aantal plaatsen wel."
        )
    rows.append("Afstand hemelsbreed tussen plaatsen (GeoNames), niet over de weg; — is onbekend.")
    return rows
