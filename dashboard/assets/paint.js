/* Brings parts of a page up to date in place. Dash makes whatever a callback returns as
   children anew each time: whoever has the focus there would lose it every few seconds,
   a list would jump to its top, and a screen reader would read everything out again.
   So what changes often travels as data, plain `dash.html` components, and is put here
   into the elements that already stand: only what differs is touched. */
(function () {
  "use strict";

  var ATTRIBUTE = { className: "class", htmlFor: "for", tabIndex: "tabindex" };
  var NOT_ATTRIBUTES = ["children", "style", "key"];

  function listed(children) {
    if (children === null || children === undefined) {
      return [];
    }
    return Array.isArray(children) ? children.flatMap(listed) : [children];
  }

  function written(place, text) {
    if (place !== null && place.nodeType === Node.TEXT_NODE) {
      if (place.nodeValue !== text) {
        place.nodeValue = text;
      }
      return place;
    }
    return document.createTextNode(text);
  }

  function dress(element, props) {
    var before = element.paintedNames || [];
    var names = [];
    Object.keys(props).forEach(function (prop) {
      var value = props[prop];
      var none = value === null || value === undefined || value === false;
      if (none || NOT_ATTRIBUTES.includes(prop)) {
        return;
      }
      var name = ATTRIBUTE[prop] || prop.toLowerCase();
      var text = value === true ? "" : String(value);
      names.push(name);
      if (element.getAttribute(name) !== text) {
        element.setAttribute(name, text);
      }
    });
    before.forEach(function (name) {
      if (!names.includes(name)) {
        element.removeAttribute(name);
      }
    });
    element.paintedNames = names;
    colour(element, props.style || {});
  }

  function colour(element, style) {
    var wanted = JSON.stringify(style);
    if (element.paintedStyle === wanted || (!element.paintedStyle && wanted === "{}")) {
      return;
    }
    element.style.cssText = "";
    Object.keys(style).forEach(function (name) {
      var plain = name.replace(/[A-Z]/g, function (letter) {
        return "-" + letter.toLowerCase();
      });
      element.style.setProperty(plain, style[name]);
    });
    element.paintedStyle = wanted;
  }

  /* The element that is to show a component: one that did before, else a new one. */
  function standing(place, component, keyed) {
    var tag = component.type.toLowerCase();
    var key = component.props.key;
    var found = key === undefined ? place : keyed[key];
    var same = found && found.localName === tag && found.paintedKey === key;
    if (same) {
      return found;
    }
    var made = document.createElement(tag);
    made.paintedKey = key;
    return made;
  }

  function paint(parent, children) {
    var keyed = {};
    Array.from(parent.children).forEach(function (child) {
      if (child.paintedKey !== undefined) {
        keyed[child.paintedKey] = child;
      }
    });
    var place = parent.firstChild;
    listed(children).forEach(function (part) {
      var here;
      if (typeof part === "object") {
        here = standing(place, part, keyed);
        dress(here, part.props);
        paint(here, part.props.children);
      } else {
        here = written(place, String(part));
      }
      if (here === place) {
        place = place.nextSibling;
      } else {
        parent.insertBefore(here, place);
      }
    });
    while (place !== null) {
      var next = place.nextSibling;
      place.remove();
      place = next;
    }
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.paint = {
    /* Parts by the id of the element that holds them. */
    parts: function (parts) {
      Object.keys(parts || {}).forEach(function (id) {
        var place = document.getElementById(id);
        if (place !== null) {
          paint(place, parts[id]);
        }
      });
      return window.dash_clientside.no_update;
    },
  };
})();
