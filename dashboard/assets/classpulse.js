/* What every page needs in the browser itself: saying so when the pages' server no
   longer answers. */
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
})();
