"""A file that was held and a source that fell silent, told to who must do something about it."""

import hashlib

from ews.jobs.post import trouble
from ews.jobs.run import Context
from ews.jobs.source_health import data_lines
from ews.notify.digest import week_of
from ews.notify.digest_view import DataLine
from ews.notify.views import SystemView
from ews.notify.words import day
from ews.store.engine import reading, writing

HELD = "vastgehouden"


def tell_sources(context: Context) -> int:
    """Tell of each held file once, and of each silent source once a week; how many messages were queued."""
    with reading(context.engine) as connection:
        found = list(data_lines(connection, context, context.now))
    if not found:
        return 0
    with writing(context.engine) as connection:
        return sum(
            trouble(connection, context, _view(context, one), about=_about(context, one)) for one in found
        )


def _about(context: Context, one: DataLine) -> str:
    """The same trouble has the same name: a held file as long as it is held, a silence for a week."""
    named = f"{one.source}|{one.state}" if _is_held(one) else f"{one.source}|{week_of(day(context.now))}"
    return f"source:{hashlib.sha256(named.encode()).hexdigest()[:24]}"


def _is_held(one: DataLine) -> bool:
    return one.state.startswith(HELD)


def _view(context: Context, one: DataLine) -> SystemView:
    held = _is_held(one)
    site = context.settings.site
    return SystemView(
        topic=f"bestand vastgehouden: {one.source}" if held else f"bron stil: {one.source}",
        what=f"{one.source}: {one.state}.",
        consequence="De vorige cijfers blijven staan; beoordelingen leunen op oudere gegevens, en dat telt mee.",
        actions=(
            (
                "Bekijk wat niet te lezen was: ews rejections list",
                "Vraag een verbeterd bestand, of geef vrij: ews rejections release",
            )
            if held
            else (
                "Vraag bij de leverancier na waar het bestand blijft.",
                "Lever het in zodra het er is: ews ingest",
            )
        ),
        details=(),
        office=site.office.name,
        at=context.now,
        fictitious=site.kind != "production",
    )
