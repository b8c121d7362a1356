"""The `ews` command. This layer alone turns errors into exit codes and Dutch text.

Each module adds its commands to `app` when it is imported here.
"""

from ews.cli import (
    assess,
    case_crisis,
    case_log,
    case_talks,
    cases,
    config,
    deliver,
    digest,
    dossier,
    explain,
    ingest,
    provider,
    serve,
    site,
)
from ews.cli.app import main

__all__ = [
    "assess",
    "case_crisis",
    "case_log",
    "case_talks",
    "cases",
    "config",
    "deliver",
    "digest",
    "dossier",
    "explain",
    "ingest",
    "main",
    "provider",
    "serve",
    "site",
]
