"""`ews doctor` and `ews run`: is everything well, and keeping it going."""

from dataclasses import asdict

import typer

from ews.cli.app import app
from ews.cli.explain import explain
from ews.cli.frame import Globals, Json, emit, site_of


@app.command("doctor")
def doctor_command(context: typer.Context, as_json: Json = False) -> None:
    """Controleer of alles in orde is, en zeg wat te doen als dat niet zo is."""
    from ews.jobs.doctor import doctor

    checks = doctor(site_of(context))
    wrong = [one for one in checks if not one.ok]
    lines = [f"  {'goed ' if one.ok else 'FOUT '} {one.check}: {one.message}" for one in checks]
    lines += [f"\nDoen: {one.check}: {one.remedy}" for one in wrong]
    head = "Alles in orde." if not wrong else f"{len(wrong)} van {len(checks)} controles vragen aandacht."
    emit(as_json, {"ok": not wrong, "checks": [asdict(one) for one in checks]}, "\n".join([head, *lines]))
    if wrong:
        raise typer.Exit(1)


@app.command("run")
def run_command(context: typer.Context) -> None:
    """Draai alle geplande taken tot u stopt (Ctrl-C): inlezen, beoordelen, opschalen, versturen, weekoverzicht."""
    from ews.schedule import run

    run(site_of(context))


@explain.command()
def schedule(context: typer.Context, as_json: Json = False) -> None:
    """De eerstvolgende tien keer dat elke geplande taak draait, in woorden."""
    from ews.jobs.run import clock
    from ews.notify.words import clock_time
    from ews.settings.load import load
    from ews.slots import in_words, upcoming

    chosen: Globals = context.obj
    now = chosen.now or clock()
    jobs = load(chosen.site).schedule.values()
    planned = {job.id: [slot.at for slot in upcoming(job, now=now, count=10)] for job in jobs}
    lines = []
    for job in jobs:
        lines.append(f"{job.id}: {in_words(job)}. {job.why}")
        lines += [f"    {clock_time(moment)}" for moment in planned[job.id]]
    document = {name: [moment.isoformat() for moment in moments] for name, moments in planned.items()}
    emit(as_json, {"schedule": document}, "\n".join(lines))
