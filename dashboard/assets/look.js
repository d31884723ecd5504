/* One look as the dashboard hands it over (monitor/preview/look.py): what is known of a
   picture, then the picture. Pages that show pictures share this. */
(function () {
  "use strict";

  var shown = new WeakMap();

  function clear(place) {
    var image = place.querySelector("img");
    if (image !== null) {
      URL.revokeObjectURL(shown.get(image));
      image.remove();
    }
  }

  /* The picture into an element, once it can be drawn; the memory of the one before is
     given back. */
  function show(place, jpeg) {
    var image = place.querySelector("img") || document.createElement("img");
    var before = shown.get(image);
    var now = URL.createObjectURL(new Blob([jpeg], { type: "image/jpeg" }));
    shown.set(image, now);
    image.alt = "";
    image.draggable = false;
    image.src = now;
    return image.decode().then(function () {
      if (image.parentNode !== place) {
        place.prepend(image);
      }
      URL.revokeObjectURL(before);
    });
  }

  /* Asks for a look. Resolves to {about, jpeg}, to null while there is none, or to
     {problem} with one line that says why there is none. */
  function ask(address) {
    return fetch(address, { method: "POST" }).then(function (answer) {
      if (answer.status === 204) {
        return null;
      }
      if (answer.headers.get("Content-Type") !== "application/octet-stream") {
        return answer.text().then(function (line) {
          return { problem: line };
        });
      }
      return answer.arrayBuffer().then(function (body) {
        var length = new DataView(body).getUint32(0);
        var text = new TextDecoder().decode(new Uint8Array(body, 4, length));
        return { about: JSON.parse(text), jpeg: new Uint8Array(body, 4 + length) };
      });
    });
  }

  /* An element over the picture, at a box of shares of its width and height. */
  function frame(box, kind) {
    var element = document.createElement("div");
    element.className = "face " + kind;
    element.style.left = 100 * box[0] + "%";
    element.style.top = 100 * box[1] + "%";
    element.style.width = 100 * (box[2] - box[0]) + "%";
    element.style.height = 100 * (box[3] - box[1]) + "%";
    return element;
  }

  window.classpulseLook = { ask: ask, show: show, clear: clear, frame: frame };
})();
