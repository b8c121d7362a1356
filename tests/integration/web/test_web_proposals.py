"""What feeds propose stands in quarantine: counted, in words, and harmless whatever a title holds."""

from pathlib import Path

REGION = Path(__file__).parents[3] / "examples/region"
FEED = """<rss version="2.0"><channel><item><guid>1</guid>
<title>Inspectie geeft De Vlasakkers een bevel &amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt; {{ 7*7 }}</title>
<link>https://igj.example/1</link></item></channel></rss>"""


def test_a_proposal_stands_in_quarantine_as_text(ews, browse, site, tmp_path):
    """I17: the title of a feed is somebody else's text."""
    feed = tmp_path / "igj_berichten_20261120.xml"
    feed.write_text(FEED)
    assert ews("ingest", REGION / "lijsten/zorgaanbieders_2026-11-05.xlsx", feed).code == 0
    page = browse("officier").get("/quarantaine").text
    assert "1 bericht uit een feed wacht op een mens" in page
    assert "De Vlasakkers (fictief) (100" in page
    assert "{{ 7*7 }}" in page
    assert "<script>alert" not in page
