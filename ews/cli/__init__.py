"""The `ews` command. This layer alone turns errors into exit codes and Dutch text.

Each module adds its commands to `app` when it is imported here.
"""

from ews.cli import case_crisis, case_log, case_talks, cases, config, deliver, serve, site
from ews.cli.app import main

__all__ = ["case_crisis", "case_log", "case_talks", "cases", "config", "deliver", "main", "serve", "site"]
