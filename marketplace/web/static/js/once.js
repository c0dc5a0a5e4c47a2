"use strict";

// A form that posts is sent once: a second press while the first is under way does nothing. Going back after that, the
// form is as the server has it, not as it was sent, so that nobody sends the same thing again unaware (readKept: keep.js).

const ALLOW_AGAIN_MS = 15000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "true";
  setTimeout(() => delete form.dataset.sent, ALLOW_AGAIN_MS);
});

addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("form[data-sent]")) {
    location.reload();
    return;
  }
  if (performance.getEntriesByType("navigation")[0]?.type !== "back_forward") return;
  for (const form of document.querySelectorAll('form[method="post"]')) {
    if (!form.dataset.keep || readKept(form.dataset.keep) === null) form.reset();
  }
});
