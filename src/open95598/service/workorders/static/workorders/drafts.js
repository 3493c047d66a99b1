// What is typed into the seat's form is on the server within seconds (data-draft says where): nothing of it is kept in the
// browser. A form that could not be kept says so and tries again; one that is written in another window stops.
const PAUSE = 1000; // ms after the last key
const LONGEST = 3000; // ms after the first key that is not kept yet
const AGAIN = 2000; // ms until another try
const WHO = new Set(["contact_phone", "account", "contact_name"]);

export function start(form) {
  const state = form.querySelector(".draft-state");
  const version = form.querySelector("[name=draft_version]");
  let timer = 0;
  let first = 0;
  let busy = null; // the request on its way
  let again = false;
  let stopped = false;
  let who = false;

  const say = (name, words) => { if (state) { state.dataset.state = name; state.textContent = words; } };

  async function keep() {
    clearTimeout(timer);
    if (stopped) return;
    if (busy) { again = true; return; }
    busy = new AbortController();
    first = 0;
    again = false;
    const asked = who;
    who = false;
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" }, signal: busy.signal, keepalive: true });
      if (answer.status === 412) { stopped = true; say("elsewhere", state.dataset.elsewhere); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      version.value = (await answer.json()).version;
      say("saved", state.dataset.saved);
      form.dispatchEvent(new CustomEvent("draft:kept", { detail: { who: asked } }));
    } catch (problem) {
      if (problem.name === "AbortError") return;
      who ||= asked;
      say("failed", state.dataset.failed);
      timer = setTimeout(keep, AGAIN);
    } finally {
      busy = null;
      if (again) soon();
    }
  }

  function soon() {
    if (stopped) return;
    first ||= performance.now();
    clearTimeout(timer);
    timer = setTimeout(keep, Math.max(0, Math.min(PAUSE, first + LONGEST - performance.now())));
  }

  for (const kind of ["input", "change", "triage:changed"]) {
    form.addEventListener(kind, (event) => {
      if (kind === "triage:changed" && !form.querySelector("[data-outcome]")) return;
      if (WHO.has(event.target.name)) who = true;
      soon();
    });
  }
  addEventListener("pagehide", () => { if (first) keep(); });
  // what is being registered is no draft any more; when it was refused, it is one again
  form.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt !== form) return;
    stopped = true;
    clearTimeout(timer);
    busy?.abort();
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt === form && !event.detail.successful) { stopped = false; soon(); }
  });
  form.querySelector("[data-draft-drop]")?.addEventListener("click", async () => {
    stopped = true;
    clearTimeout(timer);
    busy?.abort();
    const told = new FormData(form);
    told.set("drop", "1");
    await fetch(form.dataset.draft, { method: "POST", body: told, headers: { "HX-Request": "true" } });
    form.removeAttribute("data-guard");
    location.reload();
  });
}
