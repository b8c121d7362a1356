"""Forms that come back by mail: read from a real IMAP server, and nothing else in the mailbox touched."""

import io
import shutil
import ssl
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest
from imap_server import Post, mailbox
from posts import server_tls
from sqlalchemy import select

from ews.jobs.form import make_forms
from ews.jobs.imap import MailboxFailedError
from ews.jobs.ingest import ingest
from ews.jobs.mailbox import read_mailbox
from ews.jobs.run import Context, open_site
from ews.settings.site import Mailbox
from ews.store.engine import reading
from ews.store.schema import delivery, outbox

PROVIDERS = Path(__file__).parents[2] / "examples/region/lijsten/zorgaanbieders_2026-11-05.xlsx"
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
PROVIDER, CONTACT = "00552819", "administratie@wilgenhof.example"


@pytest.fixture(scope="module")
def tls(authority) -> ssl.SSLContext:
    return server_tls(authority)


@pytest.fixture
def post(tls):
    with mailbox(tls) as running:
        yield running


@pytest.fixture(scope="module")
def peopled(tmp_path_factory, made_site) -> Path:
    """A site with the provider list, for every test to copy."""
    folder = Path(shutil.copytree(made_site, tmp_path_factory.mktemp("peopled") / "site"))
    context = replace(open_site(folder), now=NOW)
    assert ingest(context, [with_contact(tmp_path_factory.mktemp("list"))]).files[0].status == "accepted"
    (folder / "secrets/mailbox_password").write_text("wachtwoord")
    (folder / "secrets/mailbox_password").chmod(0o600)
    context.engine.dispose()
    return folder


@pytest.fixture(scope="module")
def form(tmp_path_factory, peopled) -> bytes:
    """A filled-in form of one provider."""
    context = replace(open_site(peopled), now=NOW)
    [path] = make_forms(context, "2026-Q3", tmp_path_factory.mktemp("form"), providers=[f"kvk:{PROVIDER}"])
    return filled(path, 1234567.89)


def with_contact(folder: Path) -> Path:
    """The provider list with the address that one provider sends its forms from."""
    book = openpyxl.load_workbook(PROVIDERS)
    sheet = book.active
    header = [cell.value for cell in sheet[1]]
    sheet.cell(1, len(header) + 1, "Contactadres opgave")
    for row in range(2, sheet.max_row + 1):
        is_ours = str(sheet.cell(row, header.index("KvK-nummer") + 1).value).zfill(8) == PROVIDER
        sheet.cell(row, len(header) + 1, CONTACT.title() if is_ours else None)
    path = folder / PROVIDERS.name
    book.save(path)
    return path


def filled(path: Path, cash: float) -> bytes:
    book = openpyxl.load_workbook(path)
    for row in book.active.iter_rows(min_col=1, max_col=2):
        if row[0].value == "Liquide middelen":
            row[1].value = cash
    book.save(path)
    return path.read_bytes()


def mail(*attachments: tuple[str, bytes], sender: str = CONTACT, **headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "opgave@kantoor.example", "Kwartaalopgave"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Bijgaand onze opgave.")
    for name, content in attachments:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return bytes(message)


@pytest.fixture
def site(tmp_path, peopled) -> Path:
    return Path(shutil.copytree(peopled, tmp_path / "site"))


@pytest.fixture
def office(site, tmp_path, authority):
    """`office(post, **keys)`: the site with the mailbox, to run with."""
    ca = tmp_path / "ca.pem"
    ca.write_bytes(authority.cert_pem.bytes())
    context = replace(open_site(site), now=NOW)

    def opened(post: Post, **keys: object) -> Context:
        told = {
            "host": "localhost",
            "port": post.port,
            "user": "opgave",
            "ca_file": str(ca),
            "timeout_seconds": 5,
        }
        settings = context.settings.site.model_copy(update={"mailbox": Mailbox(**(told | keys))})
        return replace(context, settings=replace(context.settings, site=settings))

    return opened


def came_in(context: Context) -> list[tuple[str, datetime]]:
    with reading(context.engine) as connection:
        query = select(delivery.c.status, delivery.c.known_at).where(delivery.c.source == "kwartaalformulier")
        return [tuple(row) for row in connection.execute(query.order_by(delivery.c.id))]


def told(context: Context) -> list[str]:
    with reading(context.engine) as connection:
        query = select(outbox.c.about).where(outbox.c.recipient == "beheerder@kantoor.example")
        return list(connection.execute(query).scalars())


def counted(**counts: int) -> dict[str, int]:
    names = ("forms", "known", "held", "other", "automatic", "refused", "too_large")
    return {name: counts.get(name, 0) for name in names}


def test_a_form_is_taken_in_as_of_its_arrival_and_its_mail_is_moved(post, office, form):
    context = office(post, done_folder="Verwerkt")
    uid = post.put(mail(("opgave.xlsx", form)))
    assert read_mailbox(context) == counted(forms=1)
    assert came_in(context) == [("accepted", datetime(2026, 11, 20, 9, 15, tzinfo=UTC))]
    assert (post.folders["INBOX"], list(post.folders["Verwerkt"])) == ({}, [uid])
    assert not any("EXPUNGE" in one or "Deleted" in one for one in post.commands)


def test_without_a_folder_or_without_move_the_mail_stays_and_is_marked_read(post, office, form):
    post.can_move = False
    uid = post.put(mail(("opgave.xlsx", form)))
    assert read_mailbox(office(post, done_folder="Verwerkt")) == counted(forms=1)
    assert (list(post.folders["INBOX"]), post.unread()) == ([uid], [])


def test_what_is_no_form_stays_unread_and_is_looked_at_once(post, office, form, tmp_path):
    """A question, another workbook, an out-of-office with our form in it, a bounce: all stay for their people."""
    other = openpyxl.Workbook()
    other.active["A1"] = "Vakantierooster"
    other.save(tmp_path / "rooster.xlsx")
    post.put(mail())
    post.put(mail(("rooster.xlsx", (tmp_path / "rooster.xlsx").read_bytes())))
    post.put(mail(("opgave.xlsx", form), Auto_Submitted="auto-replied"))
    post.put(mail(Return_Path="<>"))
    post.put(b"\xff\xfe geen mail \x00")
    context = office(post)
    assert read_mailbox(context) == counted(other=3, automatic=2)
    assert (post.unread(), came_in(context), told(context)) == ([1, 2, 3, 4, 5], [], [])
    assert read_mailbox(context) == counted()
    assert post.read_by_us() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        pytest.param(f"Administratie <{CONTACT.upper()}>", counted(forms=1), id="the provider's own address"),
        pytest.param("analist@kantoor.example", counted(forms=1), id="a colleague who sends it on"),
        pytest.param("iemand@elders.example", counted(held=1), id="a stranger"),
        pytest.param(
            f"{CONTACT} <iemand@elders.example>", counted(held=1), id="a stranger behind a known name"
        ),
        pytest.param("", counted(held=1), id="nobody"),
    ],
)
def test_a_form_of_an_unknown_sender_is_held(post, office, form, sender, expected):
    context = office(post)
    post.put(mail(("opgave.xlsx", form), sender=sender))
    assert read_mailbox(context) == expected
    assert [status for status, _ in came_in(context)] == ["held" if expected["held"] else "accepted"]


def test_a_held_form_is_released_by_a_person_and_by_nothing_else(ews, site, post, office, form):
    context = office(post)
    post.put(mail(("opgave.xlsx", form), sender="iemand@elders.example"))
    read_mailbox(context)
    [listed] = ews("rejections", "list", "--json").json["deliveries"]
    number = listed["delivery"]
    assert "iemand@elders.example" in ews("rejections", "show", number).out
    _widen(ews, site)  # a contract that reads more says nothing about who sent it
    done = ews("--user", "analist", "rejections", "retry", number)
    assert (done.code, "iemand@elders.example" in done.out) == (1, True)
    assert [status for status, _ in came_in(context)] == ["held"]
    assert ews("--user", "analist", "rejections", "release", number).code == 0
    assert [status for status, _ in came_in(context)] == ["accepted"]


def _widen(ews, site):
    path = site / "config" / "sources" / "kwartaalformulier.toml"
    content = path.read_text(encoding="utf-8")
    path.write_text(
        content + '\n[[figure]]\nid = "bijlagen"\ncolumn = "Bijlagen"\nunit = "count"\noptional = true\n'
    )
    assert ews("--user", "teamleider", "config", "activate", "--second", "analist").code == 0


BSN = "111222333"


def altered(form: bytes, change, *, name: str = "") -> bytes:
    """The form after somebody wrote more in it than was asked; `name`: of its sheet."""
    book = openpyxl.load_workbook(io.BytesIO(form))
    change(book)
    book.active.title = name or book.active.title
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def old_version(book):
    for row in book.active.iter_rows(min_col=1, max_col=2):
        if row[0].value == "Formulier":
            row[1].value = "EWS-kwartaalopgave 0"


def planted(form: bytes) -> dict[str, bytes]:
    """Mails with a citizen number at every place that a mail has."""

    def below(book):
        book.active.append(["Toelichting", f"cliënt {BSN} is verhuisd"])

    def beside(book):
        book.active.cell(4, 5, BSN)

    def behind(book):
        book.create_sheet("Bijlage").append(["cliënt 111.222.333"])

    def as_answer(book):
        book.active.cell(book.active.max_row, 2, f"zie {BSN}")

    def nothing(book):
        pass

    kinds = {"below": below, "beside": beside, "behind": behind, "as an answer": as_answer}
    mails = {kind: mail(("opgave.xlsx", altered(form, change))) for kind, change in kinds.items()}
    named = altered(form, nothing, name=f"Kwartaal {BSN}")
    return mails | {
        "the sheet's name": mail(("opgave.xlsx", named)),
        "the attachment's name, of a form": mail((f"opgave_{BSN}.xlsx", form)),
        "the attachment's name, of a bad form": mail((f"opgave_{BSN}.xlsx", altered(form, old_version))),
        "the subject": mail(("opgave.xlsx", form), Reply_To=f"x{BSN}@elders.example"),
        "the sender": mail(("opgave.xlsx", altered(form, nothing)), sender=f"{BSN}@elders.example"),
        "the sender's name": mail(("opgave.xlsx", form), sender=f'"{BSN}" <{CONTACT}>'),
        "another attachment": mail(("lijst.csv", f"bsn;naam\n{BSN};x".encode())),
    }


def test_i18_a_citizen_number_anywhere_in_a_mail_is_kept_nowhere(site, post, office, form):
    """The form itself is taken in where the number stands around it, and refused where it stands in it."""
    context = office(post)
    mails = planted(form)
    for raw in mails.values():
        post.put(raw)
    counts = read_mailbox(context)
    assert (sum(counts.values()), counts["refused"], counts["other"]) == (len(mails), 6, 1)
    assert len(came_in(context)) == 2  # the form as it was meant, and the one of a stranger
    for kept in site.rglob("*"):
        assert not kept.is_file() or not holds(kept.read_bytes()), kept


def holds(raw: bytes) -> bool:
    """Whether the number stands in bytes, or in a part of the archive that they are."""
    if zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return any(holds(archive.read(name)) for name in archive.namelist())
    return BSN.encode() in raw or b"111.222.333" in raw


def test_a_crash_before_the_mail_was_marked_reads_it_again_and_changes_nothing(post, office, form):
    context = office(post)
    post.put(mail(("opgave.xlsx", form)))
    post.fail_on = "UID STORE"
    with pytest.raises(MailboxFailedError, match="niet te lezen"):
        read_mailbox(context)
    before = came_in(context)
    post.fail_on = ""
    assert read_mailbox(context) == counted(known=1)
    assert (came_in(context), post.unread()) == (before, [])


def test_a_form_of_another_version_is_told_and_stays(post, office, form, tmp_path):
    path = tmp_path / "oud.xlsx"
    path.write_bytes(form)
    book = openpyxl.load_workbook(path)
    for row in book.active.iter_rows(min_col=1, max_col=2):
        if row[0].value == "Formulier":
            row[1].value = "EWS-kwartaalopgave 0"
    book.save(path)
    context = office(post)
    uid = post.put(mail(("oud.xlsx", path.read_bytes())))
    assert read_mailbox(context) == counted(refused=1)
    assert (post.unread(), came_in(context), told(context)) == ([uid], [], [f"mailbox:77:{uid}"])


def test_a_mail_beyond_the_limit_is_not_fetched(post, office):
    context = office(post)
    uid = post.put(mail(), size=500_000_000)
    assert read_mailbox(context) == counted(too_large=1)
    assert (post.read_by_us(), post.unread(), told(context)) == ([], [uid], [f"mailbox:77:{uid}"])


def test_a_workbook_that_unpacks_without_end_is_not_opened(post, office, tmp_path):
    """I10: strangers can mail; what an archive holds is looked at before it is opened."""
    import zipfile

    bomb = tmp_path / "opgave.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<a>" + b" " * 30_000_000)
    context = office(post)
    post.put(mail(("opgave.xlsx", bomb.read_bytes())))
    assert read_mailbox(context) == counted(refused=1)
    assert came_in(context) == []


@pytest.mark.parametrize(
    ("keys", "password"),
    [
        pytest.param({}, "ander", id="a wrong password"),
        pytest.param({"folder": "Bestaat niet"}, "wachtwoord", id="a folder that is not there"),
        pytest.param({"host": "127.0.0.1"}, "wachtwoord", id="a certificate for another name"),
        pytest.param({"ca_file": ""}, "wachtwoord", id="a certificate that nobody vouches for"),
    ],
)
def test_a_mailbox_that_can_not_be_read_is_one_clear_error(post, office, keys, password):
    post.password = password
    post.put(mail())
    with pytest.raises(MailboxFailedError):
        read_mailbox(office(post, **keys))
    assert post.read_by_us() == []


def test_without_a_mailbox_nothing_is_read_and_the_command_says_so(ews, site):
    done = ews("form", "read")
    assert (done.code, "geen postbus ingesteld" in done.out) == (0, True)
