"""What is typed wrong is answered in Dutch, with the help of the command that was meant, and exit code 2."""

import pytest

from ews.cli.app import main
from ews.cli.usage import in_dutch


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("frob", "De opdracht 'frob' bestaat niet. Zie: ews --help"),
        ("portfolo", "De opdracht 'portfolo' bestaat niet. Bedoelt u portfolio? Zie: ews --help"),
        ("case show", "ZAAK ontbreekt. Zie: ews case show --help"),
        ("case show --nope", "De optie --nope bestaat niet. Zie: ews case show --help"),
        ("portfolio --jsn", "De optie --jsn bestaat niet. Bedoelt u --json? Zie: ews portfolio --help"),
        ("case show C-1 er bij", "Te veel opgegeven: er bij. Zie: ews case show --help"),
        ("portfolio --as-of", "Na de optie --as-of hoort een waarde. Zie: ews --help"),
        ("case contact C-1", "De optie --party ontbreekt. Zie: ews case contact --help"),
        (
            "case answer C-1 x --outcome nee",
            "ALTERNATIEF: schrijf een heel getal. Zie: ews case answer --help",
        ),
    ],
)
def test_a_fault_in_what_was_typed(words, says, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(words.split())
    assert stopped.value.code == 2
    assert capsys.readouterr().err.strip() == says


def test_a_group_alone_shows_its_help(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["mute"])
    assert stopped.value.code == 2
    assert "Stilte over een aanbieder" in capsys.readouterr().err


def test_a_sentence_that_nobody_foresaw_is_passed_on_whole():
    assert in_dutch("Something else.") == "De opdracht klopt niet: Something else."
