"use strict";

// Share a page: copy its address, or hand it to the system where it can take it. Without a script the address stands there to be copied.

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = !navigator.clipboard;
  });
  document.querySelectorAll("[data-share]").forEach((button) => {
    button.hidden = !navigator.share;
  });
});

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    await navigator.clipboard.writeText(copy.dataset.copy);
    copy.textContent = copy.dataset.done;
    return;
  }
  const share = event.target.closest("[data-share]");
  if (share) {
    // Whoever closes the system's dialogue changes nothing.
    navigator.share({ title: document.title, url: share.dataset.share }).catch(() => {});
  }
});
