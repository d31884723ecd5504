/* The live preview of a running class: one picture after another while it is wanted. */
(function () {
  "use strict";

  var EVERY_MS = 90;
  var AGAIN_MS = 1000;
  var ALONE_MS = 60000;
  var STATES = {
    unreadable: "not readable",
    no_consent: "did not agree: not read",
    present: "seen",
    unknown: "not counted",
  };

  var on = false;
  var owner = null;
  var timer = null;
  var alone = null;
  var round = 0;
  var met = [];

  function by(id) {
    return document.getElementById(id);
  }

  function tell(line) {
    var told = by("preview-told");
    if (told !== null && told.textContent !== line) {
      told.textContent = line;
    }
  }

  function namesShow() {
    var students = by("toggle");
    return students !== null && students.getAttribute("aria-expanded") === "true";
  }

  function turn(wanted) {
    on = wanted;
    owner = by("preview");
    round += 1;
    met = [];
    window.clearTimeout(timer);
    window.clearTimeout(alone);
    var button = by("preview-toggle");
    if (button === null) {
      return;
    }
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? "Hide the picture" : "Show the picture";
    if (on) {
      tell("Asking for the picture\u2026");
      next(round);
    } else {
      blank();
      tell(by("preview").dataset.off);
    }
  }

  /* What is old must not look live. */
  function blank() {
    by("preview-stage").hidden = true;
    window.classpulseLook.clear(by("preview-picture"));
    by("preview-picture").replaceChildren();
    by("preview-faces").replaceChildren();
  }

  function next(mine) {
    if (by("preview") !== owner) {
      on = false;
      return;
    }
    var began = performance.now();
    var address = "/live/" + owner.dataset.session + "/look?names=";
    window.classpulseLook
      .ask(address + (namesShow() ? "1" : "0"))
      .then(function (look) {
        if (mine !== round || by("preview") !== owner) {
          return null;
        }
        if (look === null) {
          blank();
          tell("Waiting for the first picture.");
          return AGAIN_MS;
        }
        if (look.problem) {
          blank();
          tell(look.problem);
          return AGAIN_MS;
        }
        return draw(look).then(function () {
          return Math.max(0, EVERY_MS - (performance.now() - began));
        });
      })
      .catch(function () {
        if (mine === round && by("preview") === owner) {
          blank();
          tell("No picture comes from ClassPulse just now: asking again.");
        }
        return AGAIN_MS;
      })
      .then(function (wait) {
        if (mine === round && wait !== null) {
          timer = window.setTimeout(next, wait, mine);
        }
      });
  }

  /* Without a name a face's number is its student's place among all that were seen since
     the picture was shown: one that a picture misses renumbers nobody. */
  function numberOf(face) {
    if (face.student === null) {
      return Infinity;
    }
    if (!met.includes(face.student)) {
      met.push(face.student);
    }
    return met.indexOf(face.student) + 1;
  }

  function draw(look) {
    var place = by("preview-picture");
    var captions = JSON.parse(by("preview").dataset.captions);
    var told = JSON.parse(by("preview").dataset.expressions);
    var faces = look.about.faces.slice();
    faces.sort(function (a, b) {
      return (a.student || Infinity) - (b.student || Infinity);
    });
    faces.forEach(numberOf);
    faces.sort(function (a, b) {
      return numberOf(a) - numberOf(b);
    });
    by("preview-stage").hidden = false;
    return window.classpulseLook.show(place, look.jpeg).then(function () {
      if (!on || by("preview-picture") !== place) {
        // Hidden while it was being drawn: the next one shown must not begin with it.
        window.classpulseLook.clear(place);
        return;
      }
      place.querySelectorAll(".face").forEach(function (old) {
        old.remove();
      });
      var rows = [];
      var count = 0;
      faces.forEach(function (face) {
        var best = strongest(face.shares, captions);
        var frame = window.classpulseLook.frame(face.box, face.state);
        if (face.student !== null) {
          count += 1;
          var label = face.name || String(numberOf(face));
          frame.appendChild(tag(label, best, face));
          rows.push(row(label, face, captions, told));
        }
        place.appendChild(frame);
      });
      by("preview-faces").replaceChildren.apply(by("preview-faces"), rows);
      tell(
        (count === 1 ? "On. 1 face" : "On. " + count + " faces") + " in the picture."
      );
    });
  }

  function strongest(shares, captions) {
    if (!shares) {
      return null;
    }
    var names = Object.keys(captions);
    var best = shares.indexOf(Math.max.apply(null, shares));
    return { name: names[best], caption: captions[names[best]], share: shares[best] };
  }

  function tag(label, best, face) {
    var element = document.createElement("span");
    element.className = "tag";
    if (best !== null) {
      var swatch = document.createElement("span");
      swatch.className = "swatch " + best.name;
      element.appendChild(swatch);
    }
    var name = document.createElement("bdi");
    name.textContent = label;
    element.appendChild(name);
    var text = best ? best.caption + " " + percent(best.share) : STATES[face.state];
    element.appendChild(document.createTextNode(" " + text));
    return element;
  }

  function row(label, face, captions, told) {
    var line = document.createElement("tr");
    var head = document.createElement("th");
    head.scope = "row";
    var name = document.createElement("bdi");
    name.textContent = label;
    head.appendChild(name);
    line.appendChild(head);
    var state = document.createElement("td");
    state.textContent = STATES[face.state] || "read";
    line.appendChild(state);
    if (document.querySelectorAll("#preview .faces thead th").length > 2) {
      Object.keys(captions).forEach(function (emotion, i) {
        var cell = document.createElement("td");
        var known = face.shares && told.includes(emotion);
        cell.textContent = known ? percent(face.shares[i]) : "\u2013";
        line.appendChild(cell);
      });
    }
    return line;
  }

  function percent(share) {
    return Math.round(100 * share) + "%";
  }

  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("#preview-toggle")) {
      // Another page's picture ended with that page.
      turn(!(on && owner === by("preview")));
    }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && on) {
      turn(false);
    }
  });
  document.addEventListener("visibilitychange", function () {
    if (document.hidden && on) {
      turn(false);
    }
  });
  window.addEventListener("blur", function () {
    window.clearTimeout(alone);
    alone = window.setTimeout(function () {
      if (on) {
        turn(false);
      }
    }, ALONE_MS);
  });
  window.addEventListener("focus", function () {
    window.clearTimeout(alone);
  });
})();
