"use strict";

// The indicator library (data-library): fills a row without asking the server, and shows the chosen direction first.
// The button submits where this does not run.

function isBlankRow(row) {
  return [...row.querySelectorAll("input:not([type=checkbox]), textarea")].every((control) => !control.value.trim());
}

function fillRow(row, facts) {
  Object.entries(facts).forEach(([name, value]) => {
    const control = row.querySelector(`[name$="-${name}"]`);
    if (control) control.value = value;
  });
}

// The group of the chosen direction goes to the top; its options carry the direction's code before the colon.
function chosenFirst(select, direction) {
  const group = [...select.querySelectorAll("optgroup")]
    .find((one) => one.querySelector("option").value.split(":")[0] === direction);
  if (!group) return;
  select.prepend(group);
  select.value = group.querySelector("option").value;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-library-add]");
  if (!button) return;
  event.preventDefault();
  const part = button.closest("[data-library]");
  const editor = document.querySelector(part.dataset.library);
  const facts = part.querySelector("select").selectedOptions[0].dataset;
  const row = [...editor.querySelectorAll("[data-row]")].find(isBlankRow) || addRow(editor);
  fillRow(row, facts);
  editor.dispatchEvent(new Event("input", { bubbles: true }));
  row.querySelector(facts.comparator === "reached" ? '[name$="-test_method"]' : '[name$="-target"]').focus();
});

document.addEventListener("change", (event) => {
  if (event.target.id !== "direction") return;
  const select = document.querySelector("[data-library] select");
  if (select) chosenFirst(select, event.target.value);
});
