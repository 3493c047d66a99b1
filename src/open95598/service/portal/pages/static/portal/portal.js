// What is more comfortable with a script; nothing here is needed. It stores nothing.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
  });
}
addEventListener("pageshow", () => { // back from the next page: the form may be sent again
  for (const form of document.querySelectorAll("form[data-once]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
});
for (const area of document.querySelectorAll("textarea[data-most]")) {
  const most = Number(area.dataset.most), left = document.createElement("p");
  left.className = "left";
  left.setAttribute("aria-hidden", "true");
  const tell = () => { left.textContent = area.value.length > most * 0.8 ? `${area.value.length} / ${most}` : ""; };
  area.after(left);
  area.addEventListener("input", tell);
  tell();
}
document.getElementById("problems")?.focus();
