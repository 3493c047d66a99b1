// Runs before the first paint (a classic script in the head): theme and folded menu without a flash.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    const chosen = root.dataset.theme || "auto";
    root.dataset.bsTheme = chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen;
  };
  paint();
  dark.addEventListener("change", paint);
  try {
    if (localStorage.getItem("nav") === "folded") root.dataset.nav = "folded";
  } catch { /* storage may be switched off */ }
})();
