/* Dash calls its groups of radio buttons and ticks lists of options, though each holds
   an input of its own, lets the focus rest on an input that it hides from screen
   readers, and names no field for files. Here they get the roles that they have. */
(function () {
  "use strict";

  var GROUPS = { "dash-radioitems": "radiogroup", "dash-checklist": "group" };

  function named(group) {
    var fieldset = group.closest("fieldset");
    var legend = fieldset && fieldset.querySelector("legend");
    if (legend && !group.hasAttribute("aria-label")) {
      group.setAttribute("aria-label", legend.textContent);
    }
  }

  function mend(root) {
    Object.keys(GROUPS).forEach(function (kind) {
      root.querySelectorAll("." + kind + '[role="listbox"]').forEach(function (group) {
        group.setAttribute("role", GROUPS[kind]);
        named(group);
      });
    });
    root
      .querySelectorAll('label.dash-options-list-option[role="option"]')
      .forEach(function (option) {
        if (option.closest(".dash-radioitems, .dash-checklist")) {
          option.removeAttribute("role");
          option.removeAttribute("aria-selected");
        }
      });
    root
      .querySelectorAll('input.dash-dropdown-focus-target[tabindex="0"]')
      .forEach(function (stop) {
        stop.tabIndex = -1;
        var button = stop.nextElementSibling;
        if (button) {
          button.tabIndex = 0;
        }
      });
    root
      .querySelectorAll('input[type="file"]:not([aria-label])')
      .forEach(function (field) {
        var text = field.parentElement.textContent.trim();
        field.setAttribute("aria-label", text || "Choose a file");
      });
  }

  var waiting = false;

  function later() {
    if (!waiting) {
      waiting = true;
      window.requestAnimationFrame(function () {
        waiting = false;
        mend(document);
      });
    }
  }

  new MutationObserver(later).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["role", "tabindex"],
    childList: true,
    subtree: true,
  });
})();
