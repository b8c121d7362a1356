"""One round of sending that ends with `os._exit(137)` at a named point: `crash_sender.py SITE POINT NTH`."""

import os
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import aiosmtplib
from kill_lab import LEASE
from sqlalchemy import event

from ews.jobs import logs
from ews.jobs.deliver import deliver
from ews.jobs.run import clock, open_site


class CrashingSMTP(aiosmtplib.SMTP):
    """The real client, in a process that dies at a point of the talk."""

    point = ""

    async def rcpt(self, *words, **options):
        if self.point == "at RCPT":
            os._exit(137)
        return await super().rcpt(*words, **options)

    async def execute_command(self, *words, **options):
        return await super().execute_command(*words, **options)

    async def data(self, *words, **options):
        if self.point == "before the reply to DATA":
            import asyncio

            asyncio.get_running_loop().call_later(0.3, os._exit, 137)
            self.protocol.transport.pause_reading()
        reply = await super().data(*words, **options)
        if self.point == "after the reply to DATA":
            os._exit(137)
        return reply


def main() -> None:
    site, point, nth = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    logs.configure()
    context = replace(open_site(site), now=clock() + timedelta(minutes=2))
    seen = 0

    def count() -> None:
        nonlocal seen
        seen += 1
        if seen == nth:
            os._exit(137)

    if point == "before commit":
        event.listen(context.engine, "commit", lambda _: count())
    elif point == "after commit":
        event.listen(context.engine.pool, "checkin", lambda *_: count())
    else:
        CrashingSMTP.point = point
        aiosmtplib.SMTP = CrashingSMTP
    deliver(context, lease=LEASE)


if __name__ == "__main__":
    main()
