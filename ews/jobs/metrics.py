"""What a monitoring system may know: counts and ages, never a name, number or address."""

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from ews.jobs.run import Context
from ews.notify.model import State
from ews.store import job_runs, outbox
from ews.store.audit import head
from ews.store.engine import reading


def metrics(context: Context) -> bytes:
    """The numbers of this moment in Prometheus' text form."""
    registry = CollectorRegistry()
    states = Gauge("ews_outbox_messages", "Messages by state.", ["state"], registry=registry)
    oldest = Gauge(
        "ews_outbox_oldest_waiting_seconds", "Age of the oldest message that waits.", registry=registry
    )
    done = Gauge(
        "ews_job_last_done_seconds", "Seconds since each job last ended well.", ["job"], registry=registry
    )
    tick = Gauge("ews_scheduler_last_tick_seconds", "Seconds since the scheduler ticked.", registry=registry)
    chain = Gauge("ews_audit_entries", "Entries of the audit chain.", registry=registry)
    with reading(context.engine) as connection:
        counted = outbox.counts(connection)
        for state in State:
            states.labels(state.value).set(counted.get(state, 0))
        waiting = outbox.oldest_waiting(connection)
        oldest.set((context.now - waiting).total_seconds() if waiting else 0)
        for job, ended in job_runs.last_done(connection).items():
            done.labels(job).set((context.now - ended).total_seconds())
        ticked = job_runs.last_tick(connection)
        tick.set((context.now - ticked).total_seconds() if ticked else float("nan"))
        chain.set(head(connection).seq)
    return generate_latest(registry)
