"""What still keeps a notice that was decided on from being sent, and who must supply it."""

from dataclasses import dataclass
from datetime import datetime

from ews.cases.duties import DutyKind
from ews.dossier.model import ItemState
from ews.jobs.case_view import CaseView
from ews.jobs.dossier import TITLES, look
from ews.jobs.dossier_acts import warnings
from ews.jobs.run import Context
from ews.regulation import DossierKind

PENDING = {
    DutyKind.EWS_MELDING: DossierKind.EWS_MELDING,
    DutyKind.OVERMACHTSMELDING: DossierKind.OVERMACHTSMELDING,
}
"""A notice that was decided on and has not left."""


@dataclass(frozen=True, slots=True)
class Hold:
    """One thing that keeps one notice back."""

    notice: str
    what: str
    from_whom: str
    """Empty for what the office itself must put right."""


def holds(context: Context, view: CaseView, *, as_of: datetime | None = None) -> list[Hold]:
    """Guards that block and items that are missing, of each notice that this case owes; usually none is owed."""
    found = []
    for kind in (PENDING[duty.kind] for duty in view.duties if duty.kind in PENDING):
        looked = look(context, view.case.number, kind, as_of=as_of)
        title = TITLES[kind]
        found += [Hold(title, one.why, "") for one in warnings(context, looked) if one.blocks]
        found += [
            Hold(title, f"item {one.item}: {one.why}", one.from_whom)
            for one in looked.dossier.items
            if one.state is ItemState.MISSING
        ]
    return found
