// The bar of conversations in hand. One that begins elsewhere (the telephone) pops up on the screen of whoever takes it,
// in the tab that is looked at, unless something typed would be lost by it: then the bar alone says so.
import { unsaved } from "./forms.js";

const codes = () => [...document.querySelectorAll("#contact-bar .contact-tag.is-open")].map((tag) => tag.dataset.contact);

export function start() {
  let known = new Set(codes());
  document.body.addEventListener("htmx:afterSettle", () => {
    const now = codes();
    const fresh = now.filter((code) => !known.has(code));
    if (!fresh.length && now.length === known.size) return;
    known = new Set(now);
    const bar = document.getElementById("contact-bar");
    if (!fresh.length || fresh.some((code) => location.href.includes(code))) return;
    if (document.visibilityState === "visible" && !unsaved()) location.assign(bar.dataset.pop);
    else bar.classList.add("glow");
  });
}
