// Ctrl+K: go to a page, do something, find an order. "/" goes to the search field, "?" shows the keys.
import { list as keys } from "./hotkeys.js";
import { words } from "./words.js";

const dialog = document.getElementById("palette");
const input = document.getElementById("palette-input");
const list = document.getElementById("palette-list");
const typing = (target) => target instanceof Element && target.closest("input,textarea,select,[contenteditable]");
let asked = 0;
let timer = 0;

/** Everything in the page that is a place to go or a thing to do, with the words it is found by. */
function commands() {
  const found = [];
  for (const element of document.querySelectorAll("[data-command]")) {
    const label = element.textContent.trim();
    if (label) found.push({ label, keys: `${label} ${element.dataset.command}`.toLowerCase(), element });
  }
  return found;
}

function item(command) {
  const option = document.createElement("a");
  option.className = "palette-item";
  option.setAttribute("role", "option");
  option.href = command.element.getAttribute("href") || "#";
  const mark = command.element.querySelector(".ti")?.cloneNode();
  if (mark) option.append(mark);
  const text = document.createElement("span");
  text.textContent = command.label;
  option.append(text);
  option.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
    command.element.click();
  });
  return option;
}

const options = () => [...list.querySelectorAll("[role=option]")];

function choose(option) {
  for (const other of options()) other.removeAttribute("aria-selected");
  if (!option) return;
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
}

function show() {
  const query = input.value.trim().toLowerCase();
  const matches = commands().filter((c) => query.split(/\s+/).every((word) => c.keys.includes(word)));
  list.replaceChildren(...matches.map(item));
  choose(options()[0]);
  clearTimeout(timer);
  const ticket = ++asked;
  if (query.length >= 2) timer = setTimeout(() => suggest(query, ticket, matches.length), 150);
  else if (!matches.length) nothing();
}

function nothing() {
  const line = document.createElement("p");
  line.className = "palette-none muted";
  line.textContent = words.nothing;
  list.append(line);
}

async function suggest(query, ticket, had) {
  const form = new FormData();
  form.set("q", query);
  const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"];
  try {
    const answer = await fetch(input.dataset.search, { method: "POST", body: form, headers: { "X-CSRFToken": token, "HX-Request": "true" } });
    if (!answer.ok || ticket !== asked) return;
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    list.append(...parsed.body.childNodes);
  } catch { /* the commands are still there */ }
  if (!had && !options().length) nothing();
  if (!list.querySelector("[aria-selected]")) choose(options()[0]);
}

export function start() {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && dialog) {
      event.preventDefault();
      toggle();
    } else if (event.key === "/" && !typing(event.target) && !document.querySelector("dialog[open]")) {
      const field = document.getElementById("search");
      if (field) { event.preventDefault(); field.focus(); field.select(); }
    } else if (event.key === "?" && !typing(event.target)) {
      showKeys();
    }
  });
  if (!dialog) return;
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette]")) toggle();
    if (event.target.closest("[data-keys]")) showKeys();
  });
  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => {
    const all = options();
    const index = all.findIndex((option) => option.hasAttribute("aria-selected"));
    if (event.key === "ArrowDown") choose(all[Math.min(all.length - 1, index + 1)]);
    else if (event.key === "ArrowUp") choose(all[Math.max(0, index - 1)]);
    else if (event.key === "Enter") all[index]?.click();
    else if (event.key === "Escape") dialog.close(); // a search field would first only empty itself
    else return;
    event.preventDefault();
  });
}

function showKeys() {
  keys();
  document.getElementById("keys")?.showModal();
}

function toggle() {
  if (dialog.open) return dialog.close();
  input.value = "";
  dialog.showModal();
  show();
  input.focus();
}
