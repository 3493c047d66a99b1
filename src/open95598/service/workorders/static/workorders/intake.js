// The seat's form by keyboard: the guided triage (digits answer, Backspace goes back, 0 skips), similar orders (Alt A,
// arrows, A attaches), the suggested category (Alt S). What the triage comes to is put into the form.
const typing = (target) => target instanceof Element && target.closest("input:not([type=radio],[type=checkbox]),textarea,select");
const section = () => document.querySelector("[data-triage]:not([hidden])");

export function start(form) {
  let follow = false; // the next swap of the triage takes the focus
  let away = false; // the next question is on its way
  const ahead = []; // keys pressed meanwhile: they answer what comes, not what stands there
  let applied = "";
  let told = ""; // the answer that the triage wrote into the form

  const kind = () => form.querySelector("input[name=kind]:checked");
  const press = (button) => { if (button) { follow = away = true; button.click(); } return Boolean(button); };

  function apply() {
    const place = section();
    const outcome = place?.querySelector("[data-outcome]");
    const path = outcome ? place.querySelector("[name=triage]").value : "";
    if (path === applied) return;
    applied = path;
    const atOnce = form.querySelector("[name=at_once]");
    const answer = form.querySelector("[name=answer]");
    if (told && answer.value === told) { // what an earlier walk wrote, and nobody changed
      answer.value = "";
      atOnce.checked = false;
    }
    told = "";
    if (!outcome) { form.dispatchEvent(new Event("triage:changed")); return; }
    const { category, priority, does, say } = outcome.dataset;
    if (category) form.querySelector("select[name=category]").dispatchEvent(new CustomEvent("combo:set", { detail: category }));
    form.querySelector("[name=priority]").value = priority || "";
    if (does !== "dispatch" && kind()?.hasAttribute("data-at-once") && !answer.value.trim()) {
      atOnce.checked = true;
      answer.value = told = say || "";
    }
    form.dispatchEvent(new Event("triage:changed"));
    if (place.contains(document.activeElement) || follow) form.querySelector("#r-phone")?.focus();
  }

  /** Load the triage of the kind that was just chosen; the focus goes to its question, else to the category. */
  function renew() {
    follow = away = false;
    ahead.length = 0;
    window.htmx.trigger("#triage", "triage");
  }

  form.addEventListener("change", (event) => { if (event.target.name === "kind") renew(); });
  form.addEventListener("kind:key", () => { follow = away = true; }); // its change has asked for the triage
  // a click in the triage keeps the focus there for the digits that follow
  form.addEventListener("click", (event) => { if (event.target.closest("[name=triage_step]")) follow = true; });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "triage") return;
    if (follow) (section()?.querySelector(".triage-answers") ? section() : form.querySelector("#r-category"))?.focus();
    apply();
    follow = away = false;
    const next = ahead.shift();
    if (next && section()?.querySelector(".triage-answers")) handlers.triage(next, section());
    else ahead.length = 0;
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.target?.id === "triage" && !event.detail.successful) { away = false; ahead.length = 0; }
  });

  const choose = (code) => {
    form.querySelector("select[name=category]").dispatchEvent(new CustomEvent("combo:set", { detail: code }));
    parts();
  };
  const parts = () => form.dispatchEvent(new Event("triage:changed"));
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-suggest]");
    if (button) choose(button.dataset.suggest);
  });

  const answers = (event) => /^(?:Digit|Numpad)[0-9]$/.test(event.code) || event.key === "Backspace";
  const cards = () => [...document.querySelectorAll("[data-similar]")];
  const handlers = {
    triage(event, place) {
      if (away) return answers(event) && ahead.push({ code: event.code, key: event.key }) > 0;
      const digit = /^(?:Digit|Numpad)([0-9])$/.exec(event.code)?.[1];
      const skip = place.querySelector("[data-skip]");
      if (digit === "0" && skip) { skip.open = !skip.open; place.focus(); return true; }
      if (digit) return press(place.querySelector(skip?.open ? `[data-reason="${digit}"]` : `[data-answer="${digit}"]`)) || true;
      if (event.key === "Backspace") return press(place.querySelector("[data-back]"));
      if (event.key === "Escape") {
        if (skip?.open) skip.open = false;
        else form.querySelector("#r-category")?.focus();
        return true;
      }
      return false;
    },
    similar(event, card) {
      const all = cards();
      const at = all.indexOf(card);
      if (event.key === "ArrowDown" || event.code === "KeyJ") all[Math.min(all.length - 1, at + 1)].focus();
      else if (event.key === "ArrowUp" || event.code === "KeyK") all[Math.max(0, at - 1)].focus();
      else if (event.code === "KeyA") card.querySelector("[data-attach]")?.click();
      else if (event.key === "Enter") card.querySelector("a").click();
      else if (event.key === "Escape") form.querySelector("#r-description")?.focus();
      else return false;
      return true;
    },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey) return;
    let done = false;
    const suggestion = event.altKey && event.code === "KeyS" && form.querySelector("[data-suggest]");
    if (suggestion) { choose(suggestion.dataset.suggest); done = true; }
    else if (event.altKey && event.code === "KeyT" && section()) { section().focus(); done = true; }
    else if (event.altKey && event.code === "KeyA" && cards().length) { cards()[0].focus(); done = true; }
    else if (!event.altKey && !typing(event.target)) {
      const place = away && answers(event) ? section() : event.target.closest?.("[data-triage]");
      const card = event.target.closest?.("[data-similar]");
      done = place ? handlers.triage(event, place) : card ? handlers.similar(event, card) : false;
    }
    if (done) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);
}
