"""The fault lab: real servers, real processes, real kills."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from posts import authority, open_at

from ews.jobs import logs

__all__ = ["authority", "open_at"]


@pytest.fixture(autouse=True)
def _plain_logs() -> None:
    logs.configure()
