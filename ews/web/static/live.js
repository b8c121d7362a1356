// Parts of a page that carry data-live="seconds" are fetched again by themselves. Without this script the page
// works the same; it then shows what was so when it was opened.
"use strict";
const waits = [...document.querySelectorAll("[data-live]")].map((part) => Number(part.dataset.live));
const typing = () => document.activeElement && document.activeElement.closest("form, [data-live] a, [data-live] button");
async function again() {
  if (!document.hidden && !typing()) {
    const answer = await fetch(location.href, { headers: { "X-Live": "1" } });
    if (answer.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of document.querySelectorAll("[data-live]")) {
        const next = fresh.getElementById(part.id);
        if (next && next.innerHTML !== part.innerHTML) part.innerHTML = next.innerHTML;
        if (next && !next.dataset.live) delete part.dataset.live;
      }
    } else if (answer.status === 401) return;
  }
  if (document.querySelector("[data-live]")) setTimeout(again, Math.min(...waits) * 1000);
}
if (waits.length) setTimeout(again, Math.min(...waits) * 1000);
