"""What browser tests share: `ews serve` in a process of its own, and what a page may say on its console."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Timer

CHROMIUM = shutil.which("chromium")
EWS = [sys.executable, "-m", "ews"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 740}


class Served:
    """`ews serve` on a site, and one-time links into it."""

    def __init__(self, site: Path, person: str = "officier") -> None:
        self.site = site
        self.process, shown = self._start(person)
        self.url, self.links = shown["url"], {person: shown["link"]}

    def _start(self, person: str) -> tuple[subprocess.Popen[str], dict[str, str]]:
        process = subprocess.Popen(
            [*EWS, "--site", str(self.site), "serve", "--port", "0", "--as", person, "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        watch = Timer(90, process.kill)  # a server that says nothing ends, and so does the reading
        watch.start()
        lines = []
        while "}" not in (lines[-1] if lines else ""):
            lines.append(process.stdout.readline())
            if not lines[-1]:
                stop(process)
                raise AssertionError("ews serve ended before it served")
        watch.cancel()
        return process, json.loads("".join(lines))

    def link(self, person: str) -> str:
        """A link for another person, made by a second server on the same site that stops again."""
        if person not in self.links:
            other, shown = self._start(person)
            stop(other)
            self.links[person] = self.url + shown["link"].removeprefix(shown["url"])
        return self.links.pop(person)


def stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(20)
    process.stdout.close()


def is_trouble(said) -> bool:
    """What a browser complains of, but for the answer to a form that was refused on purpose."""
    refused = ("status of 422", "status of 409", "status of 401")
    return said.type == "error" and not any(one in said.text for one in refused)


def draft(page) -> None:
    """Draft the notice that is open; on a busy machine its progress is shown first, and leads on by itself."""
    page.get_by_role("button", name="Opstellen").click()
    if "/werk/" in page.url:
        page.get_by_role("link", name="Naar het resultaat").click(timeout=90_000)
