"""The fault lab: real servers, real processes, real kills."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

import pytest

from ews.jobs import logs


@pytest.fixture(autouse=True)
def _plain_logs() -> None:
    logs.configure()
