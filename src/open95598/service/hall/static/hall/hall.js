// Keeps a draft on the server while it is typed, and shows what is asked for. The browser stores nothing.
for (const form of document.querySelectorAll("form[data-keep]")) {
  const said = form.querySelector(".saved"), version = form.querySelector("[name=version]");
  let timer = 0, busy = false, again = false, stopped = false;
  const value = (name) => form.querySelector(`[name="${name}"]:checked`)?.value ?? [...form.querySelectorAll(`[name="${name}"]`)].find((one) => !["radio", "checkbox"].includes(one.type))?.value ?? "";
  const show = () => { for (const part of form.querySelectorAll("[data-asked]")) part.hidden = !part.dataset.values.split(" ").includes(value(part.dataset.asked)); };
  const keep = async () => {
    if (busy) { again = true; return; }
    if (stopped || form.dataset.sent) return;
    busy = true;
    const typed = new FormData(form);
    for (const [name, one] of [...typed]) if (one instanceof File) typed.delete(name);
    try {
      const answer = await fetch(form.dataset.keep, { method: "POST", body: typed, headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (answer.ok) { version.value = told.version; said.textContent = `${form.dataset.kept} ${new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" })}`; }
      else { stopped = true; said.textContent = told.problem; }
    } catch { said.textContent = form.dataset.lost; timer = setTimeout(keep, 5000); }
    busy = false;
    if (again) { again = false; keep(); }
  };
  form.addEventListener("input", (event) => { show(); if (event.target.type !== "file") { clearTimeout(timer); timer = setTimeout(keep, 1500); } });
  form.addEventListener("submit", () => clearTimeout(timer));
  show();
}
