// "Tell me in this browser": asks for leave, lets the push service give an address, and sends it with the form.
const form = document.getElementById("push"), button = form.querySelector("button[type=submit]");

/** Show what is wrong, in the words of the page, and the other ways. */
function trouble(name) {
  for (const note of document.querySelectorAll("[data-trouble]")) note.hidden = note.dataset.trouble !== name;
  if (name !== "failed") form.hidden = true;
  const shown = document.querySelector(`[data-trouble=${name}]`);
  shown.tabIndex = -1;
  shown.focus();
}

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

/** Return this browser's address at its push service; one that was made for another key is given up first. */
async function address() {
  const { worker, scope, key } = form.dataset;
  await navigator.serviceWorker.register(worker, { scope });
  const { pushManager } = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: bytes(key) };
  try {
    return await pushManager.subscribe(options);
  } catch (problem) {
    const old = await pushManager.getSubscription();
    if (!old) throw problem;
    await old.unsubscribe();
    return pushManager.subscribe(options);
  }
}

async function ask(event) {
  event.preventDefault();
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  try {
    if ((await Notification.requestPermission()) !== "granted") { trouble("denied"); return; }
    const { endpoint, keys } = (await address()).toJSON();
    form.elements.endpoint.value = endpoint;
    form.elements.p256dh.value = keys.p256dh;
    form.elements.auth.value = keys.auth;
    form.submit();
  } catch {
    trouble("failed");
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) trouble("none");
else if (Notification.permission === "denied") trouble("denied");
else form.addEventListener("submit", ask);
