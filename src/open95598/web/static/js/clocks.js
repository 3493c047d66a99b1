// Clock bars and relative times tick, by the house's clock as the server told it when the page was made.
import { fill, span, words } from "./words.js";

const body = document.body;
const told = Date.parse(body.dataset.now || "");
const pace = Number(body.dataset.pace || 1);
const since = performance.now();
const language = document.documentElement.lang || "zh-Hans";
const relative = new Intl.RelativeTimeFormat(language, { numeric: "always" });
const UNITS = [["minute", 60, 3600], ["hour", 3600, 86400], ["day", 86400, 2592000], ["month", 2592000, 31536000], ["year", 31536000, Infinity]];

/** The house's present time in milliseconds. */
export function now() {
  return Number.isNaN(told) ? Date.now() : told + (performance.now() - since) * pace;
}

function distance(at, present) {
  const seconds = (present - at) / 1000;
  const size = Math.abs(seconds);
  if (size < 45) return seconds < 0 ? words.in_a_moment : words.just_now;
  for (const [name, unit, limit] of UNITS) {
    if (size < limit - unit / 2 || limit === Infinity) {
      return relative.format((seconds < 0 ? 1 : -1) * Math.max(1, Math.round(size / unit)), name);
    }
  }
  return "";
}

function put(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

function tickClock(element, present) {
  const { start, due, warn } = element.dataset;
  const [from, to] = [Date.parse(start), Date.parse(due)];
  const left = (to - present) / 1000;
  const state = left <= 0 ? "over" : warn && present >= Date.parse(warn) ? "warning" : "running";
  // a clock that the server has called over stays over, until the server says otherwise
  if (!element.classList.contains("is-over")) {
    element.classList.remove("is-running", "is-warning");
    element.classList.add(`is-${state}`);
  }
  const bar = element.querySelector("progress");
  if (bar && to > from) bar.value = Math.max(0, Math.min(1000, Math.round((1000 * (present - from)) / (to - from))));
  put(element.querySelector(".clock-words"), fill(left <= 0 ? words.clock.over : words.clock.left, { span: span(left) }));
}

/** Times that run by the second (data-stopwatch: since when; data-limit: from when it is pointed out, data-over: how). */
function tickWatches(present) {
  for (const element of document.querySelectorAll("[data-stopwatch]")) {
    const seconds = Math.max(0, Math.floor((present - Date.parse(element.dataset.stopwatch)) / 1000));
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    put(element, `${hours ? `${hours}:${String(minutes).padStart(2, "0")}` : minutes}:${String(seconds % 60).padStart(2, "0")}`);
    const over = element.dataset.limit && present > Date.parse(element.dataset.limit);
    element.classList.toggle("is-long", Boolean(over));
    if (over) element.title = element.dataset.over || "";
  }
}

export function tick() {
  const present = now();
  for (const element of document.querySelectorAll("[data-clock]")) tickClock(element, present);
  tickWatches(present);
  for (const element of document.querySelectorAll("time[data-ago]")) {
    const at = Date.parse(element.dateTime);
    put(element, element.dataset.ago === "short" ? span((present - at) / 1000) : distance(at, present));
  }
}

export function start() {
  setInterval(() => document.hidden || tick(), Math.max(1000, 15000 / pace));
  setInterval(() => document.hidden || tickWatches(now()), 1000);
  document.body.addEventListener("htmx:afterSettle", () => tickWatches(now()));
  tickWatches(now());
  document.addEventListener("visibilitychange", () => document.hidden || tick());
}
