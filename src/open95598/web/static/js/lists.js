// Lists by keyboard: J/K move, Enter opens, X selects, Esc clears; the bulk bar counts what is selected.
import { fill, words } from "./words.js";

const typing = (target) => target instanceof Element && target.closest("input:not([type=checkbox]),textarea,select,[contenteditable]");
const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);

let current = null;

function choose(row) {
  current?.classList.remove("is-current");
  current = row;
  row.classList.add("is-current");
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const index = all.indexOf(current);
  choose(all[index < 0 ? (by > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, index + by))]);
}

function openRow(row) {
  const link = row.matches("a") ? row : row.querySelector("a[data-open]") || row.querySelector("a");
  link?.click();
}

function count() {
  for (const bar of document.querySelectorAll("[data-bulk]")) {
    const boxes = [...document.querySelectorAll("[data-select]")];
    const chosen = boxes.filter((box) => box.checked);
    bar.hidden = !chosen.length;
    const text = bar.querySelector("[data-bulk-count]");
    if (text) text.textContent = fill(words.selected, { n: chosen.length });
    for (const box of boxes) box.closest("[data-row]")?.classList.toggle("is-selected", box.checked);
    const all = document.querySelector("[data-select-all]");
    if (all) {
      all.checked = chosen.length > 0 && chosen.length === boxes.length;
      all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
    }
  }
}

function clear() {
  for (const box of document.querySelectorAll("[data-select]:checked")) box.checked = false;
  count();
}

export function start() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (key === "j") step(1);
    else if (key === "k") step(-1);
    else if (key === "enter" && current?.isConnected && !event.target.closest("a,button,summary")) openRow(current);
    else if (key === "x" && current?.isConnected) {
      const box = current.querySelector("[data-select]");
      if (box) { box.checked = !box.checked; count(); }
    } else if (key === "escape") clear();
    else return;
    if (key !== "escape") event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-select-all]")) {
      for (const box of document.querySelectorAll("[data-select]")) box.checked = event.target.checked;
    }
    if (event.target.matches("[data-select],[data-select-all]")) count();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-bulk-clear]")) return clear();
    const row = event.target.closest("tr[data-row]");
    if (row && !event.target.closest("a,button,input,label,details")) {
      if (getSelection()?.toString()) return;
      openRow(row);
    }
  });
  document.body.addEventListener("htmx:afterSettle", count);
  addEventListener("pageshow", count);
}
