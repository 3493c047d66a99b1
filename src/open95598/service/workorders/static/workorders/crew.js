// The crew's phone: every act is kept on the phone first, then sent, in order, each once. Without a connection it waits
// here; what is not accepted stays here with what was typed, until somebody decides. docs/decisions/field.md
import { drop, dropPage, dropPages, everything, keepPage, lapse, onlyPages, put } from "../js/kept.js";
import { fill, words } from "../js/words.js";

const here = document.getElementById("crew-phone");
const say = JSON.parse(document.getElementById("crew-words").textContent);
const { person, hours, worker, list, signIn } = here.dataset;
const notice = document.getElementById("crew-notice");
const box = document.getElementById("crew-waiting");
const number = box.dataset.number || "";
const kept = document.documentElement.dataset.kept;
const RETRY = [5, 15, 30, 60];
let form = document.getElementById("crew-form");
let tries = 0, timer = 0, told = "", typed = false;

const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const zone = document.body.dataset.zone;
const clock = (iso) => new Date(iso).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: zone });
const colon = document.documentElement.lang.startsWith("zh") ? "：" : ": ";
const path = (act) => `${list}${encodeURIComponent(act.number)}/`;
const mine = async () => (await everything()).filter((act) => act.person === person);

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

// the form -----------------------------------------------------------------------------------------------------------

function problem(text) {
  const place = form.querySelector(".form-problem");
  place.textContent = text;
  place.hidden = !text;
  if (text) place.scrollIntoView({ block: "center" });
}

/** Write the reasons beside the fields; those that find no field are returned. */
function mark(errors) {
  const lost = [];
  for (const field of form.querySelectorAll(".field")) {
    const reasons = errors[field.dataset.field];
    field.classList.toggle("has-error", Boolean(reasons));
    const line = field.querySelector(".error");
    if (line) {
      line.textContent = (reasons || []).join(" ");
      line.hidden = !reasons;
    }
  }
  for (const [name, reasons] of Object.entries(errors)) {
    if (!form.querySelector(`[data-field="${CSS.escape(name)}"]`)) lost.push(...reasons);
  }
  form.querySelector(".has-error input,.has-error select,.has-error textarea")?.focus();
  return lost;
}

function missing() {
  const found = {};
  for (const field of form.elements) {
    if (field.willValidate && field.validity.valueMissing && field.closest(".field")) found[field.closest(".field").dataset.field] = [say.needed];
  }
  return found;
}

/** Everything that the person entered, with how it is called, so that it can be read while it waits. */
function entered() {
  const given = [];
  for (const field of form.querySelectorAll("[data-field]")) {
    const title = (field.querySelector("legend") || field.querySelector("label:not(.btn)"))?.textContent.replace("*", "").trim();
    for (const control of field.querySelectorAll("input:not([type=file]),select,textarea")) {
      if (["radio", "checkbox"].includes(control.type) ? !control.checked : !control.value) continue;
      const shown = control.tagName === "SELECT" ? control.selectedOptions[0].textContent
        : control.type === "radio" ? control.closest("label")?.textContent.trim() : control.value;
      given.push({ name: control.name, value: control.value, title, shown });
    }
  }
  return given;
}

async function submit(event) {
  event.preventDefault();
  const own = form;
  if (own.dataset.busy) return;
  own.dataset.busy = "1";
  const button = document.getElementById("crew-send");
  button.disabled = true;
  try {
    const lost = missing();
    mark(lost);
    if (Object.keys(lost).length) return problem(Object.values(lost)[0][0]);
    const key = form.elements.key.value;
    const before = (await mine()).filter((act) => act.number === number && act.key !== key && act.state !== "lapsed");
    if (before.some((act) => act.state === "refused")) return problem(say.decide_first);
    const changing = before.filter((act) => act.changes);
    const photo = form.elements.photo.files[0];
    const act = {
      key, person, number, action: form.dataset.action, label: form.dataset.label, changes: "changes" in form.dataset,
      seq: Date.now(), at: new Date().toISOString(), given: entered(), photo: photo || null, photoName: photo?.name || "",
      version: changing.length ? changing.at(-1).version + 1 : Number(form.elements.version.value),
      state: "waiting",
    };
    try { await put(act); } catch { return form.submit(); } // nothing can be kept here: then as without a script
    problem("");
    told = key;
    typed = false;
    await flush();
    await afterwards(key);
  } finally {
    delete own.dataset.busy;
    button.disabled = false;
  }
}

/** What became of the act that was just entered: done, not accepted, or kept. */
async function afterwards(key) {
  const act = (await mine()).find((one) => one.key === key);
  told = "";
  if (!act) return location.assign(path({ number }));
  if (act.state === "refused") {
    const lost = mark(act.errors || {});
    problem([act.detail, ...lost.filter((reason) => reason !== act.detail)].filter(Boolean).join(" ") || words.problem);
    document.getElementById("crew-again").hidden = ![404, 409, 412].includes(act.status);
    return undefined;
  }
  return draw();
}

/** Put the form of the step that comes after everything that waits into the page's place. */
async function proceed() {
  const waiting = (await mine()).filter((act) => act.number === number && act.changes && act.state !== "lapsed");
  if (!waiting.length || !form) return;
  const steps = [form, ...document.querySelectorAll("template.crew-next")];
  const last = steps.findLastIndex((step) => {
    const action = step.dataset.action || step.content?.querySelector("form").dataset.action;
    return waiting.some((act) => act.action === action);
  });
  if (last < 0) return;
  const following = steps[last + 1];
  const bar = document.querySelector(".phone-actions");
  if (!following) {
    form.replaceWith(element("p", "note is-info crew-all-kept", say.all_kept));
    bar.replaceChildren(Object.assign(element("a", "btn btn-primary", document.querySelector(".phone-head a")?.title || "←"), { href: list }));
    document.querySelector(".crew-more")?.remove();
    form = null;
    return;
  }
  const next = following.content.querySelector("form").cloneNode(true);
  next.id = "crew-form";
  next.elements.version.value = waiting.at(-1).version + 1;
  form.replaceWith(next);
  for (const step of steps.slice(1, last + 2)) step.remove();
  document.querySelector(".crew-more")?.remove();
  const send = element("button", `btn ${"danger" in next.dataset ? "btn-danger" : "btn-primary"}`, next.dataset.label);
  Object.assign(send, { id: "crew-send", type: "submit" });
  send.setAttribute("form", "crew-form");
  bar.replaceChildren(send);
  form = next;
  ready();
}

function ready() {
  form.elements.key.value = random();
  form.addEventListener("submit", submit);
  form.addEventListener("input", () => { typed = true; });
  form.addEventListener("change", (event) => {
    if (event.target.type !== "file") return;
    const label = form.querySelector(".crew-photo");
    const name = label.querySelector("span");
    const file = event.target.files[0];
    name.textContent = file ? fill("{name} ({size} KB)", { name: file.name, size: Math.max(1, Math.round(file.size / 1024)) }) : name.dataset.empty;
    label.classList.toggle("is-taken", Boolean(file));
  });
}

// sending ------------------------------------------------------------------------------------------------------------

/** Send one act; says what became of it: "done", "refused", "later", or "signed out". */
async function send(act) {
  const body = new FormData();
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value || JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  for (const { name, value } of act.given) body.append(name, value);
  body.append("version", String(act.version));
  body.append("key", act.key);
  if (act.at) {
    body.append("happened_at", act.at);
    body.append("sent_at", new Date().toISOString());
  }
  if (act.photo) body.append("photo", act.photo, act.photoName || "photo.jpg");
  let answer;
  try {
    answer = await fetch(`${path(act)}${act.action}/`, {
      method: "POST", body, headers: { "X-CSRFToken": token, "HX-Request": "true" }, signal: AbortSignal.timeout(30_000),
    });
  } catch {
    return "later";
  }
  const onward = answer.headers.get("HX-Redirect");
  if (answer.ok) return onward && new URL(onward, location.href).pathname === path(act) ? "done" : "signed out";
  if (answer.status >= 500 || answer.status === 429) return "later";
  let said = {};
  try { said = await answer.json(); } catch { /* a page, not a problem document */ }
  if (answer.status === 401 || (answer.status === 403 && !said.detail)) return "signed out";
  await put({ ...act, state: "refused", status: answer.status, detail: said.detail || words.problem, errors: said.errors || {} });
  return "refused";
}

/** Send what waits, in order; of an order of which something was not accepted nothing more is sent. One page at a time. */
async function flush() {
  const work = async () => {
    const held = new Set();
    let sent = 0, stopped = "";
    for (const { key } of await mine()) {
      const act = (await everything()).find((one) => one.key === key);
      if (!act || act.state === "lapsed") continue;
      if (act.state === "refused") held.add(act.number);
      if (act.state !== "waiting" || held.has(act.number)) continue;
      const became = await send(act);
      if (became === "done") {
        await drop(key);
        await dropPage(path(act));
        sent += 1;
      } else if (became === "refused") held.add(act.number);
      else { stopped = became; break; }
    }
    return { sent, stopped };
  };
  const became = await (navigator.locks ? navigator.locks.request("crew-acts", work) : work());
  clearTimeout(timer);
  if (became.stopped === "later") {
    timer = setTimeout(round, RETRY[Math.min(tries, RETRY.length - 1)] * 1000);
    tries += 1;
  } else tries = 0;
  here.dataset.state = became.stopped || "sent";
  return became;
}

/** Send by itself, and show what came of it. */
async function round() {
  const { sent } = await flush();
  // what somebody is typing is not taken from under their hands
  if (sent && !told && !typed) return number ? location.assign(path({ number })) : location.reload();
  return draw();
}

/** A browser that says it is online need not reach the house: ask before the copy is given up for the page itself. */
async function back() {
  await round();
  if (!kept || typed || told) return;
  try {
    if ((await fetch(worker, { method: "HEAD", cache: "no-store" })).ok && !typed) location.reload();
  } catch { /* still away */ }
}

// what is seen -------------------------------------------------------------------------------------------------------

function line(act, blocked) {
  const row = element("div", `crew-act is-${act.state}`);
  row.dataset.key = act.key;
  const head = element("p", "crew-line");
  head.append(element("b", "", act.label), element("span", "grow"), element("span", "muted", clock(act.at || act.seq)));
  row.append(head);
  if (!number) row.append(element("p", "crew-small muted", act.number));
  const given = act.given.filter((one) => one.shown).map((one) => `${one.title ? one.title + colon : ""}${one.shown}`);
  if (act.photo) given.push(say.photo);
  if (given.length) row.append(element("p", "crew-given", given.join(" · ")));
  if (act.state === "waiting") row.append(element("p", "crew-small muted", blocked ? say.blocked : say.waiting));
  else if (act.state === "refused") {
    const why = [act.detail, ...Object.values(act.errors || {}).flat()].filter((one, at, all) => one && all.indexOf(one) === at);
    row.append(element("p", "crew-refusal", `${say.refused}${colon}${why.join(" ")}`));
  } else row.append(element("p", "crew-refusal", say.lapsed));
  const buttons = element("div", "crew-two");
  if (act.state === "refused") {
    const asNow = "occurred_at" in (act.errors || {});
    buttons.append(button(asNow ? say.as_now : say.again, () => again(act, asNow)), button(say.discard, () => discard(act)));
  } else if (act.state === "lapsed") buttons.append(button(say.noted, async () => { await drop(act.key); await draw(); }));
  if (buttons.children.length) row.append(buttons);
  return row;
}

function button(text, press) {
  const made = element("button", "btn", text);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

/** Once more, for the order as this page shows it. */
async function again(act, asNow) {
  const version = number && form && !kept ? Number(form.elements.version.value) : act.version;
  await put({ ...act, version, at: asNow ? "" : act.at, state: "waiting", errors: {}, detail: "" });
  await round();
}

async function discard(act) {
  if (!confirm(say.discard_ask)) return;
  await drop(act.key);
  location.assign(number ? path({ number }) : list);
}

async function draw() {
  const all = await everything();
  const own = all.filter((act) => act.person === person);
  const cards = new Set([...document.querySelectorAll(".phone-card[data-number]")].map((card) => card.dataset.number));
  // on the list a card says how much waits of its order; on an order, what is in its form is not said twice
  const shown = own.filter((act) => number
    ? act.number === number && (!form || act.key !== form.elements.key.value || act.state === "waiting")
    : act.state !== "waiting" || !cards.has(act.number));
  const held = new Set();
  box.replaceChildren(...shown.map((act) => {
    const row = line(act, held.has(act.number));
    if (act.state === "refused") held.add(act.number);
    return row;
  }));
  box.hidden = !shown.length;
  for (const card of document.querySelectorAll(".phone-card[data-number]")) {
    const waits = own.filter((act) => act.number === card.dataset.number && act.state !== "lapsed").length;
    const mark = card.querySelector(".crew-mark");
    mark.hidden = !waits;
    mark.textContent = waits ? say.count.replace("{count}", waits) : "";
  }
  const others = all.filter((act) => act.person !== person && act.state !== "lapsed").length;
  const strange = document.getElementById("crew-others");
  strange.hidden = !others;
  strange.textContent = others ? say.others.replace("{count}", others) : "";
  await proceed();
  state(own);
}

function state(own) {
  const waits = own.some((act) => act.state === "waiting");
  const away = !navigator.onLine || (waits && here.dataset.state === "later");
  notice.replaceChildren();
  if (waits && here.dataset.state === "signed out") {
    const link = Object.assign(element("a", "", say.sign_in_link), { href: `${signIn}?next=${encodeURIComponent(location.pathname)}` });
    notice.append(say.sign_in, " ", link);
  } else if (kept) notice.append(say.offline.replace("{time}", clock(kept)));
  else if (away) notice.append(say.offline_now);
  notice.hidden = !notice.childNodes.length;
}

// from here on -------------------------------------------------------------------------------------------------------

/** Keep the list and the orders in hand as they are now, and nothing else. */
async function refill() {
  if (kept || !navigator.onLine || !("caches" in globalThis)) return;
  const cards = [...document.querySelectorAll(".phone-card[data-keep]")].slice(0, 30);
  const paths = [list, ...(number ? [path({ number })] : cards.map((card) => path(card.dataset)))];
  if (!number) await onlyPages(paths);
  for (const one of paths) {
    try { await keepPage(one); } catch { return; }
  }
  here.dataset.kept = String(paths.length);
}

async function begin() {
  if (form) ready();
  if (kept) document.querySelector(".crew-more")?.remove(); // other acts begin with a page of the server's
  await lapse(Number(hours));
  if (!kept && localStorage.getItem("crew-of") !== person) {
    await dropPages(); // somebody else had this phone
    localStorage.setItem("crew-of", person);
  }
  await draw();
  addEventListener("online", back);
  addEventListener("offline", draw);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) round(); });
  document.body.addEventListener("htmx:afterSwap", () => { draw(); refill(); });
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(worker, { scope: list }).catch(() => {});
  const waits = (await mine()).some((act) => act.state === "waiting");
  if (waits) await round();
  if (kept) setInterval(back, 20_000);
  await refill();
  here.dataset.ready = "";
}

begin().catch(() => { here.dataset.ready = "without"; });
