/* The start page's picture: asked for while it is looked at, and the region drawn on it
   with the pointer. The page's number fields do the same by keyboard. */
(function () {
  "use strict";

  var TURN_MS = 250;
  var LIVE_MS = { webcam: 200, screen: 1000 };
  var STAY_MS = 30000;
  var SIDES = ["x", "y", "width", "height"];
  var LEAST = 8;

  var visit = null;
  var sight = null;
  var busy = false;
  var last = -Infinity;
  var from = null;

  function by(id) {
    return document.getElementById(id);
  }

  function post(what) {
    return fetch("/start/" + what + "/" + visit, { method: "POST" });
  }

  function leave() {
    if (visit !== null) {
      navigator.sendBeacon("/start/leave/" + visit);
    }
    visit = sight = null;
  }

  /* Every so often: is the page still there, and is it time for a picture? */
  function turn() {
    var page = by("start-page");
    var here = page === null ? null : page.dataset.visit;
    if (here !== visit) {
      leave();
      visit = here;
    }
    if (visit !== null && !busy) {
      var since = performance.now() - last;
      if (document.hidden || sight === null) {
        if (since > STAY_MS) {
          last = performance.now();
          post("stay").catch(function () {});
        }
      } else if (since > (LIVE_MS[sight.description.split(" ")[0]] || STAY_MS)) {
        look();
      }
    }
  }

  function look() {
    var mine = visit;
    busy = true;
    window.classpulseLook
      .ask("/start/look/" + visit)
      .then(function (found) {
        var place = by("start-picture");
        if (mine !== visit || place === null || found === null) {
          return null;
        }
        if (found.problem) {
          by("start-found").textContent = found.problem;
          return null;
        }
        return window.classpulseLook.show(place, found.jpeg);
      })
      .catch(function () {})
      .then(function () {
        busy = false;
        last = performance.now();
      });
  }

  function overlay(kind) {
    var place = by("start-picture");
    var element = place.querySelector("." + kind);
    if (element === null) {
      element = document.createElement("div");
      element.className = kind;
      place.appendChild(element);
    }
    return element;
  }

  /* A region of the desktop as shares of the picture. */
  function shares(region) {
    var whole = sight.region;
    return [
      (region[0] - whole[0]) / whole[2],
      (region[1] - whole[1]) / whole[3],
      (region[0] + region[2] - whole[0]) / whole[2],
      (region[1] + region[3] - whole[1]) / whole[3],
    ].map(function (share) {
      return Math.min(1, Math.max(0, share));
    });
  }

  function place(element, box) {
    element.style.left = 100 * box[0] + "%";
    element.style.top = 100 * box[1] + "%";
    element.style.width = 100 * (box[2] - box[0]) + "%";
    element.style.height = 100 * (box[3] - box[1]) + "%";
  }

  function draw(region) {
    var element = overlay("region");
    element.hidden = !sight || !sight.region || region.some(isNaN);
    if (!element.hidden) {
      place(element, shares(region));
    }
  }

  /* Where the pointer is, in pixels of the desktop. */
  function point(event) {
    var picture = by("start-picture").getBoundingClientRect();
    var whole = sight.region;
    var across = (event.clientX - picture.left) / picture.width;
    var down = (event.clientY - picture.top) / picture.height;
    return [
      Math.round(whole[0] + whole[2] * Math.min(1, Math.max(0, across))),
      Math.round(whole[1] + whole[3] * Math.min(1, Math.max(0, down))),
    ];
  }

  function between(one, other) {
    return [
      Math.min(one[0], other[0]),
      Math.min(one[1], other[1]),
      Math.abs(one[0] - other[0]),
      Math.abs(one[1] - other[1]),
    ];
  }

  document.addEventListener("pointerdown", function (event) {
    var picture = event.target.closest && event.target.closest("#start-picture");
    if (picture && sight !== null && sight.region && event.button === 0) {
      from = point(event);
      picture.setPointerCapture(event.pointerId);
      event.preventDefault();
    }
  });
  document.addEventListener("pointermove", function (event) {
    if (from !== null) {
      draw(between(from, point(event)));
    }
  });
  document.addEventListener("pointerup", function (event) {
    if (from === null) {
      return;
    }
    var region = between(from, point(event));
    from = null;
    // A click is no region.
    if (region[2] >= LEAST && region[3] >= LEAST) {
      SIDES.forEach(function (side, i) {
        window.dash_clientside.set_props("start-" + side, { value: region[i] });
      });
    }
  });

  document.addEventListener("pointercancel", function () {
    from = null;
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.start = {
    drawRegion: function (now, x, y, width, height) {
      sight = now || null;
      last = -Infinity;
      var picture = by("start-picture");
      picture.classList.toggle("drawable", Boolean(sight && sight.region));
      if (sight === null) {
        window.classpulseLook.clear(picture);
      }
      draw([x, y, width, height].map(function (side) {
        return side === null || side === undefined ? NaN : Number(side);
      }));
      return window.dash_clientside.no_update;
    },
    drawFaces: function (boxes) {
      var picture = by("start-picture");
      picture.querySelectorAll(".face").forEach(function (old) {
        old.remove();
      });
      (boxes || []).forEach(function (box) {
        picture.appendChild(window.classpulseLook.frame(box, "found"));
      });
      return window.dash_clientside.no_update;
    },
  };

  window.setInterval(turn, TURN_MS);
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", function (event) {
    // Brought back from the browser's memory: what it looked through is gone.
    if (event.persisted && by("start-page") !== null) {
      window.location.reload();
    }
  });
})();
