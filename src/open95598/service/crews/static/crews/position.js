// Tells where the phone is, when its button is pressed: once, and never by itself.
function tell(form) {
  const words = form.querySelector("[data-position-told]");
  const button = form.querySelector("button");
  const say = (text) => { words.textContent = text; };
  if (!window.isSecureContext || !navigator.geolocation) return say(form.dataset.insecure);
  button.disabled = true;
  say(form.dataset.asking);
  const failed = () => { button.disabled = false; say(form.dataset.denied); };
  navigator.geolocation.getCurrentPosition(async ({ coords }) => {
    form.elements.x.value = coords.longitude;
    form.elements.y.value = coords.latitude;
    form.elements.accuracy.value = Math.round(coords.accuracy);
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      const told = await answer.json();
      say(told.told ?? told.detail);
    } catch {
      say(form.dataset.denied);
    }
    button.disabled = false;
  }, failed, { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 });
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-position]");
  if (!form) return;
  event.preventDefault();
  tell(form);
});
