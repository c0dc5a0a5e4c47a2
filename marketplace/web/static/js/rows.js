"use strict";

// Repeating rows (data-rows): add and remove without asking the server. The buttons submit where this does not run.
// The template's ids and names carry __n__; a new row takes the number after the highest one.

function rowPrefix(editor) {
  return editor.querySelector("template").content.querySelector('[name*="__n__"]').name.split("__n__")[0];
}

function nextNumber(editor) {
  const prefix = rowPrefix(editor);
  const numbers = [...editor.querySelectorAll("[data-row] [name]")]
    .filter((control) => control.name.startsWith(prefix))
    .map((control) => parseInt(control.name.slice(prefix.length), 10));
  return Math.max(-1, ...numbers) + 1;
}

function addRow(editor) {
  const blank = editor.querySelector("template").innerHTML.replaceAll("__n__", String(nextNumber(editor)));
  const list = editor.querySelector("[data-rows-list]");
  list.insertAdjacentHTML("beforeend", blank);
  countRows(editor);
  return list.lastElementChild;
}

function removeRow(editor, row) {
  const near = row.nextElementSibling || row.previousElementSibling;
  row.remove();
  countRows(editor);
  (near ? firstControl(near) : editor.querySelector("[data-row-add]")).focus();
  editor.dispatchEvent(new Event("input", { bubbles: true }));
}

// Rows are named by their place: "item 3".
function countRows(editor) {
  editor.querySelectorAll("[data-row]").forEach((row, place) => {
    row.setAttribute("aria-label", row.getAttribute("aria-label").replace(/\d+/, String(place + 1)));
  });
}

function firstControl(row) {
  return row.querySelector("input, select, textarea, button");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-row-add], [data-row-remove]");
  const editor = button && button.closest("[data-rows]");
  if (!editor) return;
  event.preventDefault();
  if (button.hasAttribute("data-row-add")) firstControl(addRow(editor)).focus();
  else removeRow(editor, button.closest("[data-row]"));
});
