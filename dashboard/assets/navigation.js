/* From page to page without loading anew what both need: the page before stands until
   the next one is there. The navigation marks the present page, the focus goes to it as
   it would after loading, Back leads to the place that was left, and a page without
   charts uses its spare time for the script that the next one needs. */
(function () {
  "use strict";

  var last = null;

  function mark(path) {
    document.querySelectorAll(".top a.place").forEach(function (link) {
      if (link.getAttribute("href") === path) {
        link.setAttribute("aria-current", "page");
      } else {
        link.removeAttribute("aria-current");
      }
    });
  }

  function isPlain(click) {
    var held = click.ctrlKey || click.metaKey || click.shiftKey || click.altKey;
    return !click.button && !held && !click.defaultPrevented;
  }

  /* A link to another of our pages; one to this page loads it anew, as everywhere. */
  function leads(link) {
    var stays = link.pathname === window.location.pathname;
    return !stays && !link.hash && !link.hasAttribute("download");
  }

  /* Whoever made the link, Dash, the students' table or paint.js. */
  document.addEventListener("click", function (click) {
    var link = click.target.closest && click.target.closest('a[href^="/"]');
    if (!link || !isPlain(click) || !leads(link)) {
      return;
    }
    click.preventDefault();
    leave();
    window.scrollTo(0, 0);
    window.dash_clientside.set_props("_pages_location", {
      pathname: link.pathname,
      hash: "",
      search: "",
    });
  });

  /* Where each page was left, in this tab: the browser looks for the place before the
     page has come. */

  var PLACE = "place ";
  var COMES_MS = 5000;
  var STIRS = ["wheel", "keydown", "pointerdown"];

  window.history.scrollRestoration = "manual";

  function leave() {
    if (last !== null) {
      window.sessionStorage.setItem(PLACE + last, String(window.scrollY));
    }
  }

  function back() {
    var place = Number(window.sessionStorage.getItem(PLACE + window.location.pathname));
    var page = document.documentElement;
    var watch = new ResizeObserver(function () {
      if (page.scrollHeight - window.innerHeight >= place) {
        window.scrollTo(0, place);
      }
    });
    /* Whoever moves on the page meanwhile has chosen another place. */
    function end() {
      watch.disconnect();
      STIRS.forEach(function (kind) {
        window.removeEventListener(kind, end);
      });
    }
    window.scrollTo(0, 0);
    if (place) {
      watch.observe(document.getElementById("content"));
      window.setTimeout(end, COMES_MS);
      STIRS.forEach(function (kind) {
        window.addEventListener(kind, end, { passive: true });
      });
    }
  }

  window.addEventListener("popstate", function () {
    /* Places within a page are the browser's. */
    if (window.location.pathname !== last) {
      leave();
      back();
    }
  });
  window.addEventListener("pagehide", leave);

  /* The charts' script is large: the first chart waits for it most of the time. */

  var CHARTED = /^\/(session|student|live)(\/|$)/;
  var STANDS_MS = 1000;

  function prepare(path) {
    if (!CHARTED.test(path)) {
      window.setTimeout(function () {
        (window.requestIdleCallback || window.setTimeout)(load);
      }, STANDS_MS);
    }
  }

  function load() {
    /* Dash's own address of it; Dash takes what is there and loads it where it is not. */
    var address = window._dashPlotlyJSURL;
    if (!address || window.Plotly || CHARTED.test(window.location.pathname)) {
      return;
    }
    if (document.querySelector('script[src="' + address + '"]') === null) {
      var script = document.createElement("script");
      script.src = address;
      document.head.appendChild(script);
    }
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.navigation = {
    arrive: function (path) {
      mark(path);
      prepare(path);
      if (last === null) {
        var how = window.performance.getEntriesByType("navigation")[0];
        if (how && how.type !== "navigate") {
          back();
        }
      } else if (last !== path) {
        document.getElementById("content").focus({ preventScroll: true });
      }
      last = path;
    },
  };
})();
