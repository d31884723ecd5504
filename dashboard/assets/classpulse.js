/* What every page needs in the browser itself: saying so when the pages' server no
   longer answers, coming to the page that was asked for meanwhile, and a keyboard that
   stays where it was. */
(function () {
  "use strict";

  /* What is on the page may be old once nobody answers: it must not look live. */
  function reach(answered) {
    var lost = document.getElementById("lost");
    if (lost !== null && lost.hidden !== answered) {
      lost.hidden = answered;
      document.body.classList.toggle("unanswered", !answered);
    }
  }

  /* Of a change of page the address is there before the content: without an answer
     another page stands under it. */
  var PAGE = /"output":"[^"]*_pages_content\.children/;
  var owed = false;

  var ask = window.fetch;
  window.fetch = function (_address, options) {
    var forPage = Boolean(options) && PAGE.test(options.body);
    return ask.apply(this, arguments).then(
      function (answer) {
        if (owed && !forPage) {
          window.location.reload();
        }
        owed = owed && !forPage;
        reach(true);
        return answer;
      },
      function (error) {
        owed = owed || forPage;
        reach(false);
        throw error;
      }
    );
  };

  /* A button that is switched off until its answer is there would lose the focus. */
  var pressed = null;

  function keep(change) {
    var button = change.target;
    if (button.disabled && button === document.activeElement) {
      pressed = button;
    } else if (button === pressed && !button.disabled) {
      pressed = null;
      if (document.activeElement === document.body) {
        button.focus({ preventScroll: true });
      }
    }
  }

  new MutationObserver(function (changes) {
    changes.forEach(keep);
  }).observe(document.documentElement, {
    attributeFilter: ["disabled"],
    subtree: true,
  });
})();
