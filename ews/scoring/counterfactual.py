"""What would have to be better for the level to fall: the largest reasons that together carry it."""

from ews.scoring.card import Card
from ews.scoring.model import Assessment, Level, Reason

ALERTING = (Level.ELEVATED, Level.HIGH, Level.ACUTE)


def what_would_help(assessment: Assessment, card: Card) -> tuple[tuple[Reason, ...], Level] | None:
    """The fewest reasons whose points, gone, bring the sum under the clear threshold, and the level that is then left.

    None for a level that asks no alert.
    """
    if assessment.level not in ALERTING:
        return None
    cutoffs = {one.level: one for one in card.cutoffs}
    bound = cutoffs[assessment.level].clear_below if assessment.level in cutoffs else 0
    left, gone = assessment.points, list[Reason]()
    for reason in sorted(assessment.reasons, key=lambda one: (-one.points, one.indicator)):
        if left < bound or reason.points <= 0:
            break
        left -= reason.points
        gone.append(reason)
    return tuple(gone), card.level_of(left)
