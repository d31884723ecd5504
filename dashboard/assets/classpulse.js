/* What has to happen in the browser itself: showing and hiding names, and saying so
   when the pages' server no longer answers. */
(function () {
  "use strict";

  var ALONE_MS = 60000;
  var timer = null;

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.classpulse = {
    toggle: function (clicks, shown) {
      return clicks ? !shown : window.dash_clientside.no_update;
    },
    reveal: function (shown, ended) {
      return [
        !shown,
        Boolean(shown || ended),
        shown ? "Hide students" : "Show students",
        shown ? "true" : "false",
      ];
    },
  };

  /* Only a class that still runs hides its names: the teacher may be sharing. */
  function running() {
    var stop = document.getElementById("stop-box");
    return stop !== null && !stop.hidden;
  }

  function hide() {
    if (running()) {
      window.dash_clientside.set_props("shown", { data: false });
    }
  }

  function left() {
    window.clearTimeout(timer);
    timer = window.setTimeout(hide, ALONE_MS);
  }

  /* What is on the page may be old once nobody answers: it must not look live. */
  function reach(answered) {
    var lost = document.getElementById("lost");
    if (lost !== null && lost.hidden !== answered) {
      lost.hidden = answered;
      document.body.classList.toggle("unanswered", !answered);
    }
  }

  var ask = window.fetch;
  window.fetch = function () {
    return ask.apply(this, arguments).then(
      function (answer) {
        reach(true);
        return answer;
      },
      function (error) {
        reach(false);
        throw error;
      }
    );
  };

  window.addEventListener("blur", left);
  window.addEventListener("focus", function () {
    window.clearTimeout(timer);
  });
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) {
      left();
    }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      hide();
    }
  });
})();
