/* What the report does in the browser itself: the students' table, the fields of the
   correction that was chosen, and charts as wide as the paper. */
(function () {
  "use strict";

  var NAMESPACE = (window.dash_clientside = window.dash_clientside || {});

  /* The students' table */

  var functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});

  function by(field) {
    return function (_a, _b, one, other) {
      return one.data[field] - other.data[field] || one.data.order - other.data.order;
    };
  }

  functions.byOrder = by("order");
  functions.byPresence = by("present_minutes");
  functions.byCoverage = by("covered");
  functions.nothing = function () {
    return "";
  };

  var parts = (window.dashAgGridComponentFunctions =
    window.dashAgGridComponentFunctions || {});

  /* React writes a name as text, whatever it holds. */
  parts.StudentLink = function (cell) {
    return window.React.createElement(
      "a",
      { href: cell.data.href, tabIndex: -1 },
      window.React.createElement("bdi", null, cell.value)
    );
  };

  /* Cells have the keyboard, not what is in them: Enter follows a row's link. */
  document.addEventListener("keydown", function (event) {
    var cell = event.target.closest && event.target.closest(".report-grid .ag-cell");
    if (event.key !== "Enter" || !cell) {
      return;
    }
    var link = cell.querySelector("a[href]");
    if (link !== null) {
      link.click();
    }
  });

  function search(text) {
    var tables = window.dash_ag_grid;
    var api = tables && tables.getApi("report-grid");
    if (api) {
      api.setGridOption("quickFilterText", text || "");
    }
    return window.dash_clientside.no_update;
  }

  /* Who is who */

  function choose(rows) {
    return rows && rows.length
      ? Number(rows[0].id)
      : window.dash_clientside.no_update;
  }

  /* The form's own wish; the number tells it from the same wish made before. */
  function wish(clicks, deed, student, other, name, at, part) {
    if (!clicks) {
      return window.dash_clientside.no_update;
    }
    return {
      deed: deed,
      student: student,
      other: deed === "merge" ? other : null,
      name: deed === "rename" ? name : part,
      at: at,
      turn: Date.now(),
    };
  }

  /* Buttons beside pairs and corrections carry theirs. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-wish]");
    if (button) {
      var made = JSON.parse(button.getAttribute("data-wish"));
      made.turn = Date.now();
      window.dash_clientside.set_props("report-wish", { data: made });
    }
  });

  /* A button that went with the answer leaves the keyboard beside the answer. */
  function answered() {
    window.setTimeout(function () {
      var answer = document.getElementById("report-answer");
      if (answer !== null && document.activeElement === document.body) {
        answer.focus();
      }
    }, 0);
  }

  function fields(deed) {
    return ["rename", "merge", "split", "ignore"].map(function (one) {
      return one !== deed;
    });
  }

  /* Paper */

  var PAPER_PX = 688;

  function charts(size) {
    document.querySelectorAll(".report .js-plotly-plot").forEach(function (chart) {
      window.Plotly.relayout(chart, size(chart));
    });
  }

  /* The students' table as plain rows: paper has no use for a grid that scrolls. */
  function onPaper() {
    var place = document.getElementById("report-paper");
    var api = window.dash_ag_grid && place && window.dash_ag_grid.getApi("report-grid");
    if (!api) {
      return;
    }
    var columns = api.getColumns().map(function (column) {
      return column.getColDef();
    });
    var table = document.createElement("table");
    /* The head stands on every page that the rows take. */
    function row(part, kind, texts) {
      var made = part.appendChild(document.createElement("tr"));
      texts.forEach(function (text, place) {
        var name = document.createElement(place ? kind : "th");
        name.appendChild(document.createElement("bdi")).textContent = text;
        made.appendChild(name);
      });
    }
    row(table.createTHead(), "th", columns.map(function (column) { return column.headerName; }));
    var body = table.createTBody();
    api.forEachNodeAfterFilterAndSort(function (node) {
      row(body, "td", columns.map(function (column) { return node.data[column.field]; }));
    });
    table.className = "data";
    place.replaceChildren(table);
  }

  window.addEventListener("beforeprint", function () {
    onPaper();
    charts(function (chart) {
      var names = chart.closest(".heat") === null ? 0 : 136;
      return { autosize: false, width: PAPER_PX - names };
    });
  });

  window.addEventListener("afterprint", function () {
    charts(function () {
      return { autosize: true, width: null };
    });
  });

  NAMESPACE.report = {
    search: search,
    choose: choose,
    fields: fields,
    wish: wish,
    answered: answered,
    print: function (clicks) {
      if (clicks) {
        window.print();
      }
      return window.dash_clientside.no_update;
    },
  };
})();
