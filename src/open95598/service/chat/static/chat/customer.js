// The customer's side of a conversation. The stream of events says only that there is something to fetch.
import { Conversation, composer } from "./conversation.js";

const root = document.getElementById("chat");
const text = document.getElementById("chat-text"), problem = document.getElementById("chat-problem");
let stream = null, said = 0;

const streams = () => stream?.readyState === EventSource.OPEN;
const talk = new Conversation(root, {
  streams,
  refused: ({ detail }, item) => {
    if (item.fields.text && !text.value) text.value = item.fields.text; // what was typed comes back
    problem.textContent = detail;
    problem.hidden = false;
  },
  changed: (told) => {
    document.getElementById("chat-leave").hidden = !told.leave && !document.querySelector("#chat-leave .wrong");
    if (told.live) return;
    document.getElementById("chat-compose").hidden = true;
    const foot = document.getElementById("chat-foot");
    if (!foot.firstElementChild) foot.innerHTML = told.foot;
  },
});

function listen() {
  stream = new EventSource(root.dataset.events);
  for (const kind of ["guest", "reset", "open"]) stream.addEventListener(kind, () => talk.look());
  stream.addEventListener("error", () => { // the browser tries again by itself unless it was refused
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 30000);
  });
}

composer(document.getElementById("chat-say"), text, (value) => {
  problem.hidden = true;
  talk.send(document.getElementById("chat-say").action, { text: value }, value);
});
text.addEventListener("input", () => {
  problem.hidden = true;
  if (Date.now() - said < 4000) return;
  said = Date.now();
  talk.wrote = true;
  talk.look();
});
const upload = document.getElementById("chat-upload"), file = document.getElementById("chat-file");
file.classList.add("is-live");
file.addEventListener("submit", (event) => event.preventDefault());
upload.addEventListener("change", () => {
  const [chosen] = upload.files;
  if (chosen) talk.send(file.action, { file: chosen }, chosen.name);
  upload.value = "";
});
listen();
if (matchMedia("(min-width: 700px)").matches) text.focus();
