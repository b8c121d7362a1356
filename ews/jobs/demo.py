"""The demo: one site in which the example region happens at its own moments, by everybody's own jobs and commands."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ews.errors import EwsError, RefusedError
from ews.jobs.assess import assess
from ews.jobs.deliver import deliver
from ews.jobs.demo_office import Office
from ews.jobs.demo_plan import (
    ENDS,
    LIVE_SINCE,
    URGENT,
    Act,
    Agenda,
    Deed,
    Step,
    filled_in,
    read_acts,
    read_arrivals,
    weekly,
)
from ews.jobs.digest import digest
from ews.jobs.ingest import ingest
from ews.jobs.run import Context, at, open_site, run_job
from ews.jobs.site import create_site
from ews.settings.documents import shipped
from ews.store import cases
from ews.store.engine import reading

Perform = Callable[[Path, str, datetime, Sequence[str]], dict[str, Any]]
"""Gives a command in a site, as a person, at a moment; returns its JSON document."""
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Played:
    """What the demo left behind."""

    site: Path
    counts: dict[str, int]
    cases: Mapping[str, str]
    """Number of the case of each provider that has one open."""
    dossiers: tuple[Path, ...]
    mails: tuple[Path, ...]
    digests: tuple[Path, ...]
    troubles: tuple[str, ...]
    """Acts that could not be done, with the reason."""


class _Player:
    """The site while it is played: where it is, what has happened, and what the acts have called things."""

    def __init__(self, site: Path, perform: Perform, say: Say) -> None:
        examples = shipped("examples")
        self.site = site
        self.perform = perform
        self.say = say
        self.acts = read_acts(examples / "demo" / "handelingen.toml")
        self.names = {"stukken": str(examples / "demo" / "stukken")}
        self.office = Office()
        self.numbers: dict[str, str] = {}
        self.counts: Counter[str] = Counter()
        self.troubles: list[str] = []
        dated = [Step(act.at, Deed.ACT, act=act) for act in self.acts if act.at]
        self.agenda = Agenda([*read_arrivals(examples / "region"), *dated, *weekly()])

    def play(self, opened: Context) -> None:
        year = 0
        while step := self.agenda.next():
            if step.at.year != year:
                year = step.at.year
                self.say(f"{year} …")
            self._do(at(opened, step.at), step)

    def _do(self, now: Context, step: Step) -> None:
        self.counts[step.deed.name.lower()] += 1
        if step.deed is Deed.INGEST:
            self._ingest(now, step)
        elif step.deed is Deed.ASSESS:
            self.office.keep_up(
                now
            )  # whoever took a case has taken it again in the weeks since the last round
            run_job(now, "assess", assess)
            self._follow_new_cases(now)
            self.office.keep_up(now)
            run_job(now, "deliver", deliver)
        elif step.deed is Deed.DIGEST:
            run_job(now, "digest", digest)
            run_job(now, "deliver", deliver)
        elif step.act:
            self._act(step.at, step.act)

    def _ingest(self, now: Context, step: Step) -> None:
        report = ingest(now, step.files, source=step.source, received_at=step.at)
        self.counts["files"] += len(step.files)
        self.troubles += [
            f"{one.path}: {one.message}" for one in report.files if one.status in {"held", "refused"}
        ]
        has_news = any(file.observations_added or file.events_added for file in report.files)
        if step.source in URGENT and has_news and step.at >= LIVE_SINCE:
            self.agenda.add(Step(step.at + timedelta(minutes=1), Deed.ASSESS))

    def _follow_new_cases(self, now: Context) -> None:
        with reading(now.engine) as connection:
            for case in cases.open_cases(connection):
                if case.subject in self.numbers:
                    continue
                self.numbers[case.subject] = case.number
                for act in self.acts:
                    if act.provider == case.subject and act.after_opening_hours is not None:
                        moment = now.now + timedelta(hours=act.after_opening_hours)
                        self.agenda.add(Step(moment, Deed.ACT, act=act))

    def _act(self, moment: datetime, act: Act) -> None:
        try:
            known = {**self.names, "case": self._case(moment, act)}
            done = self.perform(self.site, act.user, moment, filled_in(act.command, known, at=moment))
        except EwsError as error:
            self.troubles.append(f"{moment:%Y-%m-%d} {act.user}: {' '.join(act.command[:2])}: {error}")
            return
        if act.name:
            self.names[act.name] = str(done.get("entry", ""))

    def _case(self, moment: datetime, act: Act) -> str:
        """The case of the act's provider; an officer who sees cause before the figures do opens one."""
        if act.provider not in self.numbers:
            words = ["case", "open", act.provider, "--reason", "signaal van de accountmanager"]
            self.numbers[act.provider] = self.perform(self.site, act.user, moment, words)["case"]
        return self.numbers[act.provider]


def play(folder: Path, perform: Perform, say: Say) -> Played:
    """Make a demo site in `folder` and let the region happen in it.

    Raises RefusedError when there is something else in the folder already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise RefusedError(f"{folder} is niet leeg. Kies een andere map met --out, of maak deze eerst leeg.")
    examples = shipped("examples")
    first = min(step.at for step in read_arrivals(examples / "region"))
    create_site(folder, now=first, config=examples / "demo" / "config")
    opened = open_site(folder, now=first)
    player = _Player(folder, perform, say)
    player.play(opened)
    return _left_behind(at(opened, ENDS), player)


def _left_behind(context: Context, player: _Player) -> Played:
    with reading(context.engine) as connection:
        numbers = {case.subject: case.number for case in cases.open_cases(connection)}
    context.engine.dispose()
    return Played(
        site=player.site,
        counts=dict(player.counts),
        cases=numbers,
        dossiers=tuple(
            sorted(path for path in (player.site / "dossiers").rglob("*") if path.suffix in {".docx", ".pdf"})
        ),
        mails=tuple(sorted((player.site / "outbox").rglob("*.eml"))),
        digests=tuple(sorted((player.site / "digests").glob("*.html"))),
        troubles=(*player.troubles, *player.office.troubles),
    )
