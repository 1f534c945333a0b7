// A fault leads to its line in the text; Tab stays the browser's own, so the keyboard is never caught.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-line]");
  const area = document.querySelector("textarea[data-lines]");
  if (!link || !area) return;
  event.preventDefault();
  const number = Number(link.dataset.line);
  const lines = area.value.split("\n");
  const begin = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
  area.focus();
  area.setSelectionRange(begin, begin + (lines[number - 1] || "").length);
  area.scrollTop = area.scrollHeight * (number - 6) / lines.length;
});
