// The planner with a pointer: drag over a free stretch, or drag what stands there to another time or room. Both end at
// the page that the links lead to, filled in; nothing changes before somebody presses its button.
"use strict";

const plan = document.querySelector("[data-plan]");
const QUARTERS = Number([...(plan?.classList ?? [])].find((name) => /^q\d+$/.test(name))?.slice(1) ?? 60);
const FIRST = Number(plan?.dataset.first ?? 32); // quarters from midnight at which the axis begins
const SLACK = 6; // pixels that a finger or mouse may move and still mean a press
const rtl = document.documentElement.dir === "rtl";
let drag = null;

const numberOf = (element, letter) => Number(
  [...element.classList].find((name) => new RegExp(`^${letter}\\d+$`).test(name))?.slice(1) ?? 1,
);
const clock = (quarter) => {
  const hours = Math.floor(quarter / 4) % 24;
  return `${String(hours).padStart(2, "0")}:${String((quarter % 4) * 15).padStart(2, "0")}`;
};
// The column (0 is the first quarter of the axis) under a pointer.
const columnAt = (slots, x) => {
  const box = slots.getBoundingClientRect();
  const along = rtl ? box.right - x : x - box.left;
  return Math.max(0, Math.min(QUARTERS - 1, Math.floor((along / box.width) * QUARTERS)));
};
const rowAt = (x, y) => document.elementsFromPoint(x, y).find((found) => found.matches?.(".room"))
  ?? document.elementFromPoint(x, y)?.closest(".room");

const show = (slots, start, length, words) => {
  drag.drop ??= Object.assign(document.createElement("li"), { className: "drop" });
  drag.drop.style.gridColumn = `${start + 1} / span ${length}`;
  drag.drop.textContent = words;
  if (drag.drop.parentNode !== slots) slots.append(drag.drop);
};

plan?.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || event.pointerType === "touch") return; // a finger scrolls; a press follows the link
  const row = event.target.closest(".room");
  const gap = event.target.closest(".gap");
  const slot = event.target.closest("[data-moves]");
  if (!row || (!gap && !slot)) return;
  const slots = row.querySelector(".slots");
  const item = slot?.closest(".it");
  const column = columnAt(slots, event.clientX);
  drag = {
    row, slots, slot, item, begun: false, x: event.clientX, y: event.clientY, column,
    from: gap ? numberOf(gap, "s") - 1 : 0,
    until: gap ? numberOf(gap, "s") - 1 + numberOf(gap, "d") : QUARTERS,
    grip: item ? column - (numberOf(item, "s") - 1) : 0,
    length: item ? numberOf(item, "d") : 0,
  };
});

addEventListener("pointermove", (event) => {
  if (!drag) return;
  if (!drag.begun) {
    if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < SLACK) return;
    drag.begun = true;
    document.body.classList.add("dragging");
    drag.item?.classList.add("drag-source");
  }
  event.preventDefault();
  if (drag.slot) {
    const row = rowAt(event.clientX, event.clientY) ?? drag.row;
    const slots = row.querySelector(".slots");
    const start = Math.max(0, Math.min(QUARTERS - drag.length, columnAt(slots, event.clientX) - drag.grip));
    Object.assign(drag, { row, start });
    show(slots, start, drag.length, clock(FIRST + start));
  } else {
    const column = Math.max(drag.from, Math.min(drag.until - 1, columnAt(drag.slots, event.clientX)));
    drag.start = Math.min(drag.column, column);
    drag.length = Math.abs(column - drag.column) + 1;
    show(drag.slots, drag.start, drag.length, `${clock(FIRST + drag.start)} – ${clock(FIRST + drag.start + drag.length)}`);
  }
});

const stop = () => {
  drag?.drop?.remove();
  drag?.item?.classList.remove("drag-source");
  document.body.classList.remove("dragging");
  drag = null;
};

addEventListener("pointerup", (event) => {
  if (!drag) return;
  const done = drag;
  if (done.begun) {
    const link = done.slot ? done.slot.dataset.moves : done.row.querySelector(".gap a").href;
    const address = new URL(link, location.href);
    const said = {
      room: done.row.dataset.room,
      date: done.row.dataset.date,
      starts: clock(FIRST + done.start),
      ends: clock(FIRST + done.start + done.length),
    };
    for (const [name, value] of Object.entries(said)) address.searchParams.set(name, value);
    // The press that ends a drag is not a press on the link under it.
    addEventListener("click", (click) => click.preventDefault(), { capture: true, once: true });
    location.assign(address);
  } else if (!done.slot && event.target.closest(".gap")) {
    // A press in a long free stretch means the hour that was pressed.
    const link = event.target.closest(".gap").querySelector("a");
    const hour = Math.max(done.from, done.column - ((FIRST + done.column) % 4));
    const address = new URL(link.href);
    address.searchParams.set("starts", clock(FIRST + hour));
    address.searchParams.set("ends", clock(FIRST + Math.min(done.until, hour + 8)));
    link.href = address;
  }
  stop();
});
addEventListener("pointercancel", stop);
addEventListener("keydown", (event) => { if (event.key === "Escape") stop(); });
addEventListener("dragstart", (event) => { if (event.target.closest?.("[data-plan]")) event.preventDefault(); });
