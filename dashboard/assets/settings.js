/* Copies the text for the chat; where the browser will not, the text is marked. */
(function () {
  "use strict";

  function mark(element) {
    var range = document.createRange();
    range.selectNodeContents(element);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return "The text is marked: press Ctrl+C, or Cmd+C on a Mac.";
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.settings = {
    copy: function (clicks) {
      if (!clicks) {
        return window.dash_clientside.no_update;
      }
      var element = document.getElementById("settings-chat");
      if (!navigator.clipboard) {
        return mark(element);
      }
      return navigator.clipboard.writeText(element.textContent).then(
        function () {
          return "Copied.";
        },
        function () {
          return mark(element);
        }
      );
    },
  };
})();
