// What a phone keeps for times without a connection: acts that wait to be sent (IndexedDB), and pages as they were
// last loaded (Cache). The least that is needed, and not for long: docs/decisions/field.md.
const NAME = "crew", STORE = "acts", PAGES = "crew-pages";
const HOUR = 3_600_000;

function asked(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

function opened() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
  return asked(request);
}

async function within(mode, work) {
  const db = await opened();
  try {
    const transaction = db.transaction(STORE, mode);
    const over = new Promise((done, failed) => {
      transaction.oncomplete = done;
      transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
    const result = await work(transaction.objectStore(STORE));
    await over;
    return result;
  } finally {
    db.close();
  }
}

/** Everything that is kept, of whomever, in the order in which it was done. */
export async function everything() {
  const rows = await within("readonly", (store) => asked(store.getAll()));
  return rows.sort((a, b) => a.seq - b.seq);
}

export const put = (act) => within("readwrite", (store) => asked(store.put(act)));
export const drop = (key) => within("readwrite", (store) => asked(store.delete(key)));

/** What waited longer than so many hours is taken away; that it was there, and of which order, stays to be read. */
export async function lapse(hours) {
  for (const act of await everything()) {
    if (act.state === "lapsed" || Date.now() - Date.parse(act.at) < hours * HOUR) continue;
    const { key, seq, person, number, action, label, at } = act;
    await put({ key, seq, person, number, action, label, at, state: "lapsed", given: [], photo: null });
  }
  if (!("caches" in globalThis)) return;
  const pages = await caches.open(PAGES);
  for (const request of await pages.keys()) {
    const page = await pages.match(request);
    if (page && Date.now() - Number(page.headers.get("X-Kept-At")) > hours * HOUR) await pages.delete(request);
  }
}

/** Fetch a page as it may be kept (``?kept``: masked, no messages) and keep it under its address. */
export async function keepPage(path) {
  if (!("caches" in globalThis)) return false;
  const answer = await fetch(`${path}?kept`, { redirect: "manual", headers: { Accept: "text/html" } });
  const pages = await caches.open(PAGES);
  if (!answer.ok || !answer.headers.get("X-May-Keep")) {
    await pages.delete(path);
    return false;
  }
  const headers = { "Content-Type": "text/html; charset=utf-8", "X-Kept-At": String(Date.now()) };
  headers["X-Keep-Hours"] = answer.headers.get("X-May-Keep");
  const policy = answer.headers.get("Content-Security-Policy");
  if (policy) headers["Content-Security-Policy"] = policy;
  await pages.put(path, new Response(await answer.text(), { headers }));
  return true;
}

/** Keep the pages at these addresses and no others. */
export async function onlyPages(paths) {
  if (!("caches" in globalThis)) return;
  const pages = await caches.open(PAGES);
  for (const request of await pages.keys()) {
    if (!paths.includes(new URL(request.url).pathname)) await pages.delete(request);
  }
}

export async function dropPage(path) {
  if ("caches" in globalThis) await (await caches.open(PAGES)).delete(path);
}

export async function dropPages() {
  if ("caches" in globalThis) await caches.delete(PAGES);
}

/** Forget what is kept: the pages, and what this person did. Acts of colleagues stay for them. */
async function forget(person) {
  await dropPages();
  for (const act of await everything()) if (act.person === person) await drop(act.key);
}

/** Signing out wipes; whoever has acts waiting is asked first, for they would be lost. */
export function start() {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest?.("form[data-forget]");
    if (!form || form.dataset.forgotten) return;
    event.preventDefault();
    try {
      const known = indexedDB.databases ? await indexedDB.databases() : [{ name: NAME }];
      if (known.some((db) => db.name === NAME)) {
        const mine = (await everything()).filter((act) => act.person === form.dataset.forget && act.state !== "lapsed");
        if (mine.length && !confirm(form.dataset.forgetAsk.replace("{count}", mine.length))) return;
        await forget(form.dataset.forget);
      } else await dropPages();
    } catch { /* storage may be switched off: then nothing is kept */ }
    form.dataset.forgotten = "1";
    form.requestSubmit();
  });
}
