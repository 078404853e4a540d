// How many: large buttons beside each number, and what it costs together. Without script the number is typed.
"use strict";

const euro = new Intl.NumberFormat(document.documentElement.lang === "nl" ? "nl-NL" : "en-GB", {
  style: "currency", currency: "EUR", trailingZeroDisplay: "stripIfInteger",
});
const inputs = [...document.querySelectorAll("input.count-input")];

function addUp() {
  const output = document.querySelector("[data-sum]");
  if (!output) return;
  const cents = inputs.reduce((sum, input) => sum + (Number(input.value) || 0) * (Number(input.dataset.cents) || 0), 0);
  output.textContent = euro.format(cents / 100);
  output.closest(".sum").hidden = false;
}

for (const input of inputs) {
  for (const button of input.parentElement.querySelectorAll("button[data-step]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const least = Number(input.dataset.least) || 1;
      const now = Number(input.value) || 0;
      let next = now + Number(button.dataset.step);
      if (next > 0 && next < least) next = now < next ? least : 0; // from none to the least there is, and back
      input.value = Math.max(0, next);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  input.addEventListener("input", addUp);
}
addUp();
