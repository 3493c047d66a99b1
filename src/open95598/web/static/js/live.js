// Live updates: one event stream a browser, held by the tab that has the lock, told to the others over a channel.
// An event names a case and its kind; elements marked data-live-case="ID" or data-live-kind="KIND …" fetch themselves
// again (their hx-get) and glow once; data-live-pause="SECONDS" gathers what happens meanwhile. Nothing polls.
const url = document.body.dataset.events;
const LOCK = "open95598-events";
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
function refresh(element) {
  if (waiting.has(element)) return;
  waiting.set(element, setTimeout(() => {
    waiting.delete(element);
    if (!element.isConnected || element.contains(document.activeElement?.closest?.("form[data-guard]"))) return;
    window.htmx.trigger(element, "live");
  }, pause(element)));
}

function pause(element) {
  return 1000 * Number(element.dataset.livePause || 0) || 120;
}

function matches(element, event) {
  if (element.dataset.liveCase && String(event.case_id) === element.dataset.liveCase) return true;
  const kinds = (element.dataset.liveKind || "").split(/\s+/).filter(Boolean);
  return kinds.some((kind) => kind === "*" || kind === event.kind || kind === event.type);
}

function receive(message) {
  if (message.id) last = message.id;
  if (message.state) return light(message.state);
  const event = message.event;
  if (!event) return;
  if (["bell", "reset"].includes(event.stream)) document.body.dispatchEvent(new Event("live:bell"));
  for (const element of document.querySelectorAll("[data-live-case],[data-live-kind]")) {
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
