"""Who may approve a letter, and when one may go out. Pure."""

from ews.cases.correspondence import LetterAnswer, LetterApproved, LetterSent
from ews.cases.letter_book import LetterState, letters
from ews.cases.model import CaseFile
from ews.cases.obstacles import Obstacle
from ews.people import Mandate, Person

NAMING = Mandate.EWS_MELDING
"""Naming a provider to others before stage 4 is a decision of whoever may notify the NZa of it."""


def letter_obstacles(
    case: CaseFile, what: LetterApproved | LetterSent | LetterAnswer, person: Person
) -> list[Obstacle]:
    """What stands in the way of approving, sending or answering; an unknown letter is refused elsewhere."""
    found = next((one for one in letters(case) if one.entry.id == what.letter), None)
    if found is None:
        return []
    if isinstance(what, LetterApproved):
        return _approval_obstacles(found, person)
    if isinstance(what, LetterSent):
        return _sending_obstacles(found, what)
    return [] if what.who in found.sent_to else [Obstacle.LETTER_NOT_SENT_TO]


def _approval_obstacles(found: LetterState, person: Person) -> list[Obstacle]:
    obstacles = []
    if found.approved is not None:
        obstacles.append(Obstacle.LETTER_APPROVED)
    if found.entry.author == person.id:
        obstacles.append(Obstacle.OWN_LETTER)
    if found.letter.ground and NAMING not in person.mandates:
        obstacles.append(Obstacle.NO_NAMING_MANDATE)
    return obstacles


def _sending_obstacles(found: LetterState, what: LetterSent) -> list[Obstacle]:
    obstacles = [] if found.approved is not None else [Obstacle.LETTER_NOT_APPROVED]
    if not what.to or not set(what.to) <= set(found.letter.to):
        obstacles.append(Obstacle.LETTER_NOT_FOR)
    return obstacles
