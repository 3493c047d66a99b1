// The call-back desk by keys: 1–4 the outcome, Q W E R T the rating, N the note, P the number, Enter records.
const RATINGS = "qwert";
const typing = (target) => target instanceof Element && target.closest("input:not([type=radio],[type=checkbox]),textarea,select");

function name() {
  for (const input of document.querySelectorAll("#desk [data-nth]")) {
    const key = RATINGS[Number(input.dataset.nth) - 1];
    if (!key) continue;
    input.dataset.key = key;
    input.closest("label").querySelector("kbd").textContent = key.toUpperCase();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const form = document.getElementById("desk-form");
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (typing(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === "enter" && form?.querySelector("[name=outcome]:checked") && !event.target.closest?.("a,button,summary")) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (key === "n" && form) {
    event.preventDefault();
    document.getElementById("desk-note").focus();
    return;
  }
  const wanted = document.querySelector(`#desk [data-key="${CSS.escape(key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  wanted.click();
  if (wanted.matches("input")) wanted.focus();
});
document.body.addEventListener("htmx:afterSettle", name);
name();
