// The colour switch: the system's colours until the reader chooses others, and the choice is kept.
// Loaded before the page is painted, so that chosen colours never flash. Without it everything else works.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen = "";
  try {
    chosen = localStorage.getItem("colours") || "";
  } catch {
    // Storage is forbidden: the choice lasts as long as the page.
  }
  const isDark = () => (chosen || (system.matches ? "dark" : "light")) === "dark";
  const show = () => {
    if (chosen === "dark" || chosen === "light") root.dataset.colours = chosen;
    else delete root.dataset.colours;
    for (const button of document.querySelectorAll(".colours")) {
      button.hidden = false;
      button.setAttribute("aria-pressed", String(isDark()));
    }
  };
  // A table that scrolls inside itself can be scrolled by keyboard in every browser.
  const reach = () => {
    for (const table of document.querySelectorAll(".prose table")) {
      if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
    }
  };
  show();
  // The topic index: what is typed narrows it, whatever the accents.
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const filter = () => {
    const field = document.getElementById("filter");
    if (!field) return;
    const sections = [...document.querySelectorAll(".index section")].map((section) => ({
      section,
      topics: [...section.querySelectorAll("li")].map((li) => ({ li, name: fold(li.textContent) })),
    }));
    const none = document.querySelector(".found");
    field.parentElement.hidden = false;
    field.addEventListener("input", () => {
      const wanted = fold(field.value.trim());
      for (const { section, topics } of sections) {
        for (const { li, name } of topics) li.hidden = !name.includes(wanted);
        section.hidden = topics.every(({ li }) => li.hidden);
      }
      none.hidden = sections.some(({ section }) => !section.hidden);
    });
  };
  document.addEventListener("DOMContentLoaded", () => {
    show();
    filter();
  });
  addEventListener("load", reach);
  addEventListener("resize", reach);
  system.addEventListener("change", show);
  addEventListener("storage", (event) => {
    if (event.key !== "colours") return;
    chosen = event.newValue || "";
    show();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".colours")) return;
    const wanted = isDark() ? "light" : "dark";
    // A choice that agrees with the system is none: follow the system again.
    chosen = (wanted === "dark") === system.matches ? "" : wanted;
    show();
    try {
      localStorage.setItem("colours", chosen);
    } catch {
      // As above.
    }
  });
})();
