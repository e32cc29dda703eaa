"use strict";
// Making elements, and the search field with its list. Text only ever becomes text.

const dom = (() => {
  let lang = stored.lang;

  const word = (key, ...values) =>
    stored.words[lang][key].replace(/\{(\d)\}/gu, (_, at) => String(values[Number(at)]));
  const term = (entry) => entry[lang];

  // element("button", { class: "quiet", onclick: f }, "text", child, …): strings become text nodes.
  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === undefined || value === null || value === false) continue;
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else made.setAttribute(name, value === true ? "" : String(value));
    }
    for (const child of children.flat(3)) {
      if (child !== undefined && child !== null && child !== false) {
        made.append(child instanceof Node ? child : document.createTextNode(String(child)));
      }
    }
    return made;
  }

  const SHAPES = {
    dot: ["circle", { cx: 8, cy: 8, r: 6 }],
    square: ["rect", { x: 2.5, y: 2.5, width: 11, height: 11 }],
    diamond: ["polygon", { points: "8,1 15,8 8,15 1,8" }],
    triangle: ["polygon", { points: "8,1.5 15,14 1,14" }],
    hexagon: ["polygon", { points: "4.5,2 11.5,2 15,8 11.5,14 4.5,14 1,8" }],
  };

  // The mark of a type, as in the picture; its colours come from the style sheet's class or from the data.
  function mark(type) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("class", "mark");
    svg.setAttribute("aria-hidden", "true");
    const [tag, attributes] = SHAPES[stored.types[type].shape];
    const shape = document.createElementNS(space, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, String(value));
    svg.append(shape);
    svg.style.setProperty("--light", stored.types[type].light);
    svg.style.setProperty("--dark", stored.types[type].dark);
    return svg;
  }

  function badge(modality) {
    const entry = stored.modalities[modality];
    const made = element("span", { class: "badge" }, term(entry));
    made.style.setProperty("--light", entry.light);
    made.style.setProperty("--dark", entry.dark);
    return made;
  }

  // A field that finds entities: arrows move, Enter takes, Escape closes. `onTake(id)` hears the choice.
  function finder(host, { id, label, placeholder, onTake, keep }) {
    const input = element("input", {
      id,
      type: "search",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": label,
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": `${id}-list`,
      placeholder,
    });
    const list = element("ul", { id: `${id}-list`, role: "listbox", "aria-label": label, hidden: true });
    let hits = [];
    let at = -1;

    function close() {
      list.hidden = true;
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
    function take(index) {
      const hit = hits[index];
      if (!hit) return;
      input.value = keep ? model.entities[hit.id].label : "";
      close();
      onTake(hit.id);
    }
    function move(to) {
      at = hits.length ? (to + hits.length) % hits.length : -1;
      [...list.querySelectorAll("[role=option]")].forEach((option, index) => {
        option.setAttribute("aria-selected", String(index === at));
        if (index === at) {
          option.scrollIntoView({ block: "nearest" });
          input.setAttribute("aria-activedescendant", option.id);
        }
      });
    }
    function open() {
      const found = model.search(input.value);
      hits = found.slice(0, 12);
      list.replaceChildren(
        ...hits.map((hit, index) => {
          const entity = model.entities[hit.id];
          return element(
            "li",
            {
              id: `${id}-${index}`,
              role: "option",
              "aria-selected": "false",
              onmousedown: (event) => {
                event.preventDefault();
                take(index);
              },
            },
            mark(entity.type),
            element("span", { class: "name" }, entity.label, hit.alias && element("small", {}, ` ${hit.alias}`)),
            element("span", { class: "tally" }, entity.out.length + entity.in.length),
          );
        }),
      );
      if (!hits.length && input.value.trim()) {
        list.append(element("li", { class: "none" }, word("noMatch", input.value.trim())));
      }
      if (found.length > hits.length) {
        list.append(element("li", { class: "none" }, word("moreMatches", found.length - hits.length)));
      }
      list.hidden = !list.childElementCount;
      input.setAttribute("aria-expanded", String(!list.hidden));
      move(0);
    }
    input.addEventListener("input", open);
    input.addEventListener("focus", () => input.value && open());
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) open();
        else move(at + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter" && !list.hidden) {
        event.preventDefault();
        take(at);
      } else if (event.key === "Escape") {
        event.stopPropagation();
        if (list.hidden) input.blur();
        close();
      }
    });
    host.replaceChildren(input, list);
    return {
      input,
      set: (entity) => {
        input.value = model.entities[entity].label;
        close();
      },
    };
  }

  return {
    element,
    mark,
    badge,
    finder,
    word,
    term,
    lang: () => lang,
    say: (to) => {
      lang = to;
    },
  };
})();
