// Says what a refused htmx request was refused for: beside the fields when it names them, else in a toast.
import { words } from "./words.js";

export function toast(text, tone = "danger") {
  const shelf = document.getElementById("toasts");
  if (!shelf) return;
  const note = document.createElement("div");
  note.className = `toast-note is-${tone}`;
  note.append(document.createTextNode(text));
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon-button is-small";
  close.textContent = "×";
  close.setAttribute("aria-label", words.close);
  close.addEventListener("click", () => note.remove());
  note.append(close);
  shelf.append(note);
  while (shelf.children.length > 4) shelf.firstElementChild.remove();
  if (tone !== "danger") setTimeout(() => note.remove(), 6000);
}

function read(xhr) {
  try {
    return (xhr.getResponseHeader("Content-Type") || "").includes("json") ? JSON.parse(xhr.responseText) : {};
  } catch {
    return {};
  }
}

/** Write the reasons beside the fields of a form; returns the detail and the reasons that found no field. */
function mark(form, problem) {
  const lost = [];
  for (const old of form.querySelectorAll(".field.has-error")) {
    old.classList.remove("has-error");
    const line = old.querySelector(".error");
    if (line) line.hidden = true;
  }
  for (const [name, reasons] of Object.entries(problem.errors || {})) {
    const field = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
    if (!field) {
      lost.push(...reasons);
      continue;
    }
    field.classList.add("has-error");
    const line = field.querySelector(".error");
    line.textContent = reasons.join(" ");
    line.hidden = false;
    field.querySelector("input,select,textarea")?.setAttribute("aria-invalid", "true");
  }
  const first = form.querySelector(".has-error input,.has-error select,.has-error textarea");
  first?.focus();
  return [problem.detail, ...lost].filter(Boolean).join(" ");
}

export function start() {
  document.body.addEventListener("htmx:responseError", (event) => {
    const { xhr, elt } = event.detail;
    if (xhr.status === 401) return location.reload();
    const problem = read(xhr);
    const form = elt.closest("form.form");
    const place = form?.querySelector(".form-problem");
    if (place) {
      place.textContent = mark(form, problem) || words.problem;
      place.hidden = false;
    } else {
      toast(problem.detail || words.problem);
    }
  });
  document.body.addEventListener("htmx:sendError", () => toast(words.offline));
  document.body.addEventListener("toast", (event) => toast(event.detail.text || event.detail.value, event.detail.tone || "done"));
}
