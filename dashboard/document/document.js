(function () {
  "use strict";

  var charts = Array.prototype.slice.call(document.querySelectorAll("[data-chart]"));

  function width(node) {
    return Math.max(node.clientWidth, 160);
  }

  charts.forEach(function (node) {
    var source = document.getElementById("data-" + node.dataset.chart);
    var drawn = JSON.parse(source.textContent);
    drawn.layout.width = width(node);
    Plotly.newPlot(node, drawn.data, drawn.layout, drawn.config);
  });

  function fit() {
    charts.forEach(function (node) {
      Plotly.relayout(node, { width: width(node) });
    });
  }

  var waiting = 0;
  window.addEventListener("resize", function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(fit, 100);
  });

  // The style sheet makes a page as wide as paper of this class; then the charts are
  // drawn for that width, so that their text stays as large as the rest.
  window.addEventListener("beforeprint", function () {
    document.documentElement.classList.add("paper");
    fit();
  });
  window.addEventListener("afterprint", function () {
    document.documentElement.classList.remove("paper");
    fit();
  });
})();
