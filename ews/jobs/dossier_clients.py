"""Clients of a case by care profile and delivery form, and for whom the transfer plan found no place."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ews.cases import log
from ews.cases.model import CaseFile
from ews.cases.moves import PlanOutcome
from ews.dossier.record import ClientLine
from ews.jobs.dossier_cells import Cells
from ews.jobs.dossier_evidence import Numbering


def client_lines(cells: Cells, numbering: Numbering, case: CaseFile) -> Iterable[ClientLine]:
    counted: dict[tuple[str, str], list[Any]] = {}
    for row in (one for one in cells.split(case.subject, "clienten") if not cells.withheld(one)):
        content = json.loads(row.dimension)
        counted.setdefault((content.get("profiel", ""), content.get("leveringsvorm", "")), []).append(row)
    planned = Planned.of(case, Counter(profile for profile, _ in counted))
    for (profile, form), rows in sorted(counted.items()):
        yield ClientLine(
            profile=profile or "onbekend",
            form=form,
            clients=int(sum(row.value for row in rows)),
            nowhere=planned.nowhere(profile, form),
            refs=tuple(cells.ref(numbering, row) for row in rows),
            as_of=max(cells.stood_on(row) for row in rows),
            nowhere_refs=tuple(numbering.ref(number) for number in planned.evidence),
        )


@dataclass(frozen=True, slots=True)
class Planned:
    """For whom the last transfer plan of a case found no place."""

    by_form: Mapping[tuple[str, str], int]
    by_profile: Mapping[str, int]
    split: Mapping[str, int]
    """In how many delivery forms clients of a profile are counted."""
    evidence: tuple[int, ...]
    is_made: bool

    @classmethod
    def of(cls, case: CaseFile, split: Mapping[str, int]) -> "Planned":
        found = list(log.current(case, PlanOutcome))
        if not found:
            return cls({}, {}, split, (), False)
        entry, what = found[-1]
        by_profile: Counter[str] = Counter()
        for profile, clients, _ in what.unmet:
            by_profile[profile] += clients
        by_form = {(profile, form): clients for profile, form, clients in what.forms}
        return cls(by_form, by_profile, split, entry.evidence, True)

    def nowhere(self, profile: str, form: str) -> int | None:
        """None while nothing was planned, or when a plan per profile can't be told apart over two forms."""
        if not self.is_made:
            return None
        if self.by_form or not self.by_profile.get(profile):
            return self.by_form.get((profile, form), 0)
        return self.by_profile[profile] if self.split[profile] == 1 else None
