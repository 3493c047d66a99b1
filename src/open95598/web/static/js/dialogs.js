// A link or button with data-dialog opens its address (a fragment) in the page's one dialog; data-close closes it.
const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");

export async function open(url) {
  await window.htmx.ajax("GET", url, { target: "#dialog-body", swap: "innerHTML" });
  if (!body.childElementCount) return;
  if (!dialog.open) dialog.showModal();
  body.querySelector("[autofocus],input:not([type=hidden]),select,textarea")?.focus();
}

export function close() {
  if (dialog?.open) dialog.close();
}

export function start() {
  if (!dialog) return;
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      event.preventDefault();
      open(opener.dataset.dialog || opener.getAttribute("href"));
      return;
    }
    const closer = event.target.closest("[data-close]");
    if (closer) {
      const inner = closer.closest("dialog");
      if (inner) inner.close();
      else closer.dispatchEvent(new CustomEvent("form:cancel", { bubbles: true }));
    }
    if (event.target instanceof HTMLDialogElement && event.target.open) event.target.close(); // the backdrop
  });
  // whatever is swapped into the dialog opens it: forms of bulk actions come as answers to a POST
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target === body && body.childElementCount && !dialog.open) dialog.showModal();
  });
  dialog.addEventListener("close", () => body.replaceChildren());
  document.body.addEventListener("dialog:close", close); // a response may say HX-Trigger: dialog:close
}
