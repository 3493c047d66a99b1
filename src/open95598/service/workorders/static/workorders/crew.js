// The crew's form: says what was photographed, and plainly when something was not sent. What was typed stays.
import { fill, words } from "../js/words.js";

const form = document.getElementById("crew-form");

function say(text) {
  const place = form.querySelector(".form-problem");
  place.textContent = text;
  place.hidden = false;
  place.scrollIntoView({ block: "center" });
}

if (form) {
  form.addEventListener("change", (event) => {
    if (event.target.type !== "file") return;
    const label = form.querySelector(".crew-photo");
    const name = label.querySelector("span");
    const file = event.target.files[0];
    name.textContent = file ? fill("{name} ({size} KB)", { name: file.name, size: Math.max(1, Math.round(file.size / 1024)) }) : name.dataset.empty;
    label.classList.toggle("is-taken", Boolean(file));
  });
  for (const kind of ["htmx:sendError", "htmx:timeout"]) form.addEventListener(kind, () => say(words.offline));
  form.addEventListener("htmx:responseError", (event) => {
    if ([404, 409, 412].includes(event.detail.xhr.status)) document.getElementById("crew-again").hidden = false;
    form.querySelector(".form-problem")?.scrollIntoView({ block: "center" });
  });
}
