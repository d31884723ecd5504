/* From page to page without loading anew what both need: the page before stands until
   the next one is there. The navigation marks the present page, the focus goes to it as
   it would after loading, and a page without charts uses its spare time for the script
   that the next one needs. */
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

  /* Whoever made the link, Dash, the students' table or paint.js. */
  document.addEventListener("click", function (click) {
    var link = click.target.closest && click.target.closest('a[href^="/"]');
    if (!link || !isPlain(click) || link.hasAttribute("download") || link.hash) {
      return;
    }
    click.preventDefault();
    window.scrollTo(0, 0);
    window.dash_clientside.set_props("_pages_location", { pathname: link.pathname });
  });

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
      if (last !== null && last !== path) {
        document.getElementById("content").focus({ preventScroll: true });
      }
      last = path;
    },
  };
})();
