// The screen beside a door: the clock runs, and the page asks for itself again. Written for old browsers too.
(function () {
  "use strict";

  var screen = document.getElementById("door");
  var offline = document.getElementById("offline");
  var seconds = Number(screen.getAttribute("data-seconds")) || 60;
  var separator = document.getElementById("clock").textContent.indexOf(":") >= 0 ? ":" : ".";

  function tick() {
    var clock = document.getElementById("clock");
    var now = new Date();
    var minutes = now.getMinutes();
    if (clock) clock.textContent = now.getHours() + separator + (minutes < 10 ? "0" : "") + minutes;
  }

  function renew() {
    var request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.timeout = 20000;
    request.onload = function () {
      // A link that was taken back: the page itself says so.
      if (request.status === 404) { location.reload(); return; }
      if (request.status !== 200) { tell(true); return; }
      var page = document.createElement("div");
      page.innerHTML = request.responseText;
      var fresh = page.querySelector("#door");
      if (!fresh) { tell(true); return; }
      document.title = (page.querySelector("title") || document).textContent || document.title;
      screen.className = fresh.className;
      screen.innerHTML = fresh.innerHTML;
      tell(false);
      tick();
    };
    request.onerror = request.ontimeout = function () { tell(true); };
    request.send();
  }

  function tell(isOffline) {
    offline.hidden = !isOffline;
  }

  setInterval(tick, 5000);
  setInterval(renew, seconds * 1000);
  window.addEventListener("online", renew);
  window.addEventListener("offline", function () { tell(true); });
  tick();
})();
