"""The PDF of each notice under a checker of PDF/UA that pip offers: the rules it knows find nothing."""

import pytest
from dossier_cases import ENTRIES, EWS, OVERMACHT, draft, facts, statement

from ews.dossier.render_pdf import render_pdf


@pytest.mark.slow
@pytest.mark.parametrize("obligation", [OVERMACHT, EWS], ids=["overmachtsmelding", "ews_melding"])
def test_a_checker_of_pdf_ua_finds_nothing(obligation, tmp_path):
    import pdfua

    foreign = statement(90, "scenarios", "مرحبا بالعالم en שלום", (14,), quoted="bestuurder")
    path = tmp_path / "melding.pdf"
    path.write_bytes(render_pdf(draft(obligation, facts((*ENTRIES, foreign)))))
    assert [str(one) for one in pdfua.validate(str(path)).findings] == []
