// The form of inspection by keys: Enter goes to the next field, Ctrl Enter records; the score is counted as one types.
const form = document.querySelector("form#sheet");

function count() {
  const out = form.querySelector("#sheet-score");
  const fields = [...form.querySelectorAll("[data-points]")];
  const most = fields.reduce((sum, field) => sum + Number(field.max), 0);
  const given = fields.reduce((sum, field) => sum + Number(field.value || 0), 0);
  const fatal = form.querySelector("[name=fatal]:checked");
  const score = fatal ? 0 : Math.round((100 * given) / most);
  out.textContent = String(score);
  out.className = `score ${score >= Number(out.dataset.passed) ? "is-good" : "is-low"}`;
  for (const field of fields) {
    const why = form.querySelector(`#why-${CSS.escape(field.id.slice("points-".length))}`);
    why.required = Number(field.value) < Number(field.max);
  }
  form.querySelector("[name=remark]").required = Boolean(fatal);
}

function next(field) {
  const fields = [...form.querySelectorAll("input:not([type=hidden]), textarea, button[type=submit]")];
  let here = fields.indexOf(field) + 1;
  // full points need no reason: on to the next line
  while (fields[here]?.id.startsWith("why-") && !fields[here].required) here += 1;
  fields[here]?.focus();
  fields[here]?.select?.();
}

if (form) {
  form.addEventListener("input", count);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.target.matches("input")) {
      event.preventDefault();
      next(event.target);
    }
  });
  count();
  const first = form.querySelector("[data-points]");
  if (innerWidth > 900) first.select(); // on a phone the order stands above the form and is read first
}
