/* Which of the pages in the navigation is the present one; and, since changing pages
   loads nothing anew, the focus goes to the new page as it would after loading. */
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

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.navigation = {
    arrive: function (path) {
      mark(path);
      if (last !== null && last !== path) {
        document.getElementById("content").focus({ preventScroll: true });
      }
      last = path;
    },
  };
})();
