/* The live page in the browser itself: names that show and hide, markers by key, muted
   notices, and saying so when no new look has come for a while. */
(function () {
  "use strict";

  var ALONE_MS = 60000;
  var STALE_MS = 15000;
  var STALE_LOOKS = 4;
  var cameFrom = null;
  var timer = null;

  function by(id) {
    return document.getElementById(id);
  }

  /* Asks for a table anew while its fold is open, and no more once it is closed. */
  function table(clicks, _seen, reach, wish) {
    if (clicks % 2 === 1) {
      return { whole: reach === "whole", at: Date.now() };
    }
    return wish ? null : window.dash_clientside.no_update;
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.live = {
    toggle: function (clicks, shown) {
      return clicks ? !shown : window.dash_clientside.no_update;
    },
    reveal: function (shown) {
      if (!shown) {
        window.dash_clientside.paint.parts({
          worth: null,
          tiles: null,
          "students-table": null,
        });
      }
      return [
        !shown,
        Boolean(shown),
        shown ? "Hide students" : "Show students",
        shown ? "true" : "false",
      ];
    },
    table: table,
    studentsTable: function (shown, clicks, seen, reach, wish) {
      return table(shown ? clicks : 0, seen, reach, wish);
    },
    mark: function (clicks, submits, text) {
      if (!clicks && !submits) {
        return window.dash_clientside.no_update;
      }
      if ((text || "").trim()) {
        close();
      } else {
        by("mark-text").focus();
      }
      return { text: text || "", at: Date.now() };
    },
    mute: function (wish, muted, session) {
      if (!wish) {
        return window.dash_clientside.no_update;
      }
      var kinds = Object.assign({}, muted);
      kinds[session] = wish.kind ? (kinds[session] || []).concat([wish.kind]) : [];
      return kinds;
    },
    stale: function (_tick, seen, changed, interval) {
      var limit = Math.max(STALE_MS, STALE_LOOKS * 1000 * interval);
      return !(seen && seen[0] === "running" && Date.now() - changed > limit);
    },
  };

  /* Names: a class's page hides them by itself, since the screen may be shared. */
  function hide() {
    if (by("toggle") !== null && by("students") !== null) {
      window.dash_clientside.set_props("shown", { data: false });
    }
  }

  function left() {
    window.clearTimeout(timer);
    timer = window.setTimeout(hide, ALONE_MS);
  }

  window.addEventListener("blur", left);
  window.addEventListener("focus", function () {
    window.clearTimeout(timer);
  });
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) {
      left();
    }
  });

  /* Markers: M opens the field, Enter drops what is in it, Esc closes it. */
  function open() {
    var box = by("mark-box");
    if (box === null || box.hidden) {
      return false;
    }
    cameFrom = document.activeElement;
    box.open = true;
    by("mark-text").focus();
    return true;
  }

  function close() {
    var box = by("mark-box");
    if (box === null || !box.open) {
      return;
    }
    box.open = false;
    var back = cameFrom && cameFrom.isConnected ? cameFrom : by("mark-open");
    cameFrom = null;
    back.focus({ preventScroll: true });
  }

  /* Asked for by a button that is painted: the time makes every wish a new one. */
  function wish(store, what) {
    what.at = Date.now();
    window.dash_clientside.set_props(store, { data: what });
  }

  function typing(element) {
    var fields = "input:not([type=radio]):not([type=checkbox]), textarea, select";
    return element.isContentEditable || element.matches(fields);
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      var box = by("mark-box");
      if (box !== null && box.open) {
        close();
      } else {
        hide();
      }
    } else if (
      event.key.toLowerCase() === "m" &&
      !(event.ctrlKey || event.metaKey || event.altKey) &&
      !typing(event.target) &&
      open()
    ) {
      event.preventDefault();
    }
  });

  document.addEventListener("click", function (event) {
    var chip = event.target.closest("[data-fill]");
    var mute = event.target.closest("[data-mute]");
    var unmark = event.target.closest("[data-unmark]");
    if (mute !== null) {
      wish("mute-wish", { kind: mute.dataset.mute });
    } else if (unmark !== null) {
      wish("mark-wish", { id: Number(unmark.dataset.unmark) });
    } else if (chip !== null) {
      window.dash_clientside.set_props("mark-text", { value: chip.dataset.fill });
      by("mark-text").focus();
    } else if (event.target.closest("#mark-open") !== null) {
      /* The browser opens the panel after this. */
      cameFrom = by("mark-open");
      window.setTimeout(function () {
        if (by("mark-box").open) {
          by("mark-text").focus();
        }
      });
    }
  });
})();
