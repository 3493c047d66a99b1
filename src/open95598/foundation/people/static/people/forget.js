// Nobody is signed in here: pages that the phone kept of whoever was before are forgotten. What they did and could not
// send yet stays for them (docs/decisions/field.md).
if ("caches" in globalThis) {
  for (const name of await caches.keys()) if (name.endsWith("-pages")) await caches.delete(name);
}
