// Small conveniences; every page works without them.
(() => {
  "use strict";
  const root = document.documentElement;

  // a menu closes when one looks elsewhere
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // a second click does not send a form twice; the server holds this too
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
    setTimeout(() => { delete form.dataset.sent; form.removeAttribute("aria-busy"); }, 8000);
  });
  // coming back with the browser's button shows a form that can be sent again
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // a search box was already sent while typing: leaving it must not send it again over what was clicked
  document.addEventListener("change", (event) => {
    if (event.target.type === "search") event.stopImmediatePropagation();
  }, true);

  // light, dark, or as the system has it
  const order = ["", "light", "dark"];
  for (const button of document.querySelectorAll("[data-theme-switch]")) {
    const show = () => {
      const now = root.dataset.theme || "";
      button.textContent = button.dataset[now || "system"];
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      const next = order[(order.indexOf(root.dataset.theme || "") + 1) % order.length];
      if (next) root.dataset.theme = next; else delete root.dataset.theme;
      document.cookie = `theme=${next};path=/;max-age=${next ? 31536000 : 0};samesite=lax`;
      show();
    });
    show();
  }
})();
