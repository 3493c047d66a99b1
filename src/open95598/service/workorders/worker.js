// The crew's pages without a connection: shows what the page's own script has kept, and the files that it loads.
// Sent by views_crew.worker, with the list of files and their version; a new version takes the place of the old.
const FILES = "__FILES__";
const ASSETS = "crew-assets-__VERSION__", PAGES = "crew-pages";
const PATIENCE = 6000;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(ASSETS);
    // one that is missing here must not keep the others from being kept
    await Promise.allSettled(FILES.map((file) => cache.add(new Request(file, { cache: "reload" }))));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("crew-assets-") && name !== ASSETS) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, url));
  else if (FILES.includes(url.pathname)) event.respondWith(file(request, url));
});

/** A file whose name carries its digest never changes; any other is asked for as long as somebody answers. */
async function file(request, url) {
  const cache = await caches.open(ASSETS);
  const kept = await cache.match(url.pathname, { ignoreVary: true });
  if (kept && /\.[0-9a-f]{12}\.[a-z0-9]+$/.test(url.pathname)) return kept;
  try {
    const fresh = await fetch(request);
    if (fresh.ok) await cache.put(url.pathname, fresh.clone());
    return fresh;
  } catch (problem) {
    if (kept) return kept;
    throw problem;
  }
}

async function page(request, url) {
  const kept = await keptPage(url.pathname);
  try {
    return await Promise.race([fetch(request), ...(kept ? [late()] : [])]);
  } catch {
    return kept || nothing();
  }
}

const late = () => new Promise((_done, failed) => setTimeout(() => failed(new Error("late")), PATIENCE));

async function keptPage(path) {
  const pages = await caches.open(PAGES);
  const found = await pages.match(path);
  if (!found) return null;
  const at = Number(found.headers.get("X-Kept-At"));
  if (Date.now() - at > Number(found.headers.get("X-Keep-Hours")) * 3_600_000) {
    await pages.delete(path);
    return null;
  }
  const text = (await found.text()).replace("<html ", `<html data-kept="${new Date(at).toISOString()}" `);
  return new Response(text, { headers: found.headers });
}

/** What stands where nothing is kept: the list, if that is there, knows the words in the person's language. */
async function nothing() {
  const pages = await caches.open(PAGES);
  const list = await pages.match(new URL("./", location.href).pathname);
  const words = list && /<template id="crew-nothing">([^]*?)<\/template>/.exec(await list.text());
  const body = words ? words[1] : "<h1>没有网络连接 · No connection</h1>";
  const head = '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>open95598</title></head>';
  return new Response(`${head}<body>${body}</body></html>`, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'self'" } });
}
