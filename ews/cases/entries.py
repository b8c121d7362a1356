"""What can stand in the log of a case: one dataclass per kind of entry.

Fields made by `private()` hold names and free text: stored apart, outside the hash chain, and destroyed
when their term ends.
"""

from dataclasses import dataclass
from datetime import date, datetime

from ews.cases.correspondence import Correspondence
from ews.cases.kinds import (
    AlternativeKind,
    AnswerOutcome,
    DecisionKind,
    Means,
    NoticeKind,
    Party,
)
from ews.cases.moves import PlanOutcome, TransferCount, TransferGroup
from ews.cases.privacy import private
from ews.cases.ties import MemberSignal, Umbrella


@dataclass(frozen=True, slots=True)
class Places:
    """A number of clients or places of one care profile and delivery form: counts, never persons."""

    profile: str
    count: int
    form: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """Why the case exists: the first entry. `happened_on` is the day the episode's first alert opened."""

    reason: str
    """`alert`, `hard_to_replace`, `insolvency`, `umbrella` or `person`."""
    level: str
    points: int
    alert: int | None = None
    text: str = private()


@dataclass(frozen=True, slots=True)
class StageChange:
    before: int
    after: int
    exit_criteria: tuple[str, ...] = ()
    """Fixed when the stage is entered: what must be true to go down again."""
    reason: str = private()


@dataclass(frozen=True, slots=True)
class Task:
    """Something that must be done; `code` is its name in the policy, empty for one that a person added."""

    code: str
    title: str
    role: str
    due_on: date
    due_at: datetime | None = None
    """Only in hours mode: a moment instead of the end of a day."""
    evidence_kind: str = ""
    required: bool = True
    owner: str = ""


@dataclass(frozen=True, slots=True)
class TaskDone:
    """A task done, or found not applicable with a reason."""

    task: int
    not_applicable: bool = False
    text: str = private()


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Someone owns the alert until a moment; after it, or when nothing happens, it escalates again."""

    owner: str
    until: datetime
    text: str = private()


@dataclass(frozen=True, slots=True)
class Contact:
    party: Party
    channel: str
    """`gesprek`, `telefoon`, `brief`, `e-mail`, `bezoek`."""
    organisation: str = ""
    function: str = ""
    name: str = private()
    summary: str = private()


@dataclass(frozen=True, slots=True)
class ProviderView:
    """Hearing of the provider: our finding and its rebuttal side by side."""

    finding: str = private()
    rebuttal: str = private()


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was agreed, with whom, by when. `figures`: the provider promised to send figures."""

    party: Party
    due_on: date
    figures: bool = False
    text: str = private()


@dataclass(frozen=True, slots=True)
class AgreementOutcome:
    agreement: int
    kept: bool
    text: str = private()


@dataclass(frozen=True, slots=True)
class Measure:
    means: Means
    scenario: int
    """1: keep the provider going; 2: move the clients."""
    begins_on: date
    ends_on: date | None = None
    cost_eurocent: int | None = None
    text: str = private()


@dataclass(frozen=True, slots=True)
class MeasureEffect:
    measure: int
    ended: bool = False
    text: str = private()


@dataclass(frozen=True, slots=True)
class Alternative:
    """A way to keep the care going that was examined; `happened_on` of its entry is the day it was asked."""

    kind: AlternativeKind
    asked: tuple[Places, ...]
    answer_by: date
    provider: str = ""
    """Identifier, empty for own provision."""
    organisation: str = ""
    text: str = private()


@dataclass(frozen=True, slots=True)
class Answer:
    alternative: int
    outcome: AnswerOutcome
    offered: tuple[Places, ...] = ()
    why_not_short: str = private()
    """Why it is impossible on the short term (item 9 of art. 5.2)."""
    why_not_middle: str = private()
    text: str = private()


@dataclass(frozen=True, slots=True)
class Decision:
    """A dated decision with its reason. Which outcomes exist per kind: `OUTCOMES` in cases/rules.py."""

    kind: DecisionKind
    outcome: str
    next_on: date | None = None
    """When it is taken again: required when the NZa is not notified."""
    foreseeable_on: date | None = None
    """Overmacht `ja`: since when it was foreseeable."""
    location: str = ""
    profiles: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    """Legal checks that were made, for a payment stop or the end of a contract."""
    reason: str = private()
    why_not_others: str = private()
    ends_when: str = private()


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that left the office, with how it went and who was phoned."""

    kind: NoticeKind
    reference: str
    dossier_version: int | None = None
    phoned_at: datetime | None = None
    phoned: str = private()


@dataclass(frozen=True, slots=True)
class CrisisRole:
    """One line of the crisisorganisatie and of the call list."""

    role: str
    organisation: str
    phone_confirmed_on: date | None = None
    name: str = private()
    deputy: str = private()
    phone: str = private()


@dataclass(frozen=True, slots=True)
class Coordination:
    """Who has regie over a provider that several zorgkantoren contract, and what was agreed."""

    lead: str
    shares: tuple[tuple[str, float], ...]
    """(zorgkantoor, share of the clients 0-1)"""
    text: str = private()


@dataclass(frozen=True, slots=True)
class SituationReport:
    text: str = private()


@dataclass(frozen=True, slots=True)
class Link:
    """Another case of the same concern, cause or regional event."""

    case: str
    cause: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """One line of the review afterwards: which step, what to change, who owns it."""

    step: str
    owner: str
    due_on: date | None = None
    text: str = private()


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact for a notice that no source delivers; `happened_on` of its entry is what it is as of.

    `fact` is a name that items of config/regulation ask for, for example `einddatum`.
    """

    fact: str
    provider: str = ""
    """Identifier, when the notice spans several providers; empty: the provider of the case."""
    quoted_from: str = ""
    """Function of whoever said it, when the text is theirs word for word."""
    text: str = private()


@dataclass(frozen=True, slots=True)
class Note:
    text: str = private()


What = (
    Opening
    | StageChange
    | Task
    | TaskDone
    | Acknowledgement
    | Contact
    | ProviderView
    | Agreement
    | AgreementOutcome
    | Measure
    | MeasureEffect
    | Alternative
    | Answer
    | Decision
    | Notice
    | CrisisRole
    | Coordination
    | SituationReport
    | PlanOutcome
    | TransferGroup
    | TransferCount
    | Link
    | Umbrella
    | MemberSignal
    | Lesson
    | Statement
    | Note
    | Correspondence
)
