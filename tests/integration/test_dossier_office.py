"""The Word file in another office program: it opens, and its own PDF says the same."""

import io
import shutil
import subprocess

import pytest
from dossier_cases import EWS, OVERMACHT, draft
from pypdf import PdfReader

from ews.dossier.bundle import squeezed
from ews.dossier.render_docx import render_docx

OFFICE = shutil.which("soffice")


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("obligation", [OVERMACHT, EWS], ids=["overmachtsmelding", "ews_melding"])
def test_libreoffice_prints_every_sentence_of_the_word_file(obligation, tmp_path):
    dossier = draft(obligation)
    path = tmp_path / "melding.docx"
    path.write_bytes(render_docx(dossier))
    words = [
        str(OFFICE),
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    subprocess.run(
        [*words, "--outdir", str(tmp_path), str(path)], check=True, capture_output=True, timeout=240
    )
    reader = PdfReader(io.BytesIO((tmp_path / "melding.pdf").read_bytes()))
    # page breaks put header and footer between the words of a sentence: sentences are looked for page by page
    pages = "".join(page.extract_text() for page in reader.pages)
    printed = squeezed(pages)
    absent = [one.text for _, one in dossier.sentences() if squeezed(one.text)[:60] not in printed]
    assert absent == []
