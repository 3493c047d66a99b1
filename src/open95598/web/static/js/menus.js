// Menus are <details data-menu>: one open at a time, closed by a click elsewhere or Esc. Also: folding the side menu.
export function start() {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    if (event.target.closest("[data-fold]")) {
      const root = document.documentElement;
      const folded = root.dataset.nav !== "folded";
      root.dataset.nav = folded ? "folded" : "";
      try { localStorage.setItem("nav", folded ? "folded" : "open"); } catch { /* storage may be switched off */ }
    }
    const drawer = event.target.closest("[data-drawer]");
    const nav = document.getElementById("nav");
    if (drawer) {
      const open = nav.classList.toggle("is-open");
      drawer.setAttribute("aria-expanded", String(open));
    } else if (nav?.classList.contains("is-open") && !nav.contains(event.target)) {
      nav.classList.remove("is-open");
      document.querySelector("[data-drawer]")?.setAttribute("aria-expanded", "false");
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}
