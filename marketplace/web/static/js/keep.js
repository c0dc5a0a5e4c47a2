"use strict";

// What was typed into a form marked data-keep="KEY" stays in this browser until a page marked data-keep-done="KEY"
// says the server has it. Coming back, the reader is offered it; nothing is filled in unasked.
// Passwords, hidden fields and files are never kept; signing out (data-keep-clear) forgets everything.

const KEEP_PREFIX = "keep:";
const KEEP_DAYS = 14;
const NEVER_KEPT = new Set(["password", "hidden", "file", "submit", "button"]);

function keptControls(form) {
  return [...form.elements].filter((one) => one.name && one.matches("input, select, textarea") && !NEVER_KEPT.has(one.type));
}

function valueOf(control) {
  if (control.type === "checkbox" || control.type === "radio") return control.checked ? [control.value] : [];
  if (control.multiple) return [...control.selectedOptions].map((option) => option.value);
  return [control.value];
}

function typedIn(form) {
  const typed = {};
  for (const control of keptControls(form)) typed[control.name] = (typed[control.name] || []).concat(valueOf(control));
  return typed;
}

function readKept(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(KEEP_PREFIX + key));
    return kept && Date.now() - kept.at < KEEP_DAYS * 86400000 ? kept.typed : null;
  } catch {
    return null;
  }
}

function writeKept(key, typed) {
  try {
    localStorage.setItem(KEEP_PREFIX + key, JSON.stringify({ at: Date.now(), typed }));
  } catch {
    // A full or forbidden store only means that nothing is kept.
  }
}

function forget(key) {
  try {
    localStorage.removeItem(KEEP_PREFIX + key);
  } catch {
    // Nothing was kept.
  }
}

function forgetAll() {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(KEEP_PREFIX)) localStorage.removeItem(name);
  } catch {
    // Nothing was kept.
  }
}

// Rows that were added by hand are made again before they are filled (rows.js runs before this file).
function makeRoom(form, typed) {
  for (const editor of form.querySelectorAll("[data-rows]")) {
    const prefix = rowPrefix(editor);
    const isMissing = () => Object.keys(typed).some((name) => name.startsWith(prefix) && !form.elements.namedItem(name));
    for (let tries = 0; tries < 50 && isMissing(); tries += 1) addRow(editor);
  }
}

function fill(form, typed) {
  makeRoom(form, typed);
  for (const control of keptControls(form)) {
    const values = typed[control.name];
    if (!values) continue;
    if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
    else if (control.multiple) for (const option of control.options) option.selected = values.includes(option.value);
    else control.value = values[0] ?? "";
  }
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn small";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function offer(form, typed) {
  const notice = document.createElement("div");
  notice.className = "notice notice-warn";
  notice.setAttribute("role", "status");
  const words = document.createElement("p");
  words.textContent = form.dataset.keepOffer;
  const finish = () => {
    notice.remove();
    keptControls(form)[0]?.focus();
  };
  const restore = button(form.dataset.keepRestore, () => {
    fill(form, typed);
    finish();
  });
  const drop = button(form.dataset.keepDrop, () => {
    forget(form.dataset.keep);
    finish();
  });
  notice.append(words, restore, drop);
  form.before(notice);
}

function watch(form) {
  const key = form.dataset.keep;
  const typed = readKept(key);
  if (typed && JSON.stringify(typed) !== JSON.stringify(typedIn(form))) offer(form, typed);
  let waiting = 0;
  const save = () => writeKept(key, typedIn(form));
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 400);
  });
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    save();
  });
}

for (const done of document.querySelectorAll("[data-keep-done]")) forget(done.dataset.keepDone);
for (const form of document.querySelectorAll("form[data-keep]")) watch(form);
for (const form of document.querySelectorAll("form[data-keep-clear]")) form.addEventListener("submit", forgetAll);
