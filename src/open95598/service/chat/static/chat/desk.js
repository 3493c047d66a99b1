// The desk's side of a conversation: lines, ready answers by a few keys, what the speech coach says before words go out.
import { Conversation, composer } from "./conversation.js";

const root = document.getElementById("chat");
const token = document.querySelector("[name=csrfmiddlewaretoken]").value;

function leads() {
  const form = document.getElementById("chat-say"), text = document.getElementById("chat-text");
  const problem = document.getElementById("chat-problem"), coach = document.getElementById("chat-coach"), ready = document.getElementById("chat-ready");
  const note = document.getElementById("chat-note");
  let held = "", said = 0, asked = 0, chosen = -1;

  const talk = new Conversation(root, {
    streams: () => document.getElementById("live-state")?.dataset.state === "on",
    refused: ({ status, detail, advice }, item) => {
      if (item.fields.text && !text.value) text.value = item.fields.text;
      if (status === 409 && advice) { held = item.fields.text; coach.innerHTML = advice; }
      problem.textContent = detail + (status === 409 && advice ? ` ${root.dataset.sure}` : "");
      problem.hidden = false;
      talk.toEnd();
    },
    changed: (told) => {
      if (told.state === root.dataset.state) return;
      if (told.state === "ended") { root.dataset.state = told.state; document.getElementById("chat-compose").hidden = true; } else location.reload();
    },
  });
  document.body.addEventListener("live:event", ({ detail }) => { if (detail.kind === "chat" || detail.stream === "reset") talk.look(); });

  composer(form, text, (value) => {
    problem.hidden = true;
    coach.replaceChildren();
    const fields = { text: value };
    if (note.checked) fields.note = "1";
    if (value === held) fields.sure = "1"; // sent once more as it is: the agent has seen the advice
    held = "";
    note.checked = false;
    talk.send(form.action, fields, value);
  });

  const close = () => { ready.replaceChildren(); ready.hidden = true; chosen = -1; };
  const options = () => [...ready.querySelectorAll("[role=option]")];
  const insert = (option) => { text.value = option.querySelector(".ready-text").textContent; close(); text.focus(); };
  const choose = (n) => {
    const all = options();
    if (!all.length) return;
    chosen = (n + all.length) % all.length;
    all.forEach((one, i) => one.setAttribute("aria-selected", String(i === chosen)));
    all[chosen].scrollIntoView({ block: "nearest" });
    text.setAttribute("aria-activedescendant", all[chosen].id);
  };
  async function offer() {
    const wanted = text.value;
    if (!wanted.startsWith("/")) return close();
    const mine = ++asked;
    const answer = await fetch(`${root.dataset.ready}&q=${encodeURIComponent(wanted.slice(1))}`);
    if (mine !== asked || !answer.ok || !text.value.startsWith("/")) return;
    ready.innerHTML = await answer.text();
    ready.hidden = !options().length;
    choose(0);
  }
  text.addEventListener("keydown", (event) => {
    if (ready.hidden || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); choose(chosen + (event.key === "ArrowDown" ? 1 : -1)); }
    if (event.key === "Enter" || event.key === "Tab") { event.preventDefault(); event.stopImmediatePropagation(); insert(options()[chosen]); }
    if (event.key === "Escape") { event.preventDefault(); close(); }
  }, true);
  ready.addEventListener("click", (event) => { const option = event.target.closest("[role=option]"); if (option) insert(option); });
  text.addEventListener("input", () => {
    problem.hidden = true;
    offer();
    if (text.value.startsWith("/") || note.checked || Date.now() - said < 4000) return;
    said = Date.now();
    talk.wrote = true;
    talk.look();
  });
  const upload = document.getElementById("chat-upload"), file = document.getElementById("chat-file");
  upload.addEventListener("change", () => {
    const [one] = upload.files;
    if (one) talk.send(file.action, { file: one }, one.name);
    upload.value = "";
  });
  text.focus();
}

if (root && "leads" in root.dataset) leads();
else if (root) { const list = document.getElementById("chat-lines"); list.scrollTop = list.scrollHeight; }
addEventListener("pagehide", () => {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", token);
  navigator.sendBeacon(document.querySelector("[data-away]").dataset.away, body);
});
