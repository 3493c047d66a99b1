// Shows what the house tells this browser of outages, also while no page is open; one press ends it. It keeps nothing.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  let told = null;
  try { told = event.data.json(); } catch { /* nothing that can be read: a browser wants something shown all the same */ }
  if (!told || !told.title) told = { title: "95598", body: "停电通知 / Outage notice", tag: "outage", url: "/portal/outages/" };
  const { title, body, tag, lang, at, url, out, stop, stopped } = told;
  event.waitUntil(self.registration.showNotification(title, {
    body, tag, lang, timestamp: at, renotify: true, data: { title, tag, lang, url, out, stopped },
    actions: out ? [{ action: "out", title: stop }] : [],
  }));
});

self.addEventListener("notificationclick", (event) => {
  const { action, notification } = event;
  notification.close();
  event.waitUntil(action === "out" ? end(notification.data) : show(notification.data.url));
});

async function end({ title, tag, lang, url, out, stopped }) {
  const answer = await fetch(out, {
    method: "POST", credentials: "omit", body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }),
  }).catch(() => null);
  if (!answer || !answer.ok) return show(out.replace(/one-click\/$/, "")); // the page that ends it says what is wrong
  return self.registration.showNotification(title, { body: stopped, tag, lang, silent: true, data: { url } });
}

async function show(url) {
  const there = new URL(url, self.location.origin).href;
  for (const open of await self.clients.matchAll({ type: "window" })) {
    if (open.url === there) return open.focus();
  }
  return self.clients.openWindow(there);
}

// the push service gave this browser another address: the house writes there from now on
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(moved(event)));

async function moved({ oldSubscription, newSubscription }) {
  if (!oldSubscription) return;
  const fresh = newSubscription || await self.registration.pushManager.subscribe(oldSubscription.options);
  const { endpoint, keys } = fresh.toJSON();
  const body = new URLSearchParams({ old: oldSubscription.endpoint, endpoint, p256dh: keys.p256dh, auth: keys.auth });
  await fetch("push/moved/", { method: "POST", credentials: "omit", body });
}
