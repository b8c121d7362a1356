"""How quickly the page answers: 3,000 providers, 50 people who each ask something every five seconds, one core.

python benchmarks/page.py [--providers 3000] [--people 50] [--cases 100] [--rounds 13] [--seconds 60] [--site DIR]

Makes a site with drawn figures, a quarter of weekly rounds and cases in work (or takes the one in DIR), serves it on
one core of this machine while the visitors take another, and prints median, p95 and slowest per page, what the server
took of processor and memory, and how long two people need to take everybody away as a file.
"""

import argparse
import asyncio
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

import httpx2
from memory import peak_megabytes
from page_site import Size, begin_sessions, make_site

PATHS = (
    "/",
    "/portefeuille",
    "/portefeuille?pagina={page}",
    "/portefeuille?niveau=hoog_of_acuut",
    "/portefeuille?zoek=stichting+12",
    "/zaken",
    "/aanbieder/{subject}",
)


async def visit(url: str, token: str, names: list[str], until: float, took: dict[str, list[float]]) -> None:
    draw = random.Random(token)
    await asyncio.sleep(draw.uniform(0, 5))
    async with httpx2.AsyncClient(
        limits=httpx2.Limits(keepalive_expiry=2), base_url=url, cookies={"ews": token}, timeout=60
    ) as client:
        while time.perf_counter() < until:
            path = draw.choice(PATHS)
            began = time.perf_counter()
            last = max(1, len(names) // 50)
            answer = await client.get(path.format(page=draw.randint(1, last), subject=draw.choice(names)))
            took.setdefault(path, []).append(time.perf_counter() - began)
            assert answer.status_code == 200, (path, answer.status_code)
            await asyncio.sleep(max(0.0, 5 - (time.perf_counter() - began)))


async def load(url: str, tokens: list[str], names: list[str], seconds: int) -> dict[str, list[float]]:
    took: dict[str, list[float]] = {}
    until = time.perf_counter() + seconds
    await asyncio.gather(*(visit(url, token, names, until, took) for token in tokens))
    return took


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, int]]:
    """`ews serve` on the first core: its address and process."""
    command = ["taskset", "--cpu-list", "0", sys.executable, "-m", "ews", "--site", str(folder)]
    server = subprocess.Popen(
        [*command, "serve", "--port", "0", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        lines = [server.stdout.readline()]
        while "}" not in lines[-1] and lines[-1]:
            lines.append(server.stdout.readline())
        yield json.loads("".join(lines))["url"], server.pid
    finally:
        server.terminate()
        server.wait(20)


def first_visit(client: httpx2.Client, path: str) -> None:
    began = time.perf_counter()
    client.get(path).raise_for_status()
    print(f"{path}, the first after a change of figures: {time.perf_counter() - began:.2f} s")


def take_away(url: str, folder: Path, form: str) -> None:
    """Everybody as a file: one proposes, another signs, the first takes it."""
    clients = {}
    for person in ("officier", "teamleider"):
        token = begin_sessions(folder, person, 1)[0]
        clients[person] = httpx2.Client(
            base_url=url, cookies={"ews": token}, headers={"Origin": url}, timeout=300
        )
    page = clients["officier"].get("/portefeuille").text
    csrf = {
        who: re.search(r'name="csrf" value="([^"]+)"', one.get("/portefeuille").text)[1]
        for who, one in clients.items()
    }
    given = {"csrf": csrf["officier"], "vorm": form, "reden": "meting", "tweede": "teamleider"}
    asked = clients["officier"].post("/portefeuille/uitvoer", data=given)
    number = asked.headers["location"].rpartition("/")[2]
    clients["teamleider"].post(f"/handtekening/{number}", data={"csrf": csrf["teamleider"]})
    began = time.perf_counter()
    file = clients["officier"].post("/portefeuille/uitvoer", data={**given, "akkoord": number})
    file.raise_for_status()
    print(
        f"{form}: {len(file.content) / 1e6:.1f} MB of everybody in {time.perf_counter() - began:.1f} s; {len(page)} characters a list"
    )


def measure(folder: Path, names: list[str], *, people: int, seconds: int) -> None:
    tokens = begin_sessions(folder, "officier", people)
    with served(folder) as (url, process):
        client = httpx2.Client(base_url=url, cookies={"ews": tokens[0]}, timeout=300)
        for path in ("/portefeuille", "/", "/zaken", f"/aanbieder/{names[0]}"):
            first_visit(client, path)
        os.sched_setaffinity(0, {1} & os.sched_getaffinity(0) or os.sched_getaffinity(0))
        before = processor_seconds(process)
        took = asyncio.run(load(url, tokens, names, seconds))
        report(took)
        spent, count = processor_seconds(process) - before, sum(len(times) for times in took.values())
        print(
            f"server: {spent:.1f} s of processor, {1000 * spent / count:.0f} ms a page, {peak_megabytes(process):.0f} MB"
        )
        for form in ("csv", "xlsx"):
            take_away(url, folder, form)
        print(f"server after taking everybody away: at most {peak_megabytes(process):.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--providers", type=int, default=3000)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=13, help="weekly rounds of assessments")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--site", type=Path, help="a site that was made here before, with as many providers")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder, began = given.site or Path(scratch) / "site", time.perf_counter()
        if folder.exists():
            names = [f"kvk:{70_000_000 + place}" for place in range(given.providers)]
        else:
            names = make_site(folder, Size(given.providers, given.cases, given.rounds))
            print(f"site with {given.providers} providers made in {time.perf_counter() - began:.0f} s")
        measure(folder, names, people=given.people, seconds=given.seconds)


def processor_seconds(process: int) -> float:
    """What a process has taken of the processor so far."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def report(took: dict[str, list[float]]) -> None:
    """Milliseconds per page and over all."""
    for path, times in [*sorted(took.items()), ("all", [one for listed in took.values() for one in listed])]:
        cut = quantiles(times, n=20) if len(times) > 1 else times * 19
        print(
            f"{path:<40} {len(times):>5} requests  median {cut[9] * 1000:>6.0f}  p95 {cut[18] * 1000:>6.0f}  slowest {max(times) * 1000:>6.0f} ms"
        )


if __name__ == "__main__":
    main()
