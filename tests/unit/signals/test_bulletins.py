"""What a feed says, and what its words propose: a measure, and whom it may be about."""

from datetime import date

import pytest

from ews.errors import FileRefusedError
from ews.settings.load import load
from ews.signals.bulletins import (
    Candidate,
    Finding,
    Item,
    Known,
    candidates_in,
    finding_in,
    latest,
)
from ews.signals.connectors import news_feed


@pytest.fixture(scope="module")
def words(made_site):
    return latest(load(made_site).keywords, date(2026, 11, 23))


def item(title: str, summary: str = "") -> Item:
    return Item("1", title, summary, "", None)


SENTENCES = {
    "IGJ geeft Stichting De Linde een bevel": Finding("bevel", is_end=False),
    "Aanwijzing voor De Linde": Finding("aanwijzing", is_end=False),
    "Twee aanwijzingen opgelegd aan De Linde": Finding("aanwijzing", is_end=False),
    "De Linde krijgt last onder dwangsom": Finding("last_onder_dwangsom", is_end=False),
    "De Linde onder Verscherpt Toezicht": Finding("verscherpt_toezicht", is_end=False),
    "Verscherpt toezicht De Linde beëindigd": Finding("verscherpt_toezicht", is_end=True),
    "Inspectie heft bevel aan De Linde op": Finding("bevel", is_end=True),
    "Bestuurlijke boete voor De Linde": Finding("bestuurlijke_boete", is_end=False),
    "De Linde voldoet niet aan de normen": Finding("stimulerend", is_end=False),
    "Na verscherpt toezicht nu een bevel voor De Linde": Finding("bevel", is_end=False),
    "Jaarbeeld van de inspectie verschenen": None,
    "Werken bij de inspectie": None,
    "Toezicht verscherpt zich op medicatie": None,
}


@pytest.mark.parametrize("title", SENTENCES)
def test_the_words_of_an_item_propose_a_measure(words, title):
    assert finding_in(item(title), words) == SENTENCES[title]


def test_the_summary_counts_as_well(words):
    assert finding_in(item("Nieuws", "De inspectie legt een aanwijzing op."), words).kind == "aanwijzing"


PROVIDERS = [
    Known("kvk:00552801", "Stichting De Vlasakkers (fictief)", "Rosmalen"),
    Known("kvk:00552802", "Zorggroep Noorderlicht B.V. (fictief)", "Uden"),
    Known("kvk:00552803", "Stichting Zon (fictief)", "Oss"),
    Known("kvk:00552804", "", "Oss"),
    Known("kvk:00552802", "Huize Lindelaan (fictief)", "Schijndel"),
]

NAMED = {
    "Aanwijzing voor De Vlasakkers in Rosmalen": [("kvk:00552801", 100)],
    "Aanwijzing voor stichting de vlasakkers": [("kvk:00552801", 100)],
    "Aanwijzing voor De Vlasaker": [("kvk:00552801", 91)],
    "Aanwijzing voor Zorggroep Noorderlicht": [("kvk:00552802", 100)],
    "Bevel voor Huize Lindelaantje, Vlasakkerslaan": [("kvk:00552802", 90)],
    "Bevel voor Huize Lindelaan": [("kvk:00552802", 100)],
    "Aanwijzing voor een instelling in Rosmalen": [],
    "Zonder zonneschijn geen zon in Oss": [],
    "": [],
}


@pytest.mark.parametrize("title", NAMED)
def test_names_propose_providers_and_never_more(words, title):
    found = candidates_in(item(title), PROVIDERS, words)
    assert [(one.provider, one.score) for one in found] == NAMED[title]


def test_a_provider_is_one_candidate_however_often_it_is_named(words):
    found = candidates_in(
        item("Noorderlicht: bevel", "Zorggroep Noorderlicht, Huize Lindelaan"), PROVIDERS, words
    )
    assert found == [Candidate("kvk:00552802", "Zorggroep Noorderlicht B.V. (fictief)", 100)]


RSS = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>IGJ</title>
<item><title>Bevel voor &lt;b&gt;De Linde&lt;/b&gt;</title><link>https://igj.example/1</link>
<guid>igj-1</guid><pubDate>Fri, 20 Nov 2026 09:30:00 +0100</pubDate>
<description><![CDATA[<p>De inspectie geeft <a href="x">een bevel</a>.</p>]]></description></item>
<item><title>Zonder datum</title><link>javascript:alert(1)</link></item>
</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>tag:igj,2026:2</id><title>Aanwijzing</title>
<link rel="self" href="https://igj.example/self"/><link href="https://igj.example/2"/>
<published>2026-11-19T23:30:00+01:00</published><summary>Tekst</summary></entry></feed>"""


def rows(content: bytes) -> list[list[str]]:
    table = news_feed.read(content)
    return [list(row) for row in zip(*(column.tolist() for column in table.columns), strict=True)]


def test_rss_and_atom_are_read_as_text_without_markup():
    assert rows(RSS) == [
        [
            "igj-1",
            "Bevel voor De Linde",
            "De inspectie geeft een bevel .",
            "https://igj.example/1",
            "2026-11-20",
        ],
        ["Zonder datum", "Zonder datum", "", "", ""],
    ]
    assert rows(ATOM) == [["tag:igj,2026:2", "Aanwijzing", "Tekst", "https://igj.example/2", "2026-11-19"]]


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body>Inloggen</body></html>",
        b"geen xml",
        b"<rss><channel>",
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>',
        b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><rss>&b;</rss>',
    ],
)
def test_what_is_no_feed_is_refused(content):
    """I11: no document type, no entity, whatever it would fetch."""
    with pytest.raises(FileRefusedError):
        news_feed.read(content)
