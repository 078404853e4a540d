// The agenda follows what is ticked. Without script, or when this fails, the button does the same.
"use strict";

const form = document.querySelector(".filters form");
const told = document.getElementById("told");
const PARTS = [".langs", ".search", ".pager", ".week", ".acts-box"]; // what depends on the choices
let latest = 0;

const renew = (page) => {
  const typed = document.querySelector(".search [type=search]")?.value;
  for (const part of PARTS) {
    const fresh = page.querySelectorAll(part);
    document.querySelectorAll(part).forEach((old, n) => fresh[n] && old.replaceWith(fresh[n]));
  }
  const search = document.querySelector(".search [type=search]");
  if (search) search.value = typed; // what somebody was typing stays
  if (told) told.textContent = document.querySelector(".acts-box")?.dataset.told ?? "";
};

form?.addEventListener("change", async () => {
  const asked = ++latest;
  const address = `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`;
  try {
    const answer = await fetch(address);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (asked !== latest) return; // something else was ticked meanwhile
    renew(page);
    history.replaceState(null, "", address);
  } catch {
    // No internet: the button stays.
  }
});
