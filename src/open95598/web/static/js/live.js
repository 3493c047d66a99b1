// Live updates: one event stream a browser, held by the tab that has the lock, told to the others over a channel.
// An event names a case and its kind; elements marked data-live-case="ID" or data-live-kind="KIND …" fetch themselves
// again (their hx-get) and glow once; data-live-pause="SECONDS" gathers what happens meanwhile; data-live-bell hears the
// bell. Nothing polls. Nobody loses a click, a word being typed or an answer on its way to an update: what is in
// somebody's hand is fetched when it is let go, once, as it is then.
const url = document.body.dataset.events;
const LOCK = "open95598-events";
const AGAIN = 150; // ms until what was in somebody's hand is looked at again
const FIELD = "input:not([type=checkbox],[type=radio],[type=button],[type=submit]),select,textarea,[contenteditable]";
let last = "";
let channel = null;
const waiting = new Map();

const light = (state) => {
  const dot = document.getElementById("live-state");
  if (!dot) return;
  dot.dataset.state = state;
  dot.title = state === "on" ? dot.dataset.on : dot.dataset.off;
};

/** Ask an element to fetch itself again; many events within a moment are one request. */
function refresh(element, after = pause(element)) {
  if (waiting.has(element)) return;
  waiting.set(element, setTimeout(() => {
    waiting.delete(element);
    if (!element.isConnected) return;
    if (inHand(element)) return refresh(element, AGAIN);
    window.htmx.trigger(element, "live");
  }, after));
}

/** What an element's answer replaces: its target and what is picked out beside it. */
function parts(element) {
  const target = element.getAttribute("hx-target") || "this";
  const beside = (element.getAttribute("hx-select-oob") || "").split(",").map((name) => name.split(":")[0].trim());
  return [target === "this" ? element : document.querySelector(target), ...beside.map((name) => name && document.querySelector(name))].filter(Boolean);
}

/** Whether somebody presses, types or waits for an answer within what an element would replace. */
function inHand(element) {
  const focused = document.activeElement;
  return parts(element).some((part) => part.matches(":active") || part.querySelector(".htmx-request")
    || (part.contains(focused) && (focused.matches(FIELD) || part.contains(focused.closest("form[data-guard]")))));
}

function pause(element) {
  return 1000 * Number(element.dataset.livePause || 0) || 120;
}

function matches(element, event) {
  if (event.stream === "bell" && "liveBell" in element.dataset) return true;
  if (element.dataset.liveCase && String(event.case_id) === element.dataset.liveCase) return true;
  const kinds = (element.dataset.liveKind || "").split(/\s+/).filter(Boolean);
  return kinds.some((kind) => kind === "*" || kind === event.kind || kind === event.type);
}

function receive(message) {
  if (message.id) last = message.id;
  if (message.state) return light(message.state);
  const event = message.event;
  if (!event) return;
  for (const element of document.querySelectorAll("[data-live-case],[data-live-kind],[data-live-bell]")) {
    if (event.stream === "reset" || matches(element, event)) refresh(element);
  }
  document.body.dispatchEvent(new CustomEvent("live:event", { detail: event }));
}

function tell(message) {
  receive(message);
  channel.postMessage(message);
}

/** Hold the stream until this tab goes away: the promise that keeps the lock never settles. */
function hold() {
  return new Promise(() => {
    let wait = 1000;
    const connect = () => {
      const source = new EventSource(last ? `${url}?last_id=${encodeURIComponent(last)}` : url, { withCredentials: true });
      source.addEventListener("open", () => { wait = 1000; tell({ state: "on" }); });
      const hear = (kind) => (e) => {
        let event = {};
        try { event = e.data ? JSON.parse(e.data) : {}; } catch { return; }
        tell({ id: e.lastEventId, event: { ...event, stream: kind } });
      };
      for (const kind of ["case", "bell", "reset"]) source.addEventListener(kind, hear(kind));
      source.addEventListener("error", () => {
        tell({ state: "off" });
        if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself, with the last id
        setTimeout(connect, wait);
        wait = Math.min(30000, wait * 2);
      });
    };
    connect();
  });
}

export function start() {
  // between the question and its answer somebody may have begun to press: the answer is dropped and asked for anew
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { requestConfig } = event.detail;
    if (requestConfig?.triggeringEvent?.type !== "live" || !inHand(requestConfig.elt)) return;
    event.detail.shouldSwap = false;
    refresh(requestConfig.elt, AGAIN);
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    const { elt, requestConfig } = event.detail;
    if (requestConfig?.triggeringEvent?.type !== "live" || !elt?.isConnected) return;
    elt.classList.remove("glow");
    void elt.offsetWidth; // so that the animation starts anew
    elt.classList.add("glow");
  });
  if (!url || !("locks" in navigator) || !("BroadcastChannel" in window)) return;
  channel = new BroadcastChannel(LOCK);
  channel.addEventListener("message", (event) => {
    if (event.data.ask) { if (document.getElementById("live-state")?.dataset.state === "on") channel.postMessage({ state: "on" }); return; }
    receive(event.data);
  });
  channel.postMessage({ ask: true });
  navigator.locks.request(LOCK, hold);
}
