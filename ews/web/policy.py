"""Who may open which page and do which act: by the name of the route. A route without a line is refused to all.

What a person may do beyond opening it (mandate, second person, stage) is decided by the jobs, as on the
command line.
"""

from collections.abc import Mapping

from ews.people import Role

EVERYONE = frozenset(Role)
RISK = EVERYONE - {Role.ADMIN}
"""Who sees risk data: everybody but who runs the machine."""
WORKERS = frozenset({Role.CONTINUITY_OFFICER, Role.TEAM_LEAD, Role.STAFF, Role.ANALYST})
DECIDERS = frozenset({Role.CONTINUITY_OFFICER, Role.TEAM_LEAD, Role.APPROVER})
SIGNERS = WORKERS | DECIDERS | {Role.COMMITTEE}
KEEPERS = frozenset({Role.ADMIN, Role.TEAM_LEAD, Role.AUDITOR})

PUBLIC = frozenset(
    {
        "static",
        "login",
        "login_do",
        "link",
        "link_do",
        "alive",
        "receipt",
        "receipt_do",
        "metrics",
        "oidc",
        "oidc_back",
    }
)
"""Open without a login: the way in, and nothing else."""

_WORK_FORMS = (
    "contact", "maatregel", "alternatief", "antwoord", "afspraak", "wederhoor", "taak", "taak-klaar", "feit", "notitie",
    "bewijsstuk", "afspraak-klaar", "effect", "rol", "regie", "situatie", "groep", "telling", "verstuurd", "koppeling", "les",
    "agenderen", "agenda-antwoord",
)  # fmt: skip
_DECISION_FORMS = ("trede", "besluit", "sluiten")

ALLOWED: Mapping[str, frozenset[Role]] = {
    "home": EVERYONE,
    "logout": EVERYONE,
    "portfolio": RISK,
    "portfolio_export": RISK - {Role.STAFF},
    "provider": RISK,
    "signal_add": WORKERS,
    "signal_add_do": WORKERS,
    "week_now": RISK,
    "week": RISK,
    "week_decide": DECIDERS,
    "week_decide_do": DECIDERS,
    "week_finish": DECIDERS,
    "week_finish_do": DECIDERS,
    "evaluation": RISK,
    "evaluation_walk": RISK - {Role.STAFF},
    "evaluation_report": RISK,
    "quarantine": RISK - {Role.COMMITTEE},
    "delivery": RISK - {Role.COMMITTEE},
    "delivery_decide": WORKERS,
    "keeping": KEEPERS,
    "keeping_checks": KEEPERS,
    "keeping_invite": KEEPERS - {Role.AUDITOR},
    "keeping_disable": KEEPERS - {Role.AUDITOR},
    "cases": RISK,
    "matter": RISK,
    "case": RISK,
    "case_audit": RISK,
    "case_evidence": RISK,
    "case_transfer": RISK,
    "case_transfer_keep": WORKERS,
    "notice": RISK,
    "notice_file": RISK,
    "notice_changes": RISK,
    "notice_evidence": RISK,
    "notice_preview": RISK,
    "notice_sheet": RISK,
    "notice_draft": WORKERS | DECIDERS,
    "notice_import": WORKERS | DECIDERS,
    "notice_bundle": WORKERS | DECIDERS,
    "notice_bundle_file": RISK - {Role.STAFF},
    "agenda": RISK,
    "letters": RISK,
    "letter": RISK,
    "letter_file": RISK,
    "letter_write": WORKERS,
    "letter_write_do": WORKERS,
    "letter_form": WORKERS,
    "letter_form_do": WORKERS,
    **{
        f"letter_{act}{way}": WORKERS | DECIDERS
        for act in ("approve", "sent", "answer")
        for way in ("", "_do")
    },
    "errand": RISK,
    "countersign": EVERYONE,
    "countersign_do": WORKERS | DECIDERS | {Role.ADMIN},
    "delivery_columns": WORKERS,
    "keeping_rules": KEEPERS | {Role.ANALYST},
    "keeping_propose": KEEPERS | {Role.ANALYST},
    "keeping_audit": frozenset({Role.AUDITOR}),
    "notice_approve": DECIDERS,
    "notice_sent": WORKERS | DECIDERS,
    "notice_answer": WORKERS | DECIDERS,
    "case_open": WORKERS,
    "case_open_do": WORKERS,
    "case_sign": SIGNERS,
    "case_bevestigen": WORKERS,
    "case_bevestigen_do": WORKERS,
    **{f"case_{form}": WORKERS for form in _WORK_FORMS},
    **{f"case_{form}_do": WORKERS for form in _WORK_FORMS},
    **{f"case_{form}": WORKERS | DECIDERS for form in _DECISION_FORMS},
    **{f"case_{form}_do": WORKERS | DECIDERS for form in _DECISION_FORMS},
}


def may(role: Role, route: str) -> bool:
    """Whether a role may use a route. Deny by default."""
    return role in ALLOWED.get(route, frozenset())
