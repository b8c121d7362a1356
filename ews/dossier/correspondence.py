"""What went to others and came back: the register of what was raised, and each Wlz-uitvoerder informed."""

from ews.cases.letter_book import UITVOERDER_LETTER, RaisedState, agenda, letters
from ews.cases.model import CaseFile
from ews.dossier.model import Paragraph, Passage, Sentence
from ews.dossier.record import CaseFacts
from ews.dossier.words import long_date
from ews.regulation import Need


def write_raised(facts: CaseFacts, need: Need) -> Passage:
    """Each point on somebody else's agenda: raised when, with whom, the answer, the next step."""
    del need
    told = [_raised(facts, case, state) for case in facts.cases for state in agenda(case)]
    return Passage(tuple(told))


def _raised(facts: CaseFacts, case: CaseFile, state: RaisedState) -> Paragraph:
    refs = facts.refs(case, state.entry)
    who, on = state.raised.organisation, long_date(state.entry.happened_on)
    sentences = [Sentence(f"Op {on} is het knelpunt geagendeerd bij {who}.", refs)]
    if state.raised.text:
        sentences.append(Sentence(state.raised.text, refs, quoted_from="Geagendeerd"))
    for entry, answer in state.answers:
        proof = facts.refs(case, entry)
        sentences.append(
            Sentence(answer.text, proof, quoted_from=f"Antwoord {who}, {long_date(entry.happened_on)}")
        )
        if answer.next_on and answer.next_step:
            step = f"Volgende stap, vóór {long_date(answer.next_on)}"
            sentences.append(Sentence(answer.next_step, proof, quoted_from=step))
    if not state.answers:
        due = long_date(state.raised.answer_by)
        sentences.append(Sentence(f"Een antwoord is gevraagd vóór {due} en nog niet ontvangen.", refs))
    return Paragraph(tuple(sentences))


def write_uitvoerders(facts: CaseFacts, need: Need) -> Passage:
    """Which Wlz-uitvoerders were informed of this notice, and what they replied."""
    del need
    sentences = []
    for case in facts.cases:
        for letter in letters(case, UITVOERDER_LETTER):
            for entry, sent in letter.sent:
                refs = facts.refs(case, entry)
                on = long_date(entry.happened_on)
                sentences += [Sentence(f"{name} is op {on} ingelicht.", refs) for name in sent.to]
            for entry, answer in letter.answers:
                proof = facts.refs(case, entry)
                speaker = f"Antwoord {answer.who}, {long_date(entry.happened_on)}"
                sentences.append(Sentence(answer.text, proof, quoted_from=speaker))
    return Passage((Paragraph(tuple(sentences)),)) if sentences else Passage(())
