"use strict";

// A file that is too large is named at once, before it travels: the server would say the same, minutes later.

for (const field of document.querySelectorAll("[data-upload]")) {
  const input = field.querySelector('input[type="file"]');
  const fault = field.querySelector("[data-upload-fault]");
  const most = Number(field.dataset.most);

  const isTooLarge = () => [...input.files].some((file) => file.size > most);

  const show = () => {
    const wrong = isTooLarge();
    field.classList.toggle("has-fault", wrong);
    fault.parentElement.hidden = !wrong;
    fault.textContent = wrong ? field.dataset.tooLarge : "";
    input.setAttribute("aria-describedby", wrong ? "file-help file-fault" : "file-help");
    if (wrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };

  input.addEventListener("change", show);
  input.form.addEventListener("submit", (event) => {
    if (!isTooLarge()) return;
    event.preventDefault();
    show();
    input.focus();
  });
}
