"""What lies in a bundle, and what its files must add up to. Reading and checking need no site and no key."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from ews.dossier.layout import FICTITIOUS, footer
from ews.dossier.model import Dossier, EvidenceLine, Table
from ews.dossier.paper import plain
from ews.dossier.words import cite, short_date

MANIFEST, SIGNATURE, PUBLIC_KEY = "manifest.json", "manifest.sig", "public_key.pem"
NOTICE, CHRONOLOGY, VERSIONS, INDEX = "melding.json", "chronologie.json", "versies.json", "index.html"
WORD, PDF = "melding.docx", "melding.pdf"
KEPT_INSIDE = frozenset({"intern", "geheim"})
"""Confidentiality of evidence that stays in the office: internal deliberation and legal advice."""
UNBROKEN_CELL = 80
"""Characters of a table's cell that stand on one page."""
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u06ff]+")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def is_released(line: EvidenceLine) -> bool:
    """Whether evidence goes along by default."""
    return line.confidentiality not in KEPT_INSIDE


def entry_name(line: EvidenceLine) -> str:
    """`evidence/B012_v1_brief.pdf`: built so that no name of a file can lead outside the folder."""
    safe = _UNSAFE.sub("_", line.name).strip("._")[-80:] or "stuk"
    number = line.label.replace("/", "_")
    return f"evidence/{number}_v{line.version}_{safe}"


def manifest(dossier: Dossier, files: Mapping[str, tuple[str, int]], context: Mapping[str, Any]) -> bytes:
    """The list of all files with hash and size, and of the evidence that stays inside. `files`: name -> (hash, size)."""
    content = {
        "case": dossier.case,
        "kind": dossier.kind.value,
        "version": dossier.version,
        "files": {name: {"sha256": digest, "size": size} for name, (digest, size) in sorted(files.items())},
        "evidence": {line.label: entry_name(line) for line in dossier.evidence if is_released(line)},
        "withheld": [
            {"evidence": line.label, "reason": f"rubricering {line.confidentiality}", "sha256": line.sha256}
            for line in dossier.evidence
            if not is_released(line)
        ],
        **context,
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()


def chronology(dossier: Dossier) -> bytes:
    """The chronology for machines."""
    rows = [
        {
            "gebeurd": line.happened_on.isoformat(),
            "vastgelegd": line.recorded_on.isoformat(),
            "wat": line.text,
            "bewijs": [str(ref) for ref in line.refs],
        }
        for line in dossier.chronology
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1).encode()


def index_page(dossier: Dossier) -> bytes:
    """One page that opens the bundle by itself: no script, nothing from outside."""
    rows = "".join(
        f"<tr><td>{escape(line.label)}</td><td>{_link(line)}</td><td>{short_date(line.dated_on)}</td>"
        f"<td><code>{line.sha256}</code></td></tr>"
        for line in dossier.evidence
    )
    items = "".join(
        f"<li><b>{escape(item.item)}. {escape(item.title)}</b>{''.join(_sentences(dossier, item.item))}</li>"
        for item in dossier.items
    )
    page = f"""<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><title>{escape(dossier.title)} {escape(dossier.case)}</title>
<style>body{{font:16px/1.5 serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}table{{border-collapse:collapse;width:100%}}
td,th{{border-bottom:1px solid #999;text-align:left;padding:.3rem;vertical-align:top}}code{{font-size:.7rem;word-break:break-all}}
.ontbreekt{{color:#a4161a;font-weight:bold}}li{{margin-bottom:.8rem}}</style></head><body>
<h1>{escape(dossier.title)} {escape(dossier.case)}, versie {dossier.version}</h1>
{"<p class='ontbreekt'>FICTIEF: voorbeeld met verzonnen gegevens</p>" if dossier.fictitious else ""}
<p>{escape(" ".join(dossier.standing))}</p>
<p><a href="{PDF}">Melding (PDF)</a> · <a href="{WORD}">Melding (Word)</a> · <a href="{NOTICE}">voor machines</a> ·
<a href="{CHRONOLOGY}">chronologie</a> · <a href="{MANIFEST}">manifest</a> · <a href="{VERSIONS}">versies</a></p>
<p>Nagaan zonder dit kantoor: <code>ews dossier verify BESTAND.zip</code></p>
<h2>Onderdelen</h2><ul>{items}</ul>
<h2>Bewijs</h2><table><tr><th>Nummer</th><th>Stuk</th><th>Datum</th><th>SHA-256</th></tr>{rows}</table>
<p>{escape(dossier.house_style.confidentiality)} · auditkop {escape(dossier.audit_head)}</p></body></html>
"""
    return page.encode()


def _link(line: EvidenceLine) -> str:
    if not is_released(line):
        return f"{escape(line.kind)} (niet opgenomen: {escape(line.confidentiality)})"
    return f'<a href="{escape(entry_name(line))}">{escape(line.name)}</a> ({escape(line.kind)})'


def _sentences(dossier: Dossier, item: str) -> Iterator[str]:
    for place, one in dossier.sentences():
        if place == item:
            mark = ' class="ontbreekt"' if one.missing else ""
            yield f"<br><span{mark}>{escape(one.text)}</span> {escape(cite(one.refs))}"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a bundle that does not hold: which file or sentence, and why."""

    place: str
    why: str

    def __str__(self) -> str:
        return f"{self.place}: {self.why}"


def wrong_files(listed: Mapping[str, Mapping[str, Any]], found: Mapping[str, tuple[str, int]]) -> list[Fault]:
    """Files that are gone, changed, or were never listed."""
    faults = [Fault(name, "ontbreekt in de bundel") for name in listed if name not in found]
    faults += [
        Fault(name, f"gewijzigd: hash {found[name][0][:16]}… in plaats van {expected['sha256'][:16]}…")
        for name, expected in listed.items()
        if name in found and found[name][0] != expected["sha256"]
    ]
    apart = {MANIFEST, SIGNATURE, PUBLIC_KEY}
    faults += [
        Fault(name, "staat niet in het manifest")
        for name in found
        if name not in listed and name not in apart
    ]
    return faults


def unproved_sentences(
    dossier: Dossier, listed: Mapping[str, str], withheld: Iterable[str], bad: Iterable[str]
) -> list[Fault]:
    """Sentences whose evidence is gone or changed. `listed`: evidence number -> file; `bad`: files that do not hold."""
    broken, kept = set(bad), set(withheld)
    faults = []
    for item, one in dossier.sentences():
        for ref in one.refs:
            label = str(type(ref)(ref.number, case=ref.case))
            if label in kept:
                continue
            file = listed.get(label)
            if file is None or file in broken:
                why = f"zin “{one.text[:160]}” steunt op {label}, dat niet klopt ({file or 'niet in het manifest'})"
                faults.append(Fault(f"onderdeel {item}", why))
    return faults


def unlike_record(dossier: Dossier) -> list[Fault]:
    """Evidence in the notice whose own hash the manifest must repeat; and sentences without any."""
    return [
        Fault(f"onderdeel {item}", f"zin “{one.text[:160]}” heeft geen bewijs")
        for item, one in dossier.sentences()
        if not (one.refs or one.missing or one.connective)
    ]


def missing_text(
    dossier: Dossier, printed: str, form: str, *, shown: Callable[[str], str] = plain
) -> list[Fault]:
    """Sentences and cells of the record that a form does not print. `shown`: how the form writes a text."""
    text = squeezed(printed)
    return [
        Fault(form, f"onderdeel {item}: {kind} “{told[:160]}” staat er niet, of anders")
        for item, kind, told in _told(dossier)
        if any(part not in text for part in _pieces(squeezed(shown(told))))
    ]


def _told(dossier: Dossier) -> Iterator[tuple[str, str, str]]:
    """(item, zin or cel, text) of all that the items state. A long cell may break over two pages: it is left out."""
    for item, one in dossier.sentences():
        yield item, "zin", one.text
    for section in dossier.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                for cell in (cell for row in block.rows for cell in row):
                    if cell and len(cell) <= UNBROKEN_CELL:
                        yield section.item, "cel", cell


def _pieces(text: str) -> list[str]:
    """What stands in reading order in any file: text from right to left does not, so it splits."""
    return [part for part in _RIGHT_TO_LEFT.split(text) if part]


def squeezed(text: str) -> str:
    """Text without blanks, hyphens and soft breaks, so that line ends do not matter."""
    return re.sub(r"[\s\u200b\u00ad-]", "", text)


def page_furniture(dossier: Dossier) -> re.Pattern[str]:
    """What stands around the text of every page, squeezed."""
    foot = re.escape(squeezed(footer(dossier)))
    return re.compile(f"{foot}·?pagina\\d+van\\d+|{re.escape(squeezed(FICTITIOUS))}")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
