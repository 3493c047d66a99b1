// A conversation on either side's page: lines are fetched after the last one known, put in their order and shown once;
// what is written goes out one after another, each with a key of its own, again and again until the house has it. A line
// that was sent twice is one line there. Nothing is kept in the browser's storage.
const AWAY = 2500, CALM = 15000; // ms between looks without and with a stream of events
const BACK = [1000, 2000, 4000, 8000];

/** Return a key that nobody else makes; also where crypto.randomUUID is missing (pages without TLS). */
export function fresh() {
  return [...crypto.getRandomValues(new Uint8Array(18))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Conversation {
  /** `streams`: whether a stream of events tells of news; `refused(problem, item)`: what to do with what was not taken. */
  constructor(root, { streams, refused, changed }) {
    Object.assign(this, { root, streams, refused, changed, words: root.dataset, last: Number(root.dataset.last) });
    this.list = root.querySelector("#chat-lines");
    this.out = []; // what is not at the house yet, in its order
    this.tries = 0;
    this.wrote = false;
    this.token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    addEventListener("online", () => { this.tries = 0; this.drain(); this.look(); });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.look(); });
    addEventListener("beforeunload", (event) => { if (this.out.length) event.preventDefault(); });
    this.toEnd(true);
    this.again();
  }

  again() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), this.streams() ? CALM : AWAY);
  }

  /** Fetch what came after the last line; asked again meanwhile, once more afterwards. */
  async look() {
    if (this.looking) { this.once = true; return; }
    this.looking = true;
    try {
      do {
        this.once = false;
        const asked = new URLSearchParams({ after: this.last, read: document.hidden ? 0 : this.last });
        if (this.wrote) asked.set("writing", "1");
        this.wrote = false;
        const answer = await fetch(`${this.words.fetch}?${asked}`, { headers: { Accept: "application/json" }, cache: "no-store" });
        if (answer.ok) this.take(await answer.json());
        else if (answer.status < 500 && answer.status !== 429) return location.reload(); // over for this browser
      } while (this.once);
      this.line(true);
    } catch {
      this.line(false);
    } finally {
      this.looking = false;
      this.again();
    }
  }

  line(on) {
    const shown = document.getElementById("chat-off");
    shown.hidden = on;
    shown.textContent = on ? "" : this.words.off;
  }

  /** Put what was fetched in its place, whatever is there already. */
  take(told) {
    const low = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 80;
    const holder = document.createElement("template");
    holder.innerHTML = told.html; // written by the server, which escapes whatever anybody wrote
    let came = false;
    for (const line of [...holder.content.querySelectorAll(".line")]) {
      if (this.list.querySelector(`[data-seq="${line.dataset.seq}"]`)) continue;
      if (line.dataset.key) this.list.querySelector(`[data-pending="${CSS.escape(line.dataset.key)}"]`)?.remove();
      const after = [...this.list.querySelectorAll("[data-seq],[data-pending]")].find((one) => one.dataset.pending || Number(one.dataset.seq) > Number(line.dataset.seq));
      this.list.insertBefore(line, after || null);
      came = true;
    }
    const before = this.last;
    this.last = Math.max(this.last, told.last);
    for (const mark of this.list.querySelectorAll("[data-mark]")) {
      const seq = Number(mark.closest("[data-seq]").dataset.seq);
      const is = seq <= told.read ? "read" : seq <= told.got ? "got" : "sent";
      if (mark.dataset.mark !== is) { mark.dataset.mark = is; mark.textContent = this.words[is]; }
    }
    const head = document.getElementById("chat-stands");
    if (this.head !== told.head) head.innerHTML = this.head = told.head;
    if (came && low) this.toEnd();
    if (told.more || (this.last > before && !document.hidden)) this.once = true; // and say that it was read
    this.changed?.(told);
  }

  toEnd() { this.list.scrollTop = this.list.scrollHeight; }

  /** Send one line (`fields`: text, or a file) to `url`; it stands there as being sent until the house has it. */
  send(url, fields, shown) {
    const item = { url, fields, key: fields.key || fresh(), shown };
    const line = document.createElement("li");
    line.className = "line is-own is-pending";
    line.dataset.pending = item.key;
    const head = document.createElement("p"), who = document.createElement("b"), state = document.createElement("span"), text = document.createElement("p");
    head.className = "line-head"; state.className = "line-mark"; text.className = "line-text";
    who.textContent = this.words.you; state.textContent = this.words.sending; text.textContent = shown;
    head.append(who, " ", state);
    line.append(head, text);
    this.list.append(line);
    this.toEnd();
    this.out.push(item);
    this.drain();
  }

  pending(item) { return this.list.querySelector(`[data-pending="${item.key}"]`); }

  /** Send what waits, in its order. On doubt it is sent again: the key makes it one line. */
  async drain() {
    if (this.draining) return;
    this.draining = true;
    clearTimeout(this.retry);
    try {
      while (this.out.length) {
        const item = this.out[0], body = new FormData();
        for (const [name, value] of Object.entries({ ...item.fields, key: item.key, after: this.last })) body.set(name, value);
        let answer;
        try {
          answer = await fetch(item.url, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": this.token } });
        } catch { return this.later(item); }
        if (answer.status >= 500 || answer.status === 429) return this.later(item);
        this.out.shift();
        this.tries = 0;
        if (answer.ok) { this.take(await answer.json()); this.line(true); continue; }
        this.pending(item)?.remove();
        let problem = {};
        try { problem = await answer.json(); } catch { /* a page, from something in between */ }
        this.refused({ status: answer.status, detail: problem.detail || this.words.problem, advice: problem.advice || "" }, item);
      }
    } finally { this.draining = false; }
    this.look();
  }

  later(item) {
    const state = this.pending(item)?.querySelector(".line-mark");
    if (state) state.textContent = this.words.waits;
    this.line(false);
    this.retry = setTimeout(() => this.drain(), BACK[Math.min(this.tries++, BACK.length - 1)]);
  }
}

/** Wire a composer: Enter sends, Shift+Enter is a new line, an input method's Enter is its own. */
export function composer(form, field, send) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    send(text);
    field.focus();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
    event.preventDefault();
    form.requestSubmit();
  });
}
