"""evaluatie.toml: every count that can be made has a sentence, and every sentence names its numbers."""

from ews.cases.self_assessment import EvaluationPolicy, Proof
from ews.settings.faults import ConfigFault

FILE = "evaluatie.toml"


def check_evaluation(policy: EvaluationPolicy | None) -> list[ConfigFault]:
    """Each proof once, each with a sentence that says how many; each norm once."""
    if policy is None:
        return []
    ids = [one.id for one in policy.proof]
    faults = [
        ConfigFault(FILE, f"proof.{proof}", "deze telling heeft geen zin", "Voeg een [[proof]] met text toe.")
        for proof in Proof
        if proof not in ids
    ]
    names = [*(str(one) for one in ids), *(norm.id for norm in policy.norm)]
    faults += [
        ConfigFault(FILE, name, "deze naam komt vaker voor", "Laat er één staan.")
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    return faults + [
        ConfigFault(FILE, f"proof.{one.id}", "de zin noemt {done} niet", "Zeg hoeveel: {done} van {of}.")
        for one in policy.proof
        if "{done}" not in one.text or not _fills(one.text)
    ]


def _fills(text: str) -> bool:
    try:
        text.format(done=1, of=2)
    except (KeyError, IndexError, ValueError):
        return False
    return True
