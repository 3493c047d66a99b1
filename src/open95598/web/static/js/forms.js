// Forms: Ctrl+Enter sends; leaving with something typed asks first; no double sending.
import { words } from "./words.js";

const dirty = new Set();

/** Whether something was typed into a guarded form of this page that would be lost. */
export const unsaved = () => [...dirty].some((form) => form.isConnected);

function guarded(target) {
  return target instanceof Element ? target.closest("form[data-guard]") : null;
}

export function start() {
  document.addEventListener("input", (event) => {
    const form = guarded(event.target);
    if (form) dirty.add(form);
  });
  document.addEventListener("submit", (event) => {
    dirty.delete(event.target);
    if (event.target.hasAttribute("data-plain") || event.target.hasAttribute("hx-post")) return;
    const button = event.submitter;
    if (button) requestAnimationFrame(() => { button.disabled = true; });
  });
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button[type=submit][disabled]:not([data-disabled])")) button.disabled = false;
  });
  document.body.addEventListener("htmx:responseError", (event) => {
    const form = guarded(event.detail.elt);
    if (form) dirty.add(form);
  });
  addEventListener("beforeunload", (event) => {
    if (unsaved()) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const closer = event.target.closest("dialog [data-close]");
    const form = closer?.closest("form[data-guard]");
    if (form && dirty.has(form) && !confirm(words.unsaved)) event.stopPropagation();
    else if (form) dirty.delete(form);
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.closest?.("form");
      if (form) { event.preventDefault(); form.requestSubmit(); }
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
  });
}
