"use strict";
// Ties picture, panels, address and keys together.

(() => {
  const { word, finder } = dom;
  const at = (id) => document.getElementById(id);
  let chosen = null;

  // ---- panels

  function details() {
    const host = at("details");
    if (chosen && chosen.kind === "node") panel.node(host, chosen.id);
    else if (chosen && chosen.kind === "line" && view.line(chosen.key)) panel.line(host, view.line(chosen.key));
    else panel.overview(host);
  }

  function tab(name) {
    for (const one of ["details", "path"]) {
      at(one).hidden = one !== name;
      at(`tab-${one}`).setAttribute("aria-selected", String(one === name));
    }
    document.body.classList.add("side-open");
  }

  function note() {
    const { nodes: nodeCount, facts } = view.count();
    const total = model.order().length;
    if (!total) at("note").textContent = word("emptyView");
    else if (model.filtered()) at("note").textContent = word("shownFiltered", nodeCount, total, facts, model.passing(), model.entities.length);
    else at("note").textContent = word("shown", nodeCount, total, facts, model.passing());
  }

  // ---- actions

  function address() {
    let hash = "";
    if (chosen && chosen.kind === "node") {
      const entity = model.entities[chosen.id];
      hash = `#node=${encodeURIComponent(entity.label)}`;
      if (model.ambiguous(chosen.id)) hash += `&type=${stored.types[entity.type].id}`;
    }
    if (hash === window.location.hash) return;
    try {
      window.history.pushState(null, "", hash || window.location.pathname + window.location.search);
    } catch {
      // A page inside another one (a notebook) may have no address of its own.
    }
  }

  function node(id, quiet) {
    if (!model.isAlive(id)) clearFilters();
    chosen = { kind: "node", id };
    tab("details");
    view.pick([id]);
    view.show(id);
    details();
    if (!quiet) address();
  }

  function line(key) {
    const edge = view.line(key);
    if (!edge) return;
    chosen = { kind: "line", key };
    view.pick([edge.source, edge.target], [key]);
    tab("details");
    details();
    address();
  }

  function nothing(quiet) {
    chosen = null;
    view.unpick();
    details();
    if (!quiet) address();
  }

  function expand(id) {
    view.expand(id);
    node(id);
  }

  function path(steps) {
    const pairs = steps.slice(1).map((id, index) => [steps[index], id]);
    view.pick(steps, pairs.flatMap(([a, b]) => [`e${a}-${b}`, `e${b}-${a}`]));
    view.fit(steps);
  }

  function filtered() {
    model.refilter();
    if (chosen && chosen.kind === "node" && !model.isAlive(chosen.id)) nothing();
    view.refresh();
    const focus = document.activeElement && document.activeElement.dataset.at;
    const group = document.activeElement && document.activeElement.closest("fieldset");
    panel.filters(at("filters"));
    if (focus !== undefined && group) {
      at("filters").querySelector(`[data-filter="${group.dataset.filter}"] [data-at="${focus}"]`).focus();
    }
    if (chosen && chosen.kind === "node") view.pick([chosen.id]);
    details();
  }

  function clearFilters() {
    for (const set of Object.values(model.off)) set.clear();
    model.refilter();
    view.refresh();
    panel.filters(at("filters"));
    details();
  }

  function busy(work) {
    at("note").textContent = word("busy");
    window.setTimeout(work, 30);
  }

  function save() {
    view.picture().toBlob((blob) => {
      const link = dom.element("a", { download: `${stored.title.replace(/[\\/:*?"<>|\s]+/gu, "-")}.png`, href: URL.createObjectURL(blob) });
      link.click();
      window.setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
  }

  // ---- words

  function say(lang) {
    dom.say(lang);
    view.say(lang);
    document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
    document.title = stored.title;
    at("title").textContent = stored.title;
    for (const spot of document.querySelectorAll("[data-word]")) spot.textContent = word(spot.dataset.word);
    for (const spot of document.querySelectorAll("[data-aria]")) {
      spot.setAttribute("aria-label", word(spot.dataset.aria));
      if (spot.tagName === "BUTTON") spot.title = word(spot.dataset.aria);
    }
    at("language").textContent = word("language");
    finder(at("search"), { id: "find", label: word("searchLabel"), placeholder: word("search"), onTake: (id) => node(id) });
    panel.filters(at("filters"));
    panel.legend(at("legend"));
    panel.path(at("path"));
    view.draw();
    details();
  }

  // ---- address -> selection

  function follow() {
    const wanted = new URLSearchParams(window.location.hash.slice(1));
    const id = wanted.has("node") ? model.named(wanted.get("node"), wanted.get("type")) : -1;
    if (id >= 0) node(id, true);
    else nothing(true);
  }

  // ---- events

  panel.bind({
    node,
    expand,
    path,
    filtered,
    clearFilters,
    focus: (id) => {
      view.focusOn(id);
      node(id);
    },
    hide: (id) => {
      nothing();
      view.hide(id);
    },
    pathFrom: (id) => {
      panel.ends.from = id;
      panel.ends.to = -1;
      tab("path");
      panel.path(at("path"));
    },
  });
  view.whenDrawn(note);

  network.on("click", (event) => {
    if (event.nodes.length) node(Number(event.nodes[0].slice(1)));
    else if (event.edges.length) line(event.edges[0]);
    else nothing();
  });
  network.on("doubleClick", (event) => {
    if (event.nodes.length) expand(Number(event.nodes[0].slice(1)));
  });
  network.on("hoverNode", () => at("mynetwork").classList.add("over"));
  network.on("blurNode", () => at("mynetwork").classList.remove("over"));

  at("language").addEventListener("click", () => say(dom.lang() === "zh" ? "en" : "zh"));
  at("to-start").addEventListener("click", () => {
    nothing();
    view.start();
  });
  at("to-all").addEventListener("click", () => busy(view.all));
  at("to-tidy").addEventListener("click", () => busy(view.tidy));
  at("to-fit").addEventListener("click", () => view.fit());
  at("to-in").addEventListener("click", () => view.zoom(1.4));
  at("to-out").addEventListener("click", () => view.zoom(1 / 1.4));
  at("to-picture").addEventListener("click", save);
  at("tab-details").addEventListener("click", () => tab("details"));
  at("tab-path").addEventListener("click", () => tab("path"));
  at("close-side").addEventListener("click", () => document.body.classList.remove("side-open"));
  at("menu").addEventListener("click", () => {
    const open = document.body.classList.toggle("menu-open");
    at("menu").setAttribute("aria-expanded", String(open));
  });
  at("stage").addEventListener("pointerdown", () => {
    document.body.classList.remove("menu-open");
    at("menu").setAttribute("aria-expanded", "false");
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input[type=search]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      at("find").focus();
    } else if (event.key === "Escape" && !typing) {
      nothing();
    }
  });
  window.addEventListener("popstate", follow);
  window.addEventListener("beforeprint", () => view.paper(true));
  window.addEventListener("afterprint", () => view.paper(false));

  say(stored.lang);
  view.start();
  follow();
  document.body.classList.add("ready");
  document.body.classList.remove("side-open");
  if (chosen) document.body.classList.add("side-open");
})();
