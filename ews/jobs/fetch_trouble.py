"""Telling that a source could not be fetched, or that days of it are gone."""

from sqlalchemy import Connection

from ews.jobs.post import trouble
from ews.jobs.run import Context
from ews.notify import words
from ews.notify.views import SystemView
from ews.signals.contract import SourceContract


def tell_failed(connection: Connection, context: Context, contract: SourceContract, problem: str) -> None:
    """One message a day and source, however often it fails that day."""
    view = SystemView(
        topic=f"bron niet op te halen: {contract.name}",
        what=f"{contract.title} kon niet worden opgehaald.",
        consequence="De vorige gegevens blijven staan; wat de bron sindsdien weet, weet dit systeem niet.",
        actions=(
            f"Probeer het opnieuw: ews source fetch {contract.name}",
            f"Blijft het zo: haal het bestand met de hand op en lever het in (docs/bronnen.md, {contract.name}).",
        ),
        details=(problem,),
        office=context.settings.site.office.name,
        at=context.now,
    )
    trouble(connection, context, view, about=f"fetch:{contract.name}:{words.day(context.now)}"[:80])


def tell_gap(
    connection: Connection, context: Context, contract: SourceContract, gap: tuple[str, str]
) -> None:
    """What lay between the last item heard and the first still listed has left the source unheard."""
    heard, listed = gap
    view = SystemView(
        topic=f"gat in bron: {contract.name}",
        what=f"{contract.title}: tussen {heard} en {listed} is niets opgehaald, en dat staat er niet meer.",
        consequence="Een faillissement of maatregel uit die dagen is hier niet bekend.",
        actions=("Zoek de aanbieders op in het register zelf, en leg vast wat ontbreekt: ews signal add",),
        details=(),
        office=context.settings.site.office.name,
        at=context.now,
    )
    trouble(connection, context, view, about=f"fetchgap:{contract.name}:{heard}"[:80])
