"""Every mail as a reader's program shows it: phone and desk, light and dark, nothing cut off, nothing unreadable."""

import base64
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "notify"))

from test_digest_fits import QUIET, changed
from test_messages import MAILS

from ews.notify.digest_render import digest_mail
from ews.notify.digest_view import DataLine, DecisionLine, HeatRow, LateLine, NowhereLine
from ews.notify.messages import Rendered
from ews.scoring.model import Level

pytestmark = pytest.mark.slow
LEVELS = (Level.ACUTE, Level.HIGH, Level.ELEVATED, Level.LOW, Level.UNKNOWN)
URL = "https://ews.kantoor.example"
WEEK = replace(
    QUIET,
    changed=tuple(map(changed, range(1, 7))),
    late=(
        LateLine("C-2026-014", URL, "Bestuurder spreken (en 2 meer in deze zaak)", 12, "officier", "5528"),
    ),
    late_count=3,
    nowhere=(
        NowhereLine("Stichting De Wilgenhof (fictief)", "5528", 143, 34, ("VG7", "VG8"), 3, Level.HIGH),
    ),
    heat=tuple(
        HeatRow("5528", sector, tuple((level, 12) for level in LEVELS)) for sector in ("GHZ", "GGZ", "VV")
    ),
    data=(DataLine("Kwartaalopgave van aanbieders", "vastgehouden: kwartaalopgave_2026-Q3.xlsx"),),
    record=("12 maanden: 2 discontinuïteiten, 1 vooraf verhoogd (mediaan 7 maanden), 1 gemist.",),
    rules=("16 november: norm solvabiliteit 0,20 → 0,25 (door analist en teamleider)",),
    decisions=(DecisionLine(3, "Capaciteit VG8 uitvragen", "officier", "25 november", "te laat"),),
)
ALL: dict[str, Rendered] = MAILS | {
    "digest": digest_mail(WEEK),
    "quiet digest": digest_mail(replace(QUIET, quiet_line="Niets veranderd. 40 aanbieders beoordeeld.")),
}
# text that is seen, against what is painted behind it: WCAG's contrast, the least of all of them
LEAST_CONTRAST = """() => {
  const rgb = text => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const over = (top, under) => { const a = top[3] === undefined ? 1 : top[3];
    return [0, 1, 2].map(i => top[i] * a + under[i] * (1 - a)); };
  const light = c => { const [r, g, b] = c.map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b; };
  const behind = node => { const chain = []; for (let n = node; n; n = n.parentElement) chain.unshift(n);
    return chain.reduce((under, n) => over(rgb(getComputedStyle(n).backgroundColor), under), [255, 255, 255]); };
  let least = [99, ''];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim(), node = walk.currentNode.parentElement;
    const box = node.getBoundingClientRect(), style = getComputedStyle(node);
    if (!text || box.width < 1 || box.height < 1 || style.display === 'none' || style.opacity === '0') continue;
    const under = behind(node), ink = over(rgb(style.color), under);
    const [hi, lo] = [light(ink), light(under)].sort((a, b) => b - a);
    const contrast = (hi + .05) / (lo + .05);
    if (contrast < least[0]) least = [contrast, text.slice(0, 40)];
  }
  return least; }"""


def shown(mail: Rendered) -> str:
    html = mail.html
    for image in mail.images:
        picture = base64.b64encode(image.png).decode()
        html = html.replace(f"cid:{image.name}", f"data:image/png;base64,{picture}")
    return html


@pytest.mark.parametrize("name", list(ALL))
def test_a_mail_is_readable_at_360_and_1200_pixels_in_light_and_dark(name, chromium):
    strays: list[str] = []
    for width, scheme in ((360, "light"), (360, "dark"), (1200, "light"), (1200, "dark")):
        context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page = context.new_page()
        page.on("request", lambda sent: strays.append(sent.url) if sent.url.startswith("http") else None)
        page.set_content(shown(ALL[name]))
        where = f"{name}, {width} px, {scheme}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (
            f"{where}: wider than the screen"
        )
        contrast, text = page.evaluate(LEAST_CONTRAST)
        assert contrast >= 4.5, f"{where}: '{text}' has a contrast of {contrast:.1f}"
        assert page.evaluate("[...document.images].every(one => one.alt.length > 20)"), where
        buttons = page.evaluate(
            "[...document.querySelectorAll('.button a')].map(one => one.getBoundingClientRect().height)"
        )
        assert all(height >= 44 for height in buttons), f"{where}: a button is hard to hit"
        context.close()
    assert strays == [], "a mail fetches nothing"


def test_without_colour_every_level_is_still_a_word():
    for name in ("alert", "repeat", "escalation", "storm"):
        text = ALL[name].text.lower()
        assert any(level in text for level in ("acuut", "hoog", "verhoogd")), name
