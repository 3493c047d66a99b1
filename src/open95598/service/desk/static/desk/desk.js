// The desk: digits choose in what has the focus (an outcome, a script's answer), sentences go into the text that was
// written last, a script's end goes into the form. Drafts are kept by drafts.js, as on the form's own page.
const form = document.getElementById("register");
const script = document.getElementById("desk-script");
const typing = (target) => target instanceof Element && target.closest("input:not([type=radio],[type=checkbox]),textarea,select");
let away = false; // the next question of a script is on its way
const ahead = []; // digits pressed meanwhile: they answer what comes
let written = null; // the field that somebody wrote into last

const refresh = (id) => window.htmx.trigger(document.getElementById(id), "refresh");

document.addEventListener("focusin", (event) => {
  if (event.target.matches("textarea")) written = event.target;
});

/** Put words into a text where the cursor is, as if they had been typed. */
function insert(words) {
  const field = written?.isConnected ? written : form.querySelector("#r-description");
  field.focus();
  const blank = field.value && !/\s$/.test(field.value.slice(0, field.selectionEnd)) ? "\n" : "";
  field.setRangeText(blank + words, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Fill in what a script came to: what was typed stays above it. */
function fill(button) {
  const { kind, category, description, triagePath } = button.dataset;
  const place = document.getElementById("triage");
  if (triagePath) { // what was asked already is not asked again
    let path = place.querySelector("[name=triage]");
    if (!path) { path = Object.assign(document.createElement("input"), { type: "hidden", name: "triage" }); place.append(path); }
    path.value = triagePath;
  }
  const radio = form.querySelector(`input[name=kind][value="${CSS.escape(kind)}"]`);
  if (radio && !radio.checked) { // which asks for the triage as well
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (triagePath) window.htmx.trigger(place, "triage");
  form.querySelector("select[name=category]").dispatchEvent(new CustomEvent("combo:set", { detail: category }));
  const field = form.querySelector("#r-description");
  if (!field.value.includes(description)) {
    field.value = [field.value.trim(), description].filter(Boolean).join("\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  script.replaceChildren();
  field.focus();
}

document.addEventListener("click", (event) => {
  const at = (what) => event.target.closest?.(what);
  if (at("[data-sentence]")) insert(at("[data-sentence]").dataset.sentence);
  else if (at("[data-fill]")) fill(at("[data-fill]"));
  else if (at("[data-script-close]")) { script.replaceChildren(); form.querySelector("#r-description").focus(); }
  else if (at("[data-take-account]")) {
    const field = form.querySelector("#r-account");
    field.value = at("[data-take-account]").dataset.takeAccount;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

/** What the digits of a keyboard press, where the focus is. */
function digits(target) {
  if (away || (script.contains(target) && script.querySelector("[data-run]"))) return script;
  return target.closest?.(".outcomes, #desk-scripts");
}

/** Press what a digit stands for in a place. */
function press(place, digit) {
  const wanted = place.querySelector(`[data-digit="${digit}"]`);
  if (!wanted) return;
  away = wanted.matches("[hx-post],[hx-post] button");
  wanted.click();
  if (wanted.matches("input")) wanted.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || typing(event.target)) return;
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(event.code)?.[1];
  const place = digits(event.target);
  const sentence = event.target.closest?.("#desk-sentence-list");
  if (place && digit) {
    if (!away && !place.querySelector(`[data-digit="${digit}"]`)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (away) ahead.push(digit);
    else press(place, digit);
  } else if (sentence && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    const all = [...sentence.querySelectorAll("[data-sentence]")];
    const next = all.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    all[Math.max(0, Math.min(all.length - 1, next))]?.focus();
  } else if (event.key === "Escape" && (sentence || place)) {
    event.preventDefault();
    (written?.isConnected ? written : form.querySelector("#r-description")).focus();
  }
}, true);

// what a key opened takes the focus: the first of its choices
for (const part of document.querySelectorAll("#desk-scripts, #desk-sentences")) {
  part.addEventListener("toggle", () => { if (part.open) part.querySelector("div button")?.focus(); });
}
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target !== script) return;
  document.getElementById("desk-scripts").open = false;
  (script.querySelector("[data-digit]") ?? script).focus();
  away = false;
  if (ahead.length) press(script, ahead.shift());
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.target === script && !event.detail.successful) { away = false; ahead.length = 0; }
});

form.addEventListener("draft:kept", (event) => { if (event.detail.who) refresh("desk-who"); });
form.addEventListener("change", (event) => {
  if (event.target.name === "kind") refresh("desk-sentence-list");
  if (event.target.name === "account" || event.target.name === "contact_phone") refresh("desk-who");
});
