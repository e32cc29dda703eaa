"use strict";
// The drawn part of the graph: which entities are shown and where, and how selection looks. `network`, `nodes` and
// `edges` are pyvis's globals.

const view = (() => {
  const { MANY, box, meet, bounds, arrange } = placing;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const STEP = 24;
  const NARROW = 600;
  const FEW = 24;

  // What the notes above and the tools, or the panel on a narrow screen, cover of the picture.
  function margins() {
    const stage = document.getElementById("mynetwork");
    const side = document.getElementById("side").getBoundingClientRect();
    const over = side.height > 0 && side.left < stage.clientWidth / 2;
    return { top: 40, bottom: over ? side.height + 8 : isNarrow() ? 104 : 66 };
  }
  const isNarrow = () => document.getElementById("mynetwork").clientWidth < NARROW;
  let shown = new Set();
  let lines = new Map();
  let picked = { nodes: new Set(), edges: new Set(), near: null };
  let light = false;
  let lang = stored.lang;
  let onChange = () => {};

  const isDark = () => dark.matches && !light;
  const ink = () => (isDark() ? "#e8ebf0" : "#1c2430");
  const muted = () => (isDark() ? "#9aa4b2" : "#7a8390");
  const paper = () => (isDark() ? "#12161d" : "#fbfaf7");
  const faint = () => (isDark() ? "#4c5665" : "#c3c8cf");
  const accent = () => (isDark() ? "#ffd166" : "#c2410c");

  // ---- drawing

  function drawnNode(id) {
    const entity = model.entities[id];
    const type = stored.types[entity.type];
    const colour = isDark() ? type.dark : type.light;
    const dim = picked.near && !picked.near.has(id);
    const chosen = picked.nodes.has(id);
    return {
      id: `n${id}`,
      label: entity.caption,
      shape: type.shape,
      size: entity.size,
      x: placing.at(id).x,
      y: placing.at(id).y,
      opacity: dim ? 0.25 : 1,
      borderWidth: chosen ? 4 : 2,
      color: {
        background: colour,
        border: chosen ? accent() : paper(),
        highlight: { background: colour, border: accent() },
        hover: { background: colour, border: ink() },
      },
      font: {
        face: stored.font.face,
        size: stored.font.size,
        color: dim ? faint() : ink(),
        strokeWidth: 2,
        strokeColor: paper(),
        bold: false,
      },
    };
  }

  function drawnLine(line) {
    const chosen = picked.edges.has(line.key);
    const dim = picked.near && !chosen;
    const binding = line.facts.some((f) => !["encouraged", "permitted", "exploratory"].includes(stored.modalities[f.modality].id));
    const base = isDark() ? "#6d7a8c" : "#98a1ad";
    return {
      id: line.key,
      from: `n${line.source}`,
      to: `n${line.target}`,
      dashes: binding ? false : [6, 5],
      width: chosen ? 2.2 : Math.min(1 + Math.log2(line.facts.length) * 0.5, 3),
      smooth: shown.size > MANY ? false : { enabled: true, type: "curvedCW", roundness: 0.08 },
      color: {
        color: chosen ? accent() : base,
        highlight: accent(),
        hover: ink(),
        opacity: dim ? 0.15 : chosen ? 0.95 : 0.6,
      },
    };
  }

  // What a line says: the relations that it stands for.
  function saying(line) {
    const names = [...new Set(line.facts.map((fact) => fact.predicate))].map((at) => stored.predicates[at][lang]);
    return names.length > 2 ? `${names.slice(0, 2).join(" · ")} …` : names.join(" · ");
  }

  // Words on lines: on the selected ones, or on all in sight unless they are too small to read. Each stands where it
  // covers neither another one nor a name; near the far end first, as lines meet at the selected entity. A word
  // without any such place is left to the panel if there are many.
  const SPOTS = [0.6, 0.7, 0.5, 0.78, 0.42, 0.85, 0.34];
  const CLOSE = 0.6;
  const FAR = 0.3;
  let written = [];
  function letter(pen) {
    written = [];
    const scale = network.getScale();
    if (scale < (picked.near ? FAR : CLOSE)) return;
    const stage = document.getElementById("mynetwork");
    const corner = network.DOMtoCanvas({ x: 0, y: 0 });
    const sight = { left: corner.x, top: corner.y, right: corner.x + stage.clientWidth / scale, bottom: corner.y + stage.clientHeight / scale };
    // While entities come and go, some are for a moment shown and not yet drawn.
    const seen = (id) => network.body.nodes[`n${id}`] && meet(box(id, placing.at(id)), sight);
    const ids = picked.near ? [...picked.near] : [...shown].filter(seen);
    const keys = picked.near
      ? [...picked.edges].sort()
      : [...lines.values()].filter((line) => seen(line.source) || seen(line.target)).map((line) => line.key);
    const colour = picked.near ? accent() : muted();
    const size = Math.max(11.5, 10 / scale);
    pen.font = `${size}px ${stored.font.face}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    const taken = ids.flatMap((id) => frames(id));
    for (const key of keys.slice(0, 400)) {
      const line = lines.get(key);
      const drawn = line && network.body.edges[key];
      if (!drawn?.connected) continue;
      const text = saying(line);
      const wide = pen.measureText(text).width + 6;
      const outward = !picked.near || picked.nodes.has(line.source);
      const frameAt = (share) => {
        const spot = drawn.edgeType.getPoint(outward ? share : 1 - share);
        return { x: spot.x, y: spot.y, left: spot.x - wide / 2, right: spot.x + wide / 2, top: spot.y - size * 0.65, bottom: spot.y + size * 0.65 };
      };
      const spots = SPOTS.map(frameAt);
      if (picked.near && keys.length < FEW) spots.push(...spots.flatMap((frame) => beside(frame, wide)));
      const free = spots.find((frame) => !taken.some((other) => meet(frame, other)));
      if (!free) continue;
      taken.push(free);
      pen.fillStyle = paper();
      pen.fillRect(free.left, free.top, wide, size * 1.3);
      pen.fillStyle = colour;
      written.push(text);
      pen.fillText(text, free.x, free.y);
    }
  }

  const beside = (frame, wide) =>
    [wide / 2 + 8, -wide / 2 - 8].map((by) => ({ ...frame, x: frame.x + by, left: frame.left + by, right: frame.right + by }));

  // The two boxes that an entity takes: its shape, and its name below.
  function frames(id) {
    const entity = model.entities[id];
    const frame = box(id, network.getPosition(`n${id}`));
    const middle = frame.top + 7 + entity.size * 2;
    const x = (frame.left + frame.right) / 2;
    return [
      { left: x - entity.size, right: x + entity.size, top: frame.top + 7, bottom: middle },
      { left: frame.left + 10, right: frame.right - 10, top: middle, bottom: frame.bottom - 7 },
    ];
  }

  function draw() {
    lines = model.lines(shown);
    const wantedNodes = new Set([...shown].map((id) => `n${id}`));
    nodes.remove(nodes.getIds().filter((id) => !wantedNodes.has(id)));
    edges.remove(edges.getIds().filter((id) => !lines.has(id)));
    nodes.update([...shown].map(drawnNode));
    edges.update([...lines.values()].map(drawnLine));
    const many = lines.size > MANY * 2;
    network.setOptions({ interaction: { hideEdgesOnDrag: many, hideEdgesOnZoom: many } });
    onChange();
  }

  // ---- what is shown

  function start() {
    picked = { nodes: new Set(), edges: new Set(), near: null };
    placing.restart([]);
    if (model.filtered() || isNarrow()) {
      const ids = model.opening(isNarrow() ? FEW : stored.startCount);
      arrange(ids);
      shown = new Set(ids);
    } else {
      shown = new Set(stored.start.map(([id, x, y]) => {
        placing.put(id, { x, y });
        return id;
      }));
    }
    draw();
    fit();
  }

  // After a change of filters: what was shown and still passes stays where it is.
  function refresh() {
    const kept = [...shown].filter((id) => model.isAlive(id));
    if (kept.length < Math.min(20, model.order().length)) {
      start();
      return;
    }
    shown = new Set(kept);
    draw();
  }

  function all() {
    placing.restart(model.entities.map((e) => [e.id, { x: e.x, y: e.y }]));
    shown = new Set(model.order());
    draw();
    fit();
  }

  // Show neighbours that are not shown yet, the best connected first, a readable number at a time.
  function expand(id) {
    reveal(id);
    const hidden = model.neighbours(id).filter((other) => !shown.has(other)).slice(0, STEP);
    placing.settle(hidden, placing.at(id), shown);
    for (const other of hidden) shown.add(other);
    draw();
    return hidden.length;
  }

  function reveal(id) {
    if (shown.has(id)) return false;
    const anchor = model.neighbours(id).find((other) => shown.has(other));
    placing.settle([id], anchor === undefined ? { x: 0, y: 0 } : placing.at(anchor), shown);
    shown.add(id);
    return true;
  }

  function focusOn(id) {
    const ids = [id, ...model.neighbours(id).slice(0, stored.startCount)];
    placing.restart([]);
    arrange(ids);
    shown = new Set(ids);
    draw();
    fit();
  }

  function hide(id) {
    shown.delete(id);
    draw();
  }

  function tidy() {
    arrange([...shown]);
    draw();
    fit();
  }

  // ---- selection

  function pick(ids, keys) {
    for (const id of ids) reveal(id);
    lines = model.lines(shown);
    const chosen = new Set(keys || []);
    const near = new Set(ids);
    if (!keys) {
      for (const line of lines.values()) {
        if (ids.includes(line.source) || ids.includes(line.target)) {
          chosen.add(line.key);
          near.add(line.source);
          near.add(line.target);
        }
      }
    }
    picked = { nodes: new Set(ids), edges: chosen, near: ids.length ? near : null };
    draw();
  }

  function unpick() {
    picked = { nodes: new Set(), edges: new Set(), near: null };
    network.unselectAll();
    draw();
  }

  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const motion = () => (still.matches ? false : { duration: 350, easingFunction: "easeInOutQuad" });

  function fit(ids) {
    const list = ids || [...shown];
    if (!list.length) return;
    const frame = bounds(list);
    const stage = document.getElementById("mynetwork");
    const { top, bottom } = margins();
    const scale = Math.min(
      1.1,
      (stage.clientWidth - 24) / (frame.right - frame.left),
      (stage.clientHeight - top - bottom) / (frame.bottom - frame.top),
    );
    network.moveTo({
      position: { x: (frame.left + frame.right) / 2, y: (frame.top + frame.bottom) / 2 },
      scale: Math.max(scale, 0.02),
      offset: { x: 0, y: (top - bottom) / 2 },
      animation: ids ? motion() : false,
    });
  }

  function zoom(factor) {
    network.moveTo({ scale: Math.min(4, Math.max(0.03, network.getScale() * factor)), animation: motion() });
  }

  // Bring an entity into sight without a jump when it is in sight already.
  function show(id) {
    const spot = network.canvasToDOM(placing.at(id));
    const frame = document.getElementById("mynetwork");
    const { top, bottom } = margins();
    const inside = spot.x > 60 && spot.y > 60 && spot.x < frame.clientWidth - 60 && spot.y < frame.clientHeight - bottom - 30;
    if (!inside || network.getScale() < 0.45) {
      network.moveTo({
        position: placing.at(id),
        scale: Math.max(network.getScale(), 0.8),
        offset: { x: 0, y: (top - bottom) / 2 },
        animation: motion(),
      });
    }
  }

  function picture() {
    const canvas = document.querySelector("#mynetwork canvas");
    const copy = document.createElement("canvas");
    copy.width = canvas.width;
    copy.height = canvas.height;
    const pen = copy.getContext("2d");
    pen.fillStyle = paper();
    pen.fillRect(0, 0, copy.width, copy.height);
    pen.drawImage(canvas, 0, 0);
    return copy;
  }

  const api = {
    start,
    refresh,
    all,
    expand,
    reveal,
    focusOn,
    hide,
    tidy,
    pick,
    unpick,
    fit,
    zoom,
    show,
    picture,
    draw,
    written: () => written,
    isShown: (id) => shown.has(id),
    step: STEP,
    hiddenNeighbours: (id) => model.neighbours(id).filter((other) => !shown.has(other)).length,
    count: () => ({ nodes: shown.size, facts: [...lines.values()].reduce((sum, line) => sum + line.facts.length, 0) }),
    line: (key) => lines.get(key),
    say: (to) => {
      lang = to;
    },
    paper: (always) => {
      light = always;
      draw();
    },
    whenDrawn: (listener) => {
      onChange = listener;
    },
  };
  network.on("afterDrawing", letter);
  network.on("dragEnd", (event) => {
    for (const id of event.nodes) placing.put(Number(id.slice(1)), network.getPosition(id));
  });
  dark.addEventListener("change", draw);
  return api;
})();
