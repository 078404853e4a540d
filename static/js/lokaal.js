// Makes pages quicker to use; every page works without it.
"use strict";

// After a mistake: bring the summary of what is wrong in view, and read it out.
document.querySelector("[data-focus]")?.focus();

// Pressing twice sends once. The guard lets go by itself, so a retry after a failed connection always works.
const PATIENCE = 4000; // milliseconds
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("data-again")) return;
  const now = Date.now();
  if (event.submitter === form.lastSubmitter && now - (form.lastSent ?? 0) < PATIENCE) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.lastSent = now;
  form.lastSubmitter = event.submitter;
}, true);
// Back from the next page: the form may be sent again at once.
addEventListener("pageshow", () => {
  for (const form of document.forms) form.lastSent = 0;
});

// Without internet: say so, and say when it is back by taking the sentence away.
const offline = document.getElementById("offline");
const tell = () => { if (offline) offline.hidden = navigator.onLine; };
addEventListener("online", tell);
addEventListener("offline", tell);
tell();

document.addEventListener("click", (event) => {
  // Leave quickly: the page that was left does not come back with the back button.
  const exit = event.target.closest("a[data-exit]");
  if (exit) {
    event.preventDefault();
    location.replace(exit.href);
  }
  if (event.target.closest("[data-print]")) print();
});
for (const button of document.querySelectorAll("[data-print][hidden]")) button.hidden = false;
