"""The tests tested: faults put in a copy of the product on purpose. Each must turn at least one named test red."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("ews", "config", "tests", "examples", "pyproject.toml")
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Mutant:
    """A change of one file, and tests that must see it."""

    fault: str
    file: str
    changes: tuple[tuple[str, str], ...]
    tests: tuple[str, ...]


KILLS, FAULTS, DELIVER = (
    "tests/faults/test_kills.py",
    "tests/faults/test_delivery.py",
    "tests/integration/test_deliver.py",
)
SLOTS, SCHEDULER = "tests/faults/test_slots.py", "tests/faults/test_scheduler.py"
MUTANTS = (
    Mutant(
        "mark, then send",
        "ews/jobs/outbox_round.py",
        (
            (
                "        self.in_hand[row.id] = row\n        return row\n",
                ("        self.in_hand[row.id] = row\n        self.mark([(row, Receipt(Outcome.SENT, '250 ok'))])\n"
                "        self.in_hand[row.id] = row\n        return row\n"),
            ),
        ),
        (f"{KILLS}::test_d2_a_crash_during_the_talk_with_the_relay[at RCPT]",),
    ),
    Mutant(
        "synchronous NORMAL instead of FULL",
        "ews/store/engine.py",
        (('"synchronous": 2', '"synchronous": 1'),),
        ("tests/integration/test_store_engine.py::test_every_sqlite_connection_has_the_durable_pragmas",),
    ),
    Mutant(
        "STARTTLS only if the server offers it",
        "ews/notify/smtp.py",
        (('start_tls=relay.security == "starttls"', "start_tls=None"),),
        (f"{FAULTS}::test_d8_starttls_that_was_stripped_on_the_way",),
    ),
    Mutant(
        "certificates not checked",
        "ews/notify/smtp.py",
        (
            (
                "    context.minimum_version = ssl.TLSVersion.TLSv1_2\n",
                "    context.check_hostname = False\n    context.verify_mode = ssl.CERT_NONE\n",
            ),
        ),
        (f"{FAULTS}::test_d8_without_tls_that_can_be_verified_no_mail_leaves_and_people_are_told[starttls-expired]",),
    ),
    Mutant(
        "no UNIQUE on the outbox",
        "ews/store/migrations/versions/0001_first_tables.py",
        (
            ('sa.UniqueConstraint(\n            "about", "kind", "recipient", "channel", "revision", name=op.f("uq_outbox_about")\n        ),', ""),
            ('sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),', ""),
        ),
        ("tests/integration/test_tell.py::test_told_twice_is_queued_once",),
    ),
    Mutant(
        "no key on job and slot",
        "ews/store/job_runs.py",
        (
            (
                '    values = {"job": job, "slot": slot, "state": "running"',
                '    slot = f"{slot}{owner}"\n    values = {"job": job, "slot": slot, "state": "running"',
            ),
        ),
        (f"{SCHEDULER}::test_s4_two_schedulers_and_one_winner_per_slot",),
    ),
    Mutant(
        "a naive midnight: wall time as if winter lasted all year",
        "ews/slots.py",
        (
            (
                "    moment = local.astimezone(UTC)\n",
                "    moment = local.replace(tzinfo=UTC) - timedelta(hours=1)\n    return moment\n",
            ),
        ),
        (f"{SLOTS}::test_when_a_wall_time_is",),
    ),
    Mutant(
        "a time that the spring change skips is lost",
        "ews/slots.py",
        (("    return _jump(day, zone)\n", "    return moment + timedelta(days=365)\n"),),
        (f"{SLOTS}::test_when_a_wall_time_is", f"{SLOTS}::test_s3_whatever_the_clock_does_no_slot_is_lost_or_twice"),
    ),
    Mutant(
        "numbers by float()",
        "ews/signals/cells.py",
        (
            (
                '    number = Decimal(body.replace(thousands, "").replace(decimals, "."))\n',
                '    number = Decimal(float(body.replace(thousands, "").replace(decimals, ".")))\n',
            ),
        ),
        ("tests/unit/signals/test_cells.py",),
    ),
    Mutant(
        "numbers guessed: whatever float() takes",
        "ews/signals/cells.py",
        (
            (
                "    if len(body) > 40 or not _BODY[separator].fullmatch(body):\n        return None\n",
                "    try:\n        float(body.replace(',', '.'))\n    except ValueError:\n        return None\n",
            ),
        ),
        ("tests/unit/signals/test_cells.py",),
    ),
    Mutant(
        "a late sender's mark counts",
        "ews/store/sending.py",
        (("        .where(outbox.c.id == row.id, outbox.c.fence == row.fence, outbox.c.state == State.SENDING)\n        .values(\n            state=state,", "        .where(outbox.c.id == row.id)\n        .values(\n            state=state,"),),
        (f"{FAULTS}::test_reconcilers_free_what_a_dead_sender_held_and_what_a_clock_that_stepped_back_locked",),
    ),
    Mutant(
        "a run that was taken over still writes",
        "ews/jobs/worker.py",
        (("        if job_runs.token_of(connection, job, slot) != token:", "        if False:"),),
        (f"{SCHEDULER}::test_s5_a_paused_owner_whose_run_was_taken_over_writes_nothing_more",),
    ),
    Mutant(
        "a new Message-ID at every sealing",
        "ews/notify/envelope.py",
        (("    digest = hmac.new(key, named, hashlib.sha256)", "    import os\n    digest = hmac.new(os.urandom(8), named, hashlib.sha256)"),),
        ("tests/unit/notify/test_messages.py::test_sealing_the_same_message_twice_gives_the_same_bytes",),
    ),
    Mutant(
        "nobody to tell means nobody is told",
        "ews/notify/routing.py",
        (("    if not chosen:\n", "    if False:\n"),),
        ("tests/spec/test_routing.py",),
    ),
    Mutant(
        "what is over the limit of a storm is dropped",
        "ews/notify/storm.py",
        (("        if ordered[room:]:\n", "        if False:\n"),),
        ("tests/spec/test_delivery_rules.py::test_d11_a_storm_drops_nothing_and_keeps_to_the_limit",),
    ),
    Mutant(
        "one refused recipient ends the round",
        "ews/jobs/outbox_round.py",
        (("        moved = sending_rows.mark(\n", "        if following.needs_a_person:\n            raise RuntimeError('refused')\n        moved = sending_rows.mark(\n"),),
        (f"{DELIVER}::test_d3_one_refused_recipient_stops_nobody_else_and_becomes_a_task",),
    ),
    Mutant(
        "opening a link confirms",
        "ews/web/acknowledge.py",
        (("look(site_of(request).context(SYSTEM), t), is_done=False", "confirm(site_of(request).context(SYSTEM), t), is_done=False"),),
        ("tests/integration/web/test_web_receipt.py::test_d16_opening_the_link_never_confirms_and_the_button_does_once",),
    ),
    Mutant(
        "the library's own patience creeps back",
        "ews/schedule.py",
        (('"misfire_grace_time": None, ', ""),),
        (f"{SCHEDULER}::test_s10_no_default_of_the_scheduling_library_creeps_back",),
    ),
    Mutant(
        "the chain is not held against its previous entry",
        "ews/store/audit.py",
        (("        if row.previous != previous:\n", "        if False:\n"), ("        if row.seq != seq:\n", "        if False:\n")),
        ("tests/integration/test_audit_attacks.py",),
    ),
)  # fmt: skip


def run(copy: Path, tests: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    options = ["-x", "-q", "-p", "no:cacheprovider", "-m", "slow or not slow"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, *tests],
        cwd=copy, capture_output=True, text=True, check=False, timeout=600,
        env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product and its tests, to be spoiled."""
    folder = tmp_path_factory.mktemp("mutants")
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / part)
    return folder


def test_every_test_that_must_see_a_mutant_is_green_without_it(copy):
    named = tuple(dict.fromkeys(test for mutant in MUTANTS for test in mutant.tests))
    done = run(copy, named)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.fault)
def test_a_mutant_turns_a_test_red(mutant, copy):
    path = copy / mutant.file
    whole = path.read_text(encoding="utf-8")
    spoiled = whole
    for old, new in mutant.changes:
        assert old in spoiled, f"{mutant.file} no longer reads so: mend the mutant"
        spoiled = spoiled.replace(old, new)
    path.write_text(spoiled, encoding="utf-8")
    try:
        done = run(copy, mutant.tests)
    finally:
        path.write_text(whole, encoding="utf-8")
    assert done.returncode == 1, f"nobody saw: {mutant.fault}\n{done.stdout[-2000:]}"
