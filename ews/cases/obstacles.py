"""Why an act on a case can't be done now. The rules return these; the sentence beside each is for people."""

from enum import StrEnum


class Obstacle(StrEnum):
    CASE_CLOSED = "case_closed"
    ROLE_DOES_NOT_ACT = "role_does_not_act"
    NO_REASON = "no_reason"
    NO_SECOND = "no_second"
    SAME_PERSON = "same_person"
    SECOND_DOES_NOT_ACT = "second_does_not_act"
    NOBODY_DECIDES = "nobody_decides"
    NO_MANDATE = "no_mandate"
    SAME_STAGE = "same_stage"
    EWS_DECISION_MISSING = "ews_decision_missing"
    OVERMACHT_NOT_DECIDED = "overmacht_not_decided"
    OVERMACHT_UNANSWERED = "overmacht_unanswered"
    OVERMACHTSMELDING_NOT_SENT = "overmachtsmelding_not_sent"
    NO_CRISIS_TO_CARE_AFTER = "no_crisis_to_care_after"
    TASKS_OPEN = "tasks_open"
    AFTERCARE_MISSING = "aftercare_missing"
    LESSONS_MISSING = "lessons_missing"
    UNKNOWN_OUTCOME = "unknown_outcome"
    NO_NEXT_DATE = "no_next_date"
    NEXT_DATE_OUTSIDE_TERM = "next_date_outside_term"
    NECESSITY_MISSING = "necessity_missing"
    NECESSITY_INCOMPLETE = "necessity_incomplete"
    LEGAL_CHECK_MISSING = "legal_check_missing"
    LOCATION_MISSING = "location_missing"
    IN_THE_FUTURE = "in_the_future"
    NOT_TAKEN_HERE = "not_taken_here"
    NOT_APPLICABLE_NEEDS_REASON = "not_applicable_needs_reason"
    EVIDENCE_MISSING = "evidence_missing"
    NO_SUCH_ENTRY = "no_such_entry"
    NO_SUCH_EVIDENCE = "no_such_evidence"
    OWN_LETTER = "own_letter"
    LETTER_APPROVED = "letter_approved"
    LETTER_NOT_APPROVED = "letter_not_approved"
    LETTER_NOT_FOR = "letter_not_for"
    LETTER_NOT_SENT_TO = "letter_not_sent_to"
    NO_NAMING_MANDATE = "no_naming_mandate"
    GROUND_NEEDS_LIST = "ground_needs_list"
    GROUND_NEEDS_REASON = "ground_needs_reason"
    GROUND_NEEDS_EVIDENCE = "ground_needs_evidence"
    STILL_OPEN = "still_open"
    STILL_KEPT = "still_kept"


SENTENCES: dict[Obstacle, str] = {
    Obstacle.CASE_CLOSED: "De zaak is gesloten. Een nieuw signaal opent een nieuwe zaak.",
    Obstacle.ROLE_DOES_NOT_ACT: "Een auditor of beheerder leest zaken, maar handelt er niet in.",
    Obstacle.NO_REASON: "Hier hoort een reden bij: --reason \"…\".",
    Obstacle.NO_SECOND: "Dit vraagt twee mensen. Noem de tweede: --second ID.",
    Obstacle.SAME_PERSON: "De tweede persoon moet een ander zijn dan wie handelt.",
    Obstacle.SECOND_DOES_NOT_ACT: "De tweede persoon is een auditor of beheerder; die tekent niet mee.",
    Obstacle.NOBODY_DECIDES: "Geen van beiden heeft een rol die hierover beslist (zie `decides` van deze trede).",
    Obstacle.NO_MANDATE: "Geen van beiden heeft het mandaat 'ews_melding' in people.toml.",
    Obstacle.SAME_STAGE: "De zaak staat al in deze trede.",
    Obstacle.EWS_DECISION_MISSING: "Eerst een geldig besluit over de EWS-melding: "
    "ews case decide ZAAK --kind ews_melding --outcome melden|niet_melden --reason \"…\".",
    Obstacle.OVERMACHT_NOT_DECIDED: "Trede 5 vraagt eerst het besluit dat overmacht voorzienbaar is: "
    "ews case decide ZAAK --kind overmacht --outcome ja --foreseeable-on JJJJ-MM-DD --reason \"…\".",
    Obstacle.OVERMACHT_UNANSWERED: "De overmachtsvraag is niet beantwoord: "
    "ews case decide ZAAK --kind overmacht --outcome ja|nee --reason \"…\".",
    Obstacle.OVERMACHTSMELDING_NOT_SENT: "Overmacht is voorzienbaar, maar er is geen overmachtsmelding verstuurd.",
    Obstacle.NO_CRISIS_TO_CARE_AFTER: "Nazorg volgt op trede 3, 4 of 5. Sluit een lichtere zaak met: ews case close.",
    Obstacle.TASKS_OPEN: "Er staan nog verplichte taken open. Rond ze af of verklaar ze met reden niet van "
    "toepassing: ews case task ZAAK TAAK --done | --not-applicable \"…\".",
    Obstacle.AFTERCARE_MISSING: "Een zaak die in trede 4 of 5 is geweest, sluit alleen vanuit trede 6 (nazorg en evaluatie).",
    Obstacle.LESSONS_MISSING: "De evaluatie heeft nog geen les met een eigenaar: ews case lesson ZAAK …",
    Obstacle.UNKNOWN_OUTCOME: "Deze uitkomst past niet bij dit besluit.",
    Obstacle.NO_NEXT_DATE: "Niet melden geldt tot een nieuwe besluitdatum: --next-on JJJJ-MM-DD.",
    Obstacle.NEXT_DATE_OUTSIDE_TERM: "De nieuwe besluitdatum ligt niet in de toekomst, of verder dan de norm toestaat.",
    Obstacle.NECESSITY_MISSING: "Een reddingsmaatregel (scenario 1) vraagt eerst een noodzakelijkheidsbesluit: "
    "ews case decide ZAAK --kind noodzakelijkheid --outcome noodzakelijk --profile … --why-not-others \"…\" "
    "--ends-when \"…\" --reason \"…\".",
    Obstacle.NECESSITY_INCOMPLETE: "Noem bij noodzakelijk: voor welke profielen (--profile), waarom anderen het niet "
    "kunnen (--why-not-others) en wat scenario 1 beëindigt (--ends-when).",
    Obstacle.LEGAL_CHECK_MISSING: "De juridische toets ontbreekt: --check … (nodig: zie de lijst in docs/zaak.md).",
    Obstacle.LOCATION_MISSING: "Een betaalbesluit geldt per locatie: --location ID.",
    Obstacle.IN_THE_FUTURE: "De datum ligt in de toekomst; leg vast wat is gebeurd.",
    Obstacle.NOT_TAKEN_HERE: "Sluiten gaat met: ews case close ZAAK.",
    Obstacle.NOT_APPLICABLE_NEEDS_REASON: "Niet van toepassing vraagt een reden.",
    Obstacle.EVIDENCE_MISSING: "Deze taak vraagt een bewijsstuk: --file PAD of --evidence NUMMER.",
    Obstacle.NO_SUCH_ENTRY: "Deze regel is er niet, of is van een andere soort. Zie de regelnummers in: ews case show ZAAK",
    Obstacle.NO_SUCH_EVIDENCE: "Dit bewijsstuk is er niet. Zie de nummers in: ews case show ZAAK",
    Obstacle.OWN_LETTER: "Wie een brief opstelt, stelt hem niet zelf vast. Vraag een ander.",
    Obstacle.LETTER_APPROVED: "Deze brief is al vastgesteld.",
    Obstacle.LETTER_NOT_APPROVED: "Een concept gaat niet uit. Laat een ander hem eerst vaststellen: ews dossier letter approve",
    Obstacle.LETTER_NOT_FOR: "Een brief gaat alleen naar wie op zijn lijst van ontvangers staat (--to bij het opstellen).",
    Obstacle.LETTER_NOT_SENT_TO: "Aan deze ontvanger is de brief niet verzonden. Zie: ews dossier letter list ZAAK",
    Obstacle.NO_NAMING_MANDATE: "Deze brief noemt de aanbieder vóór trede 4; wie hem vaststelt, heeft het mandaat 'ews_melding' nodig.",
    Obstacle.GROUND_NEEDS_LIST: "De aanbieder eerder noemen vraagt een lijst van ontvangers: --to, mag vaker.",
    Obstacle.GROUND_NEEDS_REASON: "De aanbieder eerder noemen is een besluit en vraagt een reden: --reason.",
    Obstacle.GROUND_NEEDS_EVIDENCE: "Deze grond vraagt het bewijsstuk ervan: --evidence NUMMER.",
    Obstacle.STILL_OPEN: "De zaak is nog open; alleen van een gesloten zaak wordt iets vernietigd.",
    Obstacle.STILL_KEPT: "De bewaartermijn na sluiting loopt nog. Zie: ews retention list",
}  # fmt: skip
