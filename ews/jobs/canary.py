"""A message a day through the real path: when it does not reach the relay, mail does not work."""

from typing import Any

from ews.jobs import post
from ews.jobs.deliver import deliver
from ews.jobs.run import Context
from ews.jobs.watcher import ping
from ews.notify import words
from ews.notify.messages import Rendered
from ews.notify.model import MessageKind, Priority, State
from ews.notify.routing import Matter, route
from ews.scoring.model import Level
from ews.store import outbox
from ews.store.engine import reading, writing


def canary(context: Context) -> dict[str, Any]:
    """Queue today's, send, and say whether the relay took it. Raises RuntimeError when it did not."""
    about = f"canary:{words.day(context.now)}"
    site = context.settings.site
    text = (
        f"Proefbericht van {words.long_day(context.now)} langs de weg van een echte waarschuwing.\n"
        f"Blijft dit bericht een dag uit, dan werkt de post van het EWS van {site.office.name} niet: "
        "kijk dan met ews doctor.\n"
    )
    with writing(context.engine) as connection:
        routed = route(Matter(MessageKind.CANARY, Level.UNKNOWN), post.rota(context))
        sealed = [
            post.seal(
                context,
                post.message_from(
                    Rendered("EWS proefbericht van vandaag: de post werkt", text, ""),
                    about=about,
                    kind=MessageKind.CANARY,
                    recipient=one.address,
                    priority=Priority.CANARY,
                    thread="canary",
                ),
            )
            for one in routed.recipients
        ]
        outbox.enqueue(connection, sealed, now=context.now)
    deliver(context)
    with reading(context.engine) as connection:
        states = outbox.states_of(connection, about)
    accepted = bool(states) and all(state is State.SENT for state in states)
    ping(site.watcher.url, "canary", "" if accepted else "fail")
    if not accepted:
        raise RuntimeError(f"canary not accepted: {', '.join(states) or 'not queued'}")
    return {"accepted": len(states)}
