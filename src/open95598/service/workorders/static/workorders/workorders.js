// The orders' pages: the seat's form, copying a number, forms of actions, "print in full".
import { start as combos } from "./combo.js";
import { start as coach } from "./coach.js";
import { start as drafts } from "./drafts.js";
import { start as intake } from "./intake.js";

const typing = (target) => target instanceof Element && target.closest("input:not([type=radio],[type=checkbox]),textarea,select");

function seat(form) {
  const hints = document.getElementById("hints");
  const outlook = () => window.htmx.trigger(hints, "outlook");
  const chosen = () => form.querySelector("input[name=kind]:checked");
  const parts = () => {
    const atOnce = form.querySelector("[data-at-once-part]");
    const may = chosen()?.hasAttribute("data-at-once") ?? false;
    atOnce.hidden = !may;
    if (!may) atOnce.querySelector("[name=at_once]").checked = false;
    for (const part of form.querySelectorAll("[data-when]")) part.hidden = !form.querySelector(`[name=${part.dataset.when}]`).checked;
  };
  form.addEventListener("change", (event) => {
    parts();
    if (event.target.matches("[name=at_once]") && event.target.checked) form.querySelector("[name=answer]").focus();
    if (event.target.matches("[name=kind],[name=category],[data-outlook]")) outlook();
  });
  document.addEventListener("keydown", (event) => {
    const digit = /^(?:Digit|Numpad)([1-8])$/.exec(event.code)?.[1];
    if (!digit || event.ctrlKey || event.metaKey || (!event.altKey && typing(event.target))) return;
    const radio = form.querySelector(`input[data-key="${digit}"]`);
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    radio.dispatchEvent(new Event("kind:key", { bubbles: true }));
  });
  form.addEventListener("triage:changed", () => { parts(); outlook(); });
  intake(form);
  if (form.dataset.draft) drafts(form);
  parts();
  outlook();
  if (!form.querySelector(".has-error")) form.querySelector("input[name=kind]:checked")?.focus();
  else form.querySelector(".has-error input,.has-error select,.has-error textarea")?.focus();
}

async function copy(button) {
  const text = document.querySelector(button.dataset.copyFrom)?.textContent.trim();
  if (!text) return;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const range = document.createRange();
    range.selectNodeContents(document.querySelector(button.dataset.copyFrom));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    document.execCommand("copy");
  }
  button.classList.add("is-copied");
  setTimeout(() => button.classList.remove("is-copied"), 1200);
}

combos();
coach();
const form = document.querySelector("[data-register]");
if (form) {
  if (document.documentElement.dataset.ready !== undefined) seat(form);
  else addEventListener("load", () => seat(form));
}

document.body.addEventListener("htmx:afterSettle", (event) => {
  combos(event.detail.target?.isConnected ? event.detail.target : document);
  if (event.detail.target?.id === "action-form") {
    const place = event.detail.target;
    const first = place.querySelector("[autofocus],.combo input,.form-fields input:not([type=hidden]),.form-fields select:not([hidden]),textarea,button[type=submit]");
    first?.focus();
    if (innerWidth <= 900) place.scrollIntoView({ block: "nearest" });
    for (const button of document.querySelectorAll("[data-action]")) {
      button.classList.toggle("is-chosen", place.querySelector("form")?.getAttribute("action") === button.getAttribute("href"));
    }
  }
});
document.addEventListener("form:cancel", (event) => {
  const place = event.target.closest("#action-form");
  if (!place) return;
  place.replaceChildren();
  for (const button of document.querySelectorAll("[data-action].is-chosen")) { button.classList.remove("is-chosen"); button.focus(); }
});
document.addEventListener("click", (event) => {
  const copier = event.target.closest("[data-copy-from]");
  if (copier) copy(copier);
});
// an answer in a tab of its own (a PDF) cannot come through htmx: this button sends its form itself
document.addEventListener("submit", (event) => {
  if (event.submitter?.hasAttribute("data-native")) event.stopImmediatePropagation();
}, true);
// after a bulk action the rows have changed: closing its summary shows the list as it is now
let changed = false;
document.body.addEventListener("orders:changed", () => { changed = true; });
document.getElementById("dialog")?.addEventListener("close", () => { if (changed) location.reload(); });
