// At the door: a press is kept on this device until the house says that it has arrived, also through a lost connection.
// Every press has a key, so one that is sent twice counts once. Written for old browsers too; every form works without.
(function () {
  "use strict";

  var PREFIX = "lokaal-tap:";
  var RENEW = 20000, RETRY = 3000, TIMEOUT = 15000, TWICE = 600; // milliseconds
  var tapsUrl = document.body.getAttribute("data-taps");
  var busy = false, turn = 0, timer = null, lastPress = {}, lastKey = {}, foreign = {};

  function byId(id) { return document.getElementById(id); }
  function show(id, wanted) { var part = byId(id); if (part) part.hidden = !wanted; }

  function newKey() {
    var bytes = new Array(16), i;
    var source = window.crypto && window.crypto.getRandomValues ? window.crypto.getRandomValues(new Uint8Array(16)) : null;
    for (i = 0; i < 16; i++) bytes[i] = source ? source[i] : Math.floor(Math.random() * 256);
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    var hex = "";
    for (i = 0; i < 16; i++) hex += (i === 4 || i === 6 || i === 8 || i === 10 ? "-" : "") + (256 + bytes[i]).toString(16).slice(1);
    return hex;
  }

  // One item per press: nothing is read and written back, so two tabs cannot undo each other.
  function waiting() {
    var found = [], i, name;
    try {
      for (i = 0; i < localStorage.length; i++) {
        name = localStorage.key(i);
        if (name && name.indexOf(PREFIX) === 0) {
          try { found.push(JSON.parse(localStorage.getItem(name))); } catch (broken) { localStorage.removeItem(name); }
        }
      }
    } catch (refused) { return []; }
    return found.sort(function (a, b) { return a.at - b.at || a.turn - b.turn; });
  }
  function keep(tap) { localStorage.setItem(PREFIX + tap.fields.key, JSON.stringify(tap)); }
  function drop(tap) { localStorage.removeItem(PREFIX + tap.fields.key); }

  // What the page shows: what the house said, and on top of it what is still on its way.
  function draw() {
    var list = byId("list"), taps = waiting(), here = list ? list.getAttribute("data-occurrence") : "";
    var heads = list ? Number(list.getAttribute("data-heads")) : 0, there = 0, said = {}, names = [], i, fields;
    for (i = 0; i < taps.length; i++) {
      fields = taps[i].fields;
      if (fields.occurrence !== here) continue;
      if (fields.what === "head") heads += 1;
      else if (fields.what === "head_back") heads = Math.max(0, heads - 1);
      else if (fields.what === "walk_in") names.push(fields.name);
      else said[fields.sign_up] = fields.what;
    }
    var rows = document.querySelectorAll("button.who");
    for (i = 0; i < rows.length; i++) {
      var row = rows[i], key = row.id.slice(2);
      if (!row.hasAttribute("data-was")) row.setAttribute("data-was", row.getAttribute("aria-pressed"));
      var is = said[key] ? said[key] === "there" : row.getAttribute("data-was") === "true";
      row.setAttribute("aria-pressed", is ? "true" : "false");
      row.className = row.className.replace(/ ?on-its-way/, "") + (said[key] ? " on-its-way" : "");
      if (is) there += Number(row.getAttribute("data-people"));
    }
    if (byId("heads")) byId("heads").textContent = String(heads);
    if (byId("there")) byId("there").textContent = String(there);
    var pending = byId("pending-names");
    if (pending) {
      pending.textContent = "";
      for (i = 0; i < names.length; i++) {
        var line = document.createElement("li");
        line.className = "on-its-way";
        line.textContent = names[i] + ". " + list.getAttribute("data-saving");
        pending.appendChild(line);
      }
    }
    show("saving", taps.length > 0);
    if (byId("saving-count")) byId("saving-count").textContent = String(taps.length);
    show("strip", taps.length > 0 || !byId("offline").hidden || !byId("again").hidden);
  }

  function tell(message, isRefused) {
    var said = byId("said");
    if (!said) return;
    said.textContent = "";
    if (!message) return;
    var line = document.createElement("p");
    line.className = isRefused ? "said no" : "said";
    line.textContent = message;
    said.appendChild(line);
  }

  function later(delay) {
    clearTimeout(timer);
    timer = setTimeout(send, delay);
  }

  function send() {
    if (busy) return;
    var taps = waiting(), tap = null, i;
    for (i = 0; i < taps.length && !tap; i++) if (!foreign[taps[i].fields.key]) tap = taps[i];
    if (!tap) { if (taps.length) show("again", true); draw(); return; }
    var token = document.querySelector("input[name=csrfmiddlewaretoken]");
    var body = "csrfmiddlewaretoken=" + encodeURIComponent(token ? token.value : "") + "&age=" + Math.max(0, Date.now() - tap.at);
    for (var name in tap.fields) body += "&" + name + "=" + encodeURIComponent(tap.fields[name]);
    var request = new XMLHttpRequest();
    busy = true;
    request.open("POST", tapsUrl);
    request.timeout = TIMEOUT;
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    request.setRequestHeader("Accept", "application/json");
    request.onload = function () { busy = false; arrived(tap, request); };
    request.onerror = request.ontimeout = request.onabort = function () {
      busy = false;
      show("offline", true);
      draw();
      later(RETRY);
    };
    request.send(body);
  }

  function arrived(tap, request) {
    var answer = null;
    try { answer = JSON.parse(request.responseText); } catch (page) { answer = null; }
    show("offline", false);
    if (answer && (request.status === 200 || request.status === 409 || request.status === 400)) {
      drop(tap);
      show("again", false);
      if (request.status !== 200 || answer.message) tell(answer.message, request.status !== 200);
      settle(tap, answer, request.status === 200);
      draw();
      if (waiting().length) send(); else later(0);
      if (!waiting().length && (request.status !== 200 || tap.fields.what === "walk_in")) renew();
      return;
    }
    if (answer && request.status === 404) { foreign[tap.fields.key] = true; draw(); send(); return; } // of another house
    show("again", request.status < 500); // signed out, or a link of yesterday: keep it, and say so
    draw();
    later(RETRY * 3);
  }

  // The house has it: from now on that is what stands under the presses that still wait.
  function settle(tap, answer, isDone) {
    var list = byId("list"), row = byId("b-" + tap.fields.sign_up);
    if (list && answer.occurrence === list.getAttribute("data-occurrence")) list.setAttribute("data-heads", answer.heads);
    if (isDone && row && /there/.test(tap.fields.what)) row.setAttribute("data-was", tap.fields.what === "there" ? "true" : "false");
  }

  // What others did meanwhile. Never while something is on its way or somebody is typing.
  function renew() {
    var list = byId("list"), field = byId("walk-in-name");
    if (!list || busy || waiting().length || (field && (field.value || document.activeElement === field))) return;
    var request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.timeout = TIMEOUT;
    request.onload = function () {
      if (request.status !== 200 || busy || waiting().length) return;
      var page = document.createElement("div");
      page.innerHTML = request.responseText;
      var fresh = page.querySelector("#list"), focused = document.activeElement ? document.activeElement.id : "";
      if (!fresh) return;
      list.setAttribute("data-heads", fresh.getAttribute("data-heads"));
      list.innerHTML = fresh.innerHTML;
      if (focused && byId(focused)) byId(focused).focus();
      show("offline", false);
      draw();
    };
    request.onerror = request.ontimeout = function () { show("offline", true); draw(); };
    request.send();
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.hasAttribute("data-tap")) return;
    var fields = {}, i, input, row = form.querySelector("button.who"), now = Date.now();
    for (i = 0; i < form.elements.length; i++) {
      input = form.elements[i];
      if (input.name && input.name !== "csrfmiddlewaretoken") fields[input.name] = input.value;
    }
    if (fields.what === "walk_in" && !/\S/.test(fields.name)) {
      event.preventDefault();
      byId("walk-in-name").focus();
      return;
    }
    if (row) {
      // A hand that trembles presses twice: that is one press.
      if (now - (lastPress[row.id] || 0) < TWICE) { event.preventDefault(); return; }
      lastPress[row.id] = now;
      fields.what = row.getAttribute("aria-pressed") === "true" ? "not_there" : "there";
      if (lastKey[row.id]) fields.after = lastKey[row.id];
    }
    fields.key = newKey();
    if (row) lastKey[row.id] = fields.key;
    try { keep({ fields: fields, at: now, turn: turn++ }); } catch (full) { return; } // no room to keep it: the form goes as it is
    event.preventDefault();
    if (fields.what === "walk_in") byId("walk-in-name").value = "";
    tell("");
    draw();
    send();
  });

  window.addEventListener("online", function () { show("offline", false); send(); renew(); });
  window.addEventListener("offline", function () { show("offline", true); draw(); });
  window.addEventListener("pageshow", send);
  setInterval(renew, RENEW);
  draw();
  send();
})();
