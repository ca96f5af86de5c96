// Runs before the first paint, as a plain blocking script, so that a dark page never flashes white.
(function () {
  let chosen = null;
  try {
    chosen = localStorage.getItem("shangwu-theme");
  } catch {
    // Storage may be forbidden; then the system's preference decides.
  }
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    document.documentElement.dataset.bsTheme = chosen ?? (dark.matches ? "dark" : "light");
    document.dispatchEvent(new Event("themechange"));
  };
  apply();
  dark.addEventListener("change", apply);
  window.addEventListener("storage", (event) => {
    if (event.key === "shangwu-theme") {
      chosen = event.newValue;
      apply();
    }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-theme-toggle]");
    if (!button) return;
    chosen = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("shangwu-theme", chosen);
    } catch {
      // Lasts for this page only.
    }
    apply();
  });
})();
