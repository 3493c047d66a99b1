// A long <select data-combo> becomes a field to type in: all words must occur in an option's text or data-words; arrows
// choose, Enter takes, Esc closes. The select stays and keeps the value: without scripts it is what one uses.
// An event "combo:set" with a value as its detail chooses from outside.
// data-combo-kind="NAME": only options whose data-kind is the chosen radio NAME; picking another kind's switches it.
const MOST = 60;
let count = 0;

const flat = (text) => text.normalize("NFKC").toLowerCase();

function kindOf(select) {
  const name = select.dataset.comboKind;
  return name ? select.form.querySelector(`input[name="${name}"]:checked`)?.value || "" : "";
}

/** The options that match what was typed: those of the chosen kind first; others only when something was typed. */
function matching(select, text) {
  const wanted = flat(text).split(/[\s›]+/).filter(Boolean);
  const kind = kindOf(select);
  const found = [...select.options].filter((o) => o.value && (wanted.length || !kind || o.dataset.kind === kind)
    && wanted.every((word) => flat(`${o.text} ${o.dataset.words || ""}`).includes(word)));
  return found.sort((a, b) => (b.dataset.kind === kind) - (a.dataset.kind === kind)).slice(0, MOST);
}

function enhance(select) {
  if (select.dataset.comboOn) return;
  select.dataset.comboOn = "1";
  const box = document.createElement("div");
  box.className = "combo";
  const input = document.createElement("input");
  const list = document.createElement("div");
  list.id = `combo-${++count}`;
  list.className = "combo-list";
  list.setAttribute("role", "listbox");
  list.hidden = true;
  Object.assign(input, { type: "text", autocomplete: "off", maxLength: 100, id: select.id, placeholder: select.dataset.placeholder || "" });
  for (const [name, value] of [["role", "combobox"], ["aria-controls", list.id], ["aria-expanded", "false"], ["aria-autocomplete", "list"]]) input.setAttribute(name, value);
  if (select.getAttribute("aria-describedby")) input.setAttribute("aria-describedby", select.getAttribute("aria-describedby"));
  if (select.autofocus) input.autofocus = true;
  select.id = `${select.id}-value`;
  select.hidden = true;
  select.tabIndex = -1;
  select.before(box);
  box.append(input, list);

  const chosenText = () => (select.value ? select.selectedOptions[0]?.text.trim() || "" : "");
  const options = () => [...list.children];
  const mark = (option) => {
    for (const other of options()) other.removeAttribute("aria-selected");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option?.id) input.setAttribute("aria-activedescendant", option.id);
  };
  const show = (text) => {
    const kind = kindOf(select);
    list.replaceChildren(...matching(select, text).map((o, n) => {
      const line = document.createElement("div");
      line.id = `${list.id}-${n}`;
      line.setAttribute("role", "option");
      line.dataset.value = o.value;
      line.textContent = o.text;
      if (kind && o.dataset.kind !== kind) {
        const tag = document.createElement("span");
        tag.className = "muted";
        tag.textContent = select.form.querySelector(`input[name="${select.dataset.comboKind}"][value="${o.dataset.kind}"]`)?.closest("label").querySelector("span")?.lastChild.textContent || "";
        line.prepend(tag, " ");
      }
      return line;
    }));
    list.hidden = !list.childElementCount;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(text ? options()[0] : options().find((line) => line.dataset.value === select.value));
  };
  const hide = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); };
  const take = (value) => {
    const option = [...select.options].find((o) => o.value === value);
    const name = select.dataset.comboKind;
    if (name && option?.dataset.kind && option.dataset.kind !== kindOf(select)) {
      const radio = select.form.querySelector(`input[name="${name}"][value="${option.dataset.kind}"]`);
      if (radio) { radio.checked = true; }
    }
    select.value = value;
    input.value = chosenText();
    hide();
    select.dispatchEvent(new Event("change", { bubbles: true }));
    select.dispatchEvent(new Event("input", { bubbles: true }));
  };

  input.value = chosenText();
  input.addEventListener("focus", () => { input.select(); });
  input.addEventListener("click", () => show(""));
  input.addEventListener("input", () => show(input.value));
  input.addEventListener("blur", () => setTimeout(() => {
    hide();
    if (!input.value.trim() && select.value) take("");
    else input.value = chosenText();
  }, 120));
  input.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.findIndex((o) => o.hasAttribute("aria-selected"));
    if (event.key === "ArrowDown") {
      if (list.hidden) show("");
      else mark(all[Math.min(all.length - 1, at + 1)]);
    } else if (event.key === "ArrowUp") mark(all[Math.max(0, at - 1)]);
    else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      if (list.hidden) return;
      if (all[at]) take(all[at].dataset.value);
    } else if (event.key === "Escape" && !list.hidden) { hide(); input.value = chosenText(); event.stopPropagation(); }
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const line = event.target.closest("[role=option]");
    if (line) take(line.dataset.value);
  });
  select.addEventListener("combo:set", (event) => take(event.detail));
  // the kind was changed elsewhere: a category of another kind no longer fits
  if (select.dataset.comboKind) {
    select.form.addEventListener("change", (event) => {
      if (event.target.name !== select.dataset.comboKind) return;
      if (select.value && select.selectedOptions[0]?.dataset.kind !== event.target.value) take("");
    });
  }
}

export function start(root = document) {
  for (const select of root.querySelectorAll("select[data-combo]")) enhance(select);
}
