"""Would other rules have done better: the same past by two configurations, before two people make one live."""

from pathlib import Path
from typing import Any

from ews.errors import RefusedError
from ews.jobs.replay import Question, how_of, walk
from ews.jobs.run import Context
from ews.jobs.site import differences, plain
from ews.scoring.compare import compare, is_proven
from ews.settings.documents import read_documents
from ews.settings.faults import refuse
from ews.settings.load import Settings, load
from ews.store import config_versions
from ews.store.engine import reading

ACTIVE = "actief"
ON_DISK = "schijf"
SHORTEST_HASH = 6


def compared(context: Context, question: Question, *, old: str, new: str) -> dict[str, Any]:
    """The report of `scoring.compare.compare` with the names of both and what differs between them.

    A name is `actief`, `schijf`, a folder with config files, or the first characters of the hash of a
    configuration that was in force before. Raises RefusedError for another name or an empty past.
    """
    before, after = (named(context, name) for name in (old, new))
    found = compare(
        walk(context, before, question).rows, walk(context, after, question).rows, how_of(context.settings)
    )
    return {
        "since": str(question.since),
        "until": str(question.until),
        "unit": question.unit,
        "engine": question.engine,
        "names": {"old": old, "new": new},
        "hashes": {"old": before.hash, "new": after.hash},
        "differences": differences(plain(before.documents), plain(after.documents)),
        "better": is_proven(found["auc_gain"]),
        **found,
    }


def named(context: Context, name: str) -> Settings:
    """The settings that a name stands for; see `compared`."""
    if name == ACTIVE:
        return context.settings
    if name == ON_DISK:
        return load(context.folder)
    if Path(name).is_dir():
        documents, faults = read_documents(Path(name))
        refuse(faults)
        return load(context.folder, documents)
    with reading(context.engine) as connection:
        kept = config_versions.by_hash(connection, name) if len(name) >= SHORTEST_HASH else []
    if len(kept) != 1:
        raise RefusedError(
            f"'{name}' is geen configuratie die hier bekend is. Geef {ACTIVE}, {ON_DISK}, een map met "
            f"configuratiebestanden, of minstens {SHORTEST_HASH} tekens van de hash van een eerdere configuratie."
        )
    return load(context.folder, kept[0])
