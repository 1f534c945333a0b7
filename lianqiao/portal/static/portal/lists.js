// Lists by keyboard, and boxes that choose rows; every list works without it, by Tab and Enter.
(() => {
  "use strict";
  const OFF = "list-keys-off";
  const rowsOf = (list) => [...list.querySelectorAll("tbody tr")];
  const linkOf = (row) => row.querySelector("th a, td a");
  const list = () => document.querySelector("[data-list]");
  const help = () => document.getElementById("list-keys");
  const off = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };

  function here(rows) {
    return rows.findIndex((row) => row.contains(document.activeElement));
  }

  function go(step) {
    const shown = list() && rowsOf(list()).filter(linkOf);
    if (!shown || !shown.length) return;
    const now = here(shown);
    const next = now < 0 ? (step > 0 ? 0 : shown.length - 1) : Math.min(shown.length - 1, Math.max(0, now + step));
    linkOf(shown[next]).focus();
    shown[next].scrollIntoView({ block: "nearest" });
  }

  function choose() {
    const shown = list() ? rowsOf(list()) : [];
    const box = shown[here(shown)]?.querySelector('input[name="row"]');
    if (box) box.click();
  }

  const keys = {
    j: () => go(1),
    ArrowDown: () => go(1),
    k: () => go(-1),
    ArrowUp: () => go(-1),
    x: choose,
    n: () => list()?.querySelector('a[rel="next"]')?.click(),
    p: () => list()?.querySelector('a[rel="prev"]')?.click(),
    "/": () => list()?.querySelector("[data-list-search]")?.focus(),
    "?": () => help()?.showModal?.(),
  };

  document.addEventListener("keydown", (event) => {
    const at = event.target;
    const typing = at.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (event.key === "Escape" && at.matches("[data-list-search]")) return at.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing) return;
    // arrows scroll a page: they walk the rows only from a row
    if (event.key.startsWith("Arrow") && !at.closest?.("[data-list] tbody")) return;
    const known = Object.hasOwn(keys, event.key) && list();
    if (!known || help()?.open || (off() && event.key !== "?")) return;
    event.preventDefault();
    keys[event.key]();
  });

  // how many rows are chosen, and one box for all of them
  function counted(root) {
    for (const form of root.querySelectorAll("form.bulk")) {
      const boxes = [...document.querySelectorAll(`input[name="row"][form="${form.id}"]`)];
      const chosen = boxes.filter((box) => box.checked).length;
      const words = form.querySelector(".bulk-count");
      words.textContent = chosen === 0 ? "" : chosen === 1 ? words.dataset.one : words.dataset.many.replace("{n}", chosen);
      form.classList.toggle("has-chosen", chosen > 0);
      const head = form.parentElement.querySelector("th.pick");
      let all = head.querySelector("input");
      if (!all) {
        all = document.createElement("input");
        all.type = "checkbox";
        all.setAttribute("aria-label", form.dataset.all);
        all.addEventListener("change", () => {
          for (const box of document.querySelectorAll(`input[name="row"][form="${form.id}"]`)) box.checked = all.checked;
          counted(document);
        });
        head.append(all);
      }
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
  }
  document.addEventListener("change", (event) => {
    if (event.target.matches('input[name="row"]')) counted(document);
  });
  document.addEventListener("htmx:afterSettle", () => counted(document));
  counted(document);

  const dialog = help();
  if (dialog) {
    const box = dialog.querySelector("input");
    box.checked = !off();
    box.addEventListener("change", () => {
      try { if (box.checked) localStorage.removeItem(OFF); else localStorage.setItem(OFF, "1"); } catch { /* not kept then */ }
    });
    for (const button of document.querySelectorAll("[data-list-help]")) {
      button.hidden = false;
      button.addEventListener("click", () => dialog.showModal());
    }
  }
})();
