"""Figures about branches and regions: kept beside the providers, never among them."""

import json
from dataclasses import replace
from pathlib import Path

from answers import Reply, serving

from ews.jobs.fetch import fetch
from ews.jobs.run import open_site
from ews.store.engine import reading
from ews.store.register import register_at

REGION = Path(__file__).parents[2] / "examples/region"
WAITING = """Zorgkantoorregio;Peildatum;Sector;Urgent plaatsen;Actief plaatsen;Wacht op voorkeur;Wacht uit voorzorg;Boven streefnorm
5528;2025-10-01;VV;11;80;310;95;40
5528;2026-10-01;VV;14;102;333;97;61
5528;2026-10-01;GHZ;3;20;41;12;9
"""


def page(*rows: tuple[str, str, float | None], onward: str = "") -> bytes:
    """A page of CBS OData: codes are filled up with blanks, a figure that is not there is null."""
    value = [
        {
            "ID": number,
            "BedrijfskenmerkenSBI2008": f"{code:<10}",
            "Perioden": period,
            "Ziekteverzuimpercentage_1": told,
        }
        for number, (code, period, told) in enumerate(rows)
    ]
    document = {"odata.metadata": "https://cbs.example/$metadata", "value": value}
    return json.dumps(document | ({"odata.nextLink": onward} if onward else {})).encode()


def test_absence_of_the_branch_is_fetched_page_by_page(ews, site):
    """Yearly figures are out of scope; a second page is asked on the same host only."""
    with serving() as server:
        first = page(
            ("300020", "2025KW03", 6.1), ("300020", "2025JJ00", 6.4), onward=f"{server.url}/x?$skip=2"
        )
        server.on("/x", Reply(first))
        server.on("/x?$skip=2", Reply(page(("300020", "2026KW03", 6.6), ("T001081", "2026KW03", 5.2))))
        done = fetch(pointed(site, f"{server.url}/x"))["sources"][0]
        assert (done["new"], done["problem"]) == (2, "")
        assert server.paths() == ["/x", "/x?$skip=2"]
        server.on("/x", Reply(page(("300020", "2025KW03", 6.1), onward="https://elders.example/y")))
        assert (
            "een andere host"
            in fetch(pointed(site, f"{server.url}/x"), ["cbs_verzuim"])["sources"][0]["problem"]
        )
    figures = ews("source", "context", "--json").json["figures"]
    assert [(one["area"], one["value"], one["period_end"], one["year_before"]) for one in figures] == [
        ("branche:300020", 0.066, "2026-09-30", 0.061),
        ("branche:T001081", 0.052, "2026-09-30", None),
    ]
    assert "6,6 %  t/m 2026-09-30 [cbs_verzuim]; een jaar eerder 6,1 %" in ews("source", "context").out


def pointed(site, url):
    context = open_site(site)
    contract = context.settings.sources["cbs_verzuim"]
    plan = replace(contract.fetch, url=url, enabled=True, pause_seconds=0.0, tries=1)
    changed = replace(contract, fetch=plan)
    return replace(context, settings=replace(context.settings, sources={contract.name: changed}))


def test_waiting_lists_of_the_region_stand_per_sector_with_the_year_before(ews, site, tmp_path):
    path = tmp_path / "wachtlijst_regio_2026-10.csv"
    path.write_text(WAITING)
    told = ews("ingest", path, "--json").json["files"][0]
    assert (told["status"], told["rows_accepted"], told["observations_added"]) == ("accepted", 3, 15)
    figures = ews("source", "context", "--json").json["figures"]
    over = {
        one["dimensions"]["sector"]: (one["value"], one["year_before"])
        for one in figures
        if one["indicator"] == "regio_boven_streefnorm"
    }
    assert over == {"vv": (61, 40), "ghz": (9, None)}


def test_a_branch_or_region_is_nobody_to_assess(ews, site, tmp_path):
    path = tmp_path / "wachtlijst_regio_2026-10.csv"
    path.write_text(WAITING)
    ews("ingest", path)
    context = open_site(site)
    with reading(context.engine) as connection:
        register = register_at(connection, context.now)
    assert (dict(register.providers), dict(register.locations)) == ({}, {})
    assert ews("assess").code == 0
    assert ews("portfolio", "--json").json["subjects"] == []


def test_the_example_region_has_figures_of_its_branch_and_region(ews, site):
    files = [*sorted(REGION.glob("cbs/*.json")), *sorted(REGION.glob("lijsten/wachtlijst_regio_*.csv"))]
    told = ews("ingest", *files, "--json").json["files"]
    assert [one["status"] for one in told] == ["accepted"] * 4
    (bankrupt,) = (one for one in told if one["source"] == "cbs_faillissementen")
    assert (bankrupt["rows_read"], bankrupt["rows_accepted"], bankrupt["rows_out_of_scope"]) == (7, 6, 1)
    figures = ews("source", "context", "--json").json["figures"]
    assert {one["area"] for one in figures} == {"branche:300020", "branche:T001081", "zorgregio:5528"}
    counted = {
        (one["area"], *one["dimensions"].values()): (one["value"], one["year_before"])
        for one in figures
        if one["indicator"] == "faillissementen_branche"
    }
    assert counted == {
        ("branche:300020", "bedrijven en instellingen"): (22, 14),
        ("branche:300020", "eenmanszaken"): (5, 4),
        ("branche:T001081", "bedrijven en instellingen"): (371, None),
    }
