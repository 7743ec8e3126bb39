"use strict";
(() => {
  const button = document.getElementById("copy");
  const said = document.getElementById("copied");
  const text = document.getElementById("to-copy");
  if (!button) return;
  button.hidden = false;

  // Browsers offer the clipboard to secure pages only, and to some a file on disk is not secure.
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text.value);
      return true;
    } catch {
      text.hidden = false;
      text.select();
      return document.execCommand("copy");
    }
  };

  button.addEventListener("click", async () => {
    const done = await copy();
    text.hidden = done;
    if (!done) text.select();
    said.textContent = done ? button.dataset.done : button.dataset.failed;
    if (done) button.focus();
  });
})();
