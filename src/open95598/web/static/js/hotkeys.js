// Keys of a page's own: data-hotkey="alt+g" presses its element (a field, and what says data-hotkey-focus, takes the focus
// instead), wherever one is typing. What stands in the page is what the overlay of keys ("?") tells of, with the keys that
// other modules hear (data-key-told="Alt T"; its text says what it does).
const VISIBLE = (element) => element.isConnected && element.getClientRects().length > 0;

const told = (keys) => keys.split("+").map((key) => key.length === 1 ? key.toUpperCase() : key[0].toUpperCase() + key.slice(1));

function name(element) {
  if (element.dataset.hotkeyName) return element.dataset.hotkeyName;
  const copy = element.cloneNode(true);
  for (const key of copy.querySelectorAll("kbd")) key.remove();
  return copy.textContent.trim() || element.getAttribute("aria-label") || element.title;
}

/** The letter of an event, whatever a layout or the Alt key makes of it. */
const letter = (event) => /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase() ?? event.key.toLowerCase();

/** Write the page's own keys into the overlay, as they are now. */
export function list() {
  const place = document.querySelector("#keys .key-list");
  if (!place) return;
  for (const old of place.querySelectorAll("[data-of-page]")) old.remove();
  const seen = new Set();
  for (const element of document.querySelectorAll("[data-hotkey],[data-key-told]")) {
    const keys = element.dataset.hotkey ? told(element.dataset.hotkey) : element.dataset.keyTold.split(" ");
    const words = name(element);
    if (!words || seen.has(keys.join())) continue;
    seen.add(keys.join());
    const term = document.createElement("dt");
    const what = document.createElement("dd");
    term.dataset.ofPage = what.dataset.ofPage = "";
    for (const key of keys) { const mark = document.createElement("kbd"); mark.textContent = key; term.append(mark, " "); }
    what.textContent = words;
    place.append(term, what);
  }
}

export function start() {
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
    const wanted = `alt+${event.shiftKey ? "shift+" : ""}${letter(event)}`;
    const found = [...document.querySelectorAll(`[data-hotkey="${CSS.escape(wanted)}"]`)].find(VISIBLE);
    if (!found) return;
    event.preventDefault();
    if (found.matches("input:not([type=checkbox],[type=radio]),select,textarea,[data-hotkey-focus]")) found.focus();
    else found.click();
  });
}
