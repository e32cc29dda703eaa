"use strict";
// The drawn part of the graph: which entities are shown and where, and how selection looks. `network`, `nodes` and
// `edges` are pyvis's globals.

const view = (() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const STEP = 24;
  const MANY = 600;
  let shown = new Set();
  let lines = new Map();
  let places = new Map();
  let picked = { nodes: new Set(), edges: new Set(), near: null };
  let light = false;
  let lang = stored.lang;
  let onChange = () => {};

  const isDark = () => dark.matches && !light;
  const ink = () => (isDark() ? "#e8ebf0" : "#1c2430");
  const paper = () => (isDark() ? "#12161d" : "#fbfaf7");
  const faint = () => (isDark() ? "#4c5665" : "#c3c8cf");
  const accent = () => (isDark() ? "#ffd166" : "#c2410c");

  // ---- boxes and places

  const lineUnits = (text) => [...text].reduce((sum, char) => sum + (char.charCodeAt(0) < 128 ? 1 : 2), 0);
  function box(id, place) {
    const entity = model.entities[id];
    const rows = entity.caption.split("\n");
    const wide = Math.max(Math.max(...rows.map(lineUnits)) * 7 + 10, entity.size * 2);
    const high = rows.length * 17;
    return {
      left: place.x - wide / 2 - 7,
      right: place.x + wide / 2 + 7,
      top: place.y - entity.size - 7,
      bottom: place.y + entity.size + high + 7,
    };
  }
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

  // Put newcomers on rings around `centre`, each at the first free spot, starting on the side away from the crowd.
  function settle(newcomers, centre) {
    const taken = [...shown].filter((id) => places.has(id)).map((id) => box(id, places.get(id)));
    const middle = { x: 0, y: 0 };
    for (const id of shown) {
      middle.x += places.get(id).x / shown.size;
      middle.y += places.get(id).y / shown.size;
    }
    const away = Math.atan2(centre.y - middle.y, centre.x - middle.x);
    for (const id of newcomers) {
      let found = null;
      for (let ring = 1; !found && ring < 60; ring += 1) {
        const radius = 60 + ring * 46;
        const spots = Math.max(8, Math.floor((radius * 2 * Math.PI) / 60));
        for (let spot = 0; !found && spot < spots; spot += 1) {
          const side = spot % 2 ? -1 : 1;
          const angle = away + (side * Math.ceil(spot / 2) * 2 * Math.PI) / spots;
          const place = { x: Math.round(centre.x + radius * 1.25 * Math.cos(angle)), y: Math.round(centre.y + radius * Math.sin(angle)) };
          const frame = box(id, place);
          if (!taken.some((other) => meet(frame, other))) {
            found = place;
            taken.push(frame);
          }
        }
      }
      places.set(id, found || { x: centre.x, y: centre.y + 100 });
    }
  }

  // Springs and repulsion from given places, then overlapping boxes pushed apart. No chance in it.
  function arrange(ids) {
    const at = ids.map((id, rank) => {
      const old = places.get(id) || { x: model.entities[id].x, y: model.entities[id].y };
      return { x: old.x + (rank % 7) - 3, y: old.y + (rank % 5) - 2 };
    });
    const rank = new Map(ids.map((id, index) => [id, index]));
    const pairs = [...model.lines(new Set(ids)).values()].map((line) => [rank.get(line.source), rank.get(line.target)]);
    const ideal = 150;
    const rounds = ids.length > 250 ? 60 : 200;
    for (let round = 0; ids.length <= MANY && round < rounds; round += 1) {
      const heat = 60 * (1 - round / rounds) + 1;
      const move = at.map((p) => ({ x: -p.x * 0.02, y: -p.y * 0.03 }));
      for (let a = 0; a < at.length; a += 1) {
        for (let b = a + 1; b < at.length; b += 1) {
          const dx = at[a].x - at[b].x;
          const dy = at[a].y - at[b].y;
          const square = Math.max(dx * dx + dy * dy, 100);
          const push = (ideal * ideal) / square;
          move[a].x += dx * push;
          move[a].y += dy * push;
          move[b].x -= dx * push;
          move[b].y -= dy * push;
        }
      }
      for (const [a, b] of pairs) {
        const dx = at[a].x - at[b].x;
        const dy = at[a].y - at[b].y;
        const pull = Math.sqrt(dx * dx + dy * dy) / ideal / 2;
        move[a].x -= dx * pull;
        move[a].y -= dy * pull;
        move[b].x += dx * pull;
        move[b].y += dy * pull;
      }
      at.forEach((p, index) => {
        const length = Math.hypot(move[index].x, move[index].y) || 1;
        const step = Math.min(length, heat);
        p.x += (move[index].x / length) * step;
        p.y += (move[index].y / length) * step;
      });
    }
    for (let round = 0; round < (ids.length > MANY ? 0 : 100); round += 1) {
      let moved = false;
      for (let a = 0; a < at.length; a += 1) {
        for (let b = a + 1; b < at.length; b += 1) {
          const one = box(ids[a], at[a]);
          const two = box(ids[b], at[b]);
          if (!meet(one, two)) continue;
          moved = true;
          const overX = Math.min(one.right, two.right) - Math.max(one.left, two.left);
          const overY = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
          if (overX < overY) {
            const step = (one.left + one.right >= two.left + two.right ? 1 : -1) * (overX / 2 + 1);
            at[a].x += step;
            at[b].x -= step;
          } else {
            const step = (one.top + one.bottom >= two.top + two.bottom ? 1 : -1) * (overY / 2 + 1);
            at[a].y += step;
            at[b].y -= step;
          }
        }
      }
      if (!moved) break;
    }
    ids.forEach((id, index) => places.set(id, { x: Math.round(at[index].x), y: Math.round(at[index].y) }));
  }

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
      x: places.get(id).x,
      y: places.get(id).y,
      opacity: dim ? 0.25 : 1,
      borderWidth: chosen ? 5 : 2,
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
        strokeWidth: 4,
        strokeColor: paper(),
        bold: false,
      },
    };
  }

  function drawnLine(line) {
    const chosen = picked.edges.has(line.key);
    const dim = picked.near && !chosen;
    const names = [...new Set(line.facts.map((fact) => fact.predicate))].map((at) => stored.predicates[at][lang]);
    const binding = line.facts.some((f) => !["encouraged", "permitted", "exploratory"].includes(stored.modalities[f.modality].id));
    const base = isDark() ? "#6d7a8c" : "#98a1ad";
    const loud = picked.edges.size <= 40;
    return {
      id: line.key,
      from: `n${line.source}`,
      to: `n${line.target}`,
      label: names.length > 2 ? `${names.slice(0, 2).join(" · ")} …` : names.join(" · "),
      dashes: binding ? false : [6, 5],
      width: chosen ? 2.2 : Math.min(1 + Math.log2(line.facts.length) * 0.5, 3),
      smooth: shown.size > MANY ? false : { enabled: true, type: "curvedCW", roundness: 0.08 },
      color: {
        color: chosen ? accent() : base,
        highlight: accent(),
        hover: ink(),
        opacity: dim ? 0.15 : chosen ? 0.95 : 0.6,
      },
      font: {
        face: stored.font.face,
        size: 12,
        align: "horizontal",
        color: dim ? "rgba(0,0,0,0)" : chosen ? accent() : ink(),
        background: dim ? "rgba(0,0,0,0)" : paper(),
        strokeWidth: 0,
      },
      scaling: { label: { enabled: false, drawThreshold: chosen && loud ? 6 : dim ? 60 : 16 } },
    };
  }

  function draw() {
    lines = model.lines(shown);
    const wantedNodes = new Set([...shown].map((id) => `n${id}`));
    nodes.remove(nodes.getIds().filter((id) => !wantedNodes.has(id)));
    edges.remove(edges.getIds().filter((id) => !lines.has(id)));
    nodes.update([...shown].map(drawnNode));
    edges.update([...lines.values()].map(drawnLine));
    onChange();
  }

  // ---- what is shown

  function start() {
    picked = { nodes: new Set(), edges: new Set(), near: null };
    places = new Map();
    if (model.filtered()) {
      const ids = model.order().slice(0, stored.startCount);
      arrange(ids);
      shown = new Set(ids);
    } else {
      shown = new Set(stored.start.map(([id, x, y]) => {
        places.set(id, { x, y });
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
    places = new Map(model.entities.map((e) => [e.id, { x: e.x, y: e.y }]));
    shown = new Set(model.order());
    draw();
    fit();
  }

  // Show neighbours that are not shown yet, the best connected first, a readable number at a time.
  function expand(id) {
    reveal(id);
    const hidden = model.neighbours(id).filter((other) => !shown.has(other)).slice(0, STEP);
    settle(hidden, places.get(id));
    for (const other of hidden) shown.add(other);
    draw();
    return hidden.length;
  }

  function reveal(id) {
    if (shown.has(id)) return false;
    const anchor = model.neighbours(id).find((other) => shown.has(other));
    settle([id], anchor === undefined ? { x: 0, y: 0 } : places.get(anchor));
    shown.add(id);
    return true;
  }

  function focusOn(id) {
    const ids = [id, ...model.neighbours(id).slice(0, stored.startCount)];
    places = new Map();
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
    const list = (ids || [...shown]).map((id) => `n${id}`);
    if (list.length) network.fit({ nodes: list, maxZoomLevel: 1.3, animation: ids ? motion() : false });
  }

  function zoom(factor) {
    network.moveTo({ scale: Math.min(4, Math.max(0.03, network.getScale() * factor)), animation: motion() });
  }

  // Bring an entity into sight without a jump when it is in sight already.
  function show(id) {
    const spot = network.canvasToDOM(places.get(id));
    const frame = document.getElementById("mynetwork");
    const inside = spot.x > 60 && spot.y > 60 && spot.x < frame.clientWidth - 60 && spot.y < frame.clientHeight - 90;
    if (!inside || network.getScale() < 0.45) {
      network.moveTo({ position: places.get(id), scale: Math.max(network.getScale(), 0.8), animation: motion() });
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
    isShown: (id) => shown.has(id),
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
  dark.addEventListener("change", draw);
  return api;
})();
