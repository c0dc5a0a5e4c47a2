"use strict";

// Small comforts: the person's menu closes on Escape or a press elsewhere, and
// lists of filters stand open on wide pages in browsers whose style sheets cannot do that.

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

function openWideDetails() {
  if (CSS.supports("selector(::details-content)") || !matchMedia("(min-width: 57rem)").matches) return;
  for (const details of document.querySelectorAll("details[data-open-wide]")) details.open = true;
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));

document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("details.menu[open]");
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

openWideDetails();
