// The speech coach: a moment after somebody pauses in words that a customer will read, what would be better stands below.
// A field says so by data-coach (the kind of order, or nothing: the form's chosen one), its form by data-coach-url.
const PAUSE = 600; // ms
const waiting = new WeakMap();

function place(field) {
  let shown = field.parentElement.querySelector(".coach");
  if (!shown) {
    shown = document.createElement("div");
    shown.className = "coach";
    shown.setAttribute("aria-live", "polite");
    field.after(shown);
  }
  return shown;
}

function ask(field) {
  if (!field.isConnected) return;
  const kind = field.dataset.coach || field.form.querySelector("[name=kind]:checked")?.value || "";
  window.htmx.ajax("POST", field.form.dataset.coachUrl, { source: field, target: place(field), swap: "innerHTML", values: { text: field.value, kind } });
}

export function start() {
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches?.("textarea[data-coach]") || !field.form?.dataset.coachUrl) return;
    clearTimeout(waiting.get(field));
    waiting.set(field, setTimeout(() => ask(field), PAUSE));
  });
}
