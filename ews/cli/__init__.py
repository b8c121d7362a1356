"""The `ews` command. This layer alone turns errors into exit codes and Dutch text.

Each module adds its commands to `app` when it is imported here.
"""

from ews.cli import (
    assess,
    audit,
    case_crisis,
    case_log,
    case_talks,
    cases,
    config,
    deliver,
    demo,
    digest,
    doctor,
    dossier,
    dossier_acts,
    dossier_bundle,
    explain,
    form,
    ingest,
    provider,
    replay,
    serve,
    signal,
    site,
    transfer,
)
from ews.cli.app import main

__all__ = [
    "assess",
    "audit",
    "case_crisis",
    "case_log",
    "case_talks",
    "cases",
    "config",
    "deliver",
    "demo",
    "digest",
    "doctor",
    "dossier",
    "dossier_acts",
    "dossier_bundle",
    "explain",
    "form",
    "ingest",
    "main",
    "provider",
    "replay",
    "serve",
    "signal",
    "site",
    "transfer",
]
