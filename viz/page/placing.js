"use strict";
// Where entities stand, in pixels of the picture, and the room that they and their names take.

const placing = (() => {
  const MANY = 600;
  let places = new Map();

  const lineUnits = (text) => [...text].reduce((sum, char) => sum + (char.charCodeAt(0) < 128 ? 1 : 2), 0);
  function box(id, place) {
    const entity = model.entities[id];
    const rows = entity.caption.split("\n");
    const wide = Math.max((Math.max(...rows.map(lineUnits)) * stored.font.size) / 2 + 10, entity.size * 2);
    const high = rows.length * stored.font.line + stored.font.gap;
    return {
      left: place.x - wide / 2 - 7,
      right: place.x + wide / 2 + 7,
      top: place.y - entity.size - 7,
      bottom: place.y + entity.size + high + 7,
    };
  }
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

  // Put newcomers on rings around `centre`, each at the first free spot, starting on the side away from the crowd.
  function settle(newcomers, centre, shown) {
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

  // Place all of `ids` anew: those with relations by force, the others in rows below.
  function arrange(ids) {
    const linked = new Set([...model.lines(new Set(ids)).values()].flatMap((line) => [line.source, line.target]));
    const held = ids.filter((id) => linked.has(id));
    const loose = ids.filter((id) => !linked.has(id));
    if (held.length) pull(held);
    const frame = bounds(held);
    const width = Math.max(frame.right - frame.left, Math.sqrt(loose.length) * 130);
    let x = frame.left;
    let y = frame.bottom + 40;
    for (const id of loose) {
      const own = box(id, { x: 0, y: 0 });
      if (x > frame.left && x + own.right - own.left > frame.left + width) {
        x = frame.left;
        y += 84;
      }
      places.set(id, { x: Math.round(x - own.left), y: Math.round(y + 20) });
      x += own.right - own.left;
    }
  }

  function bounds(ids) {
    if (!ids.length) return { left: 0, right: 0, top: 0, bottom: 0 };
    return ids.map((id) => box(id, places.get(id))).reduce((all, one) => ({
      left: Math.min(all.left, one.left),
      right: Math.max(all.right, one.right),
      top: Math.min(all.top, one.top),
      bottom: Math.max(all.bottom, one.bottom),
    }));
  }

  // Springs and repulsion from given places, then overlapping boxes pushed apart. No chance in it.
  function pull(ids) {
    const at = ids.map((id, rank) => {
      const old = places.get(id) || { x: model.entities[id].x, y: model.entities[id].y };
      return { x: old.x + (rank % 7) - 3, y: old.y + (rank % 5) - 2 };
    });
    const rank = new Map(ids.map((id, index) => [id, index]));
    const pairs = [...model.lines(new Set(ids)).values()].map((line) => [rank.get(line.source), rank.get(line.target)]);
    const ideal = 110;
    const reach = ideal * ideal * 9;
    const rounds = ids.length > 250 ? 60 : 200;
    for (let round = 0; ids.length <= MANY && round < rounds; round += 1) {
      const heat = 60 * (1 - round / rounds) + 1;
      const move = at.map((p) => ({ x: -p.x * 0.2, y: -p.y * 0.2 }));
      for (let a = 0; a < at.length; a += 1) {
        for (let b = a + 1; b < at.length; b += 1) {
          const dx = at[a].x - at[b].x;
          const dy = at[a].y - at[b].y;
          const square = Math.max(dx * dx + dy * dy, 100);
          if (square > reach) continue;
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
        const spring = Math.sqrt(dx * dx + dy * dy) / ideal / 2;
        move[a].x -= dx * spring;
        move[a].y -= dy * spring;
        move[b].x += dx * spring;
        move[b].y += dy * spring;
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

  return {
    MANY,
    box,
    meet,
    bounds,
    settle,
    arrange,
    at: (id) => places.get(id),
    put: (id, place) => places.set(id, place),
    restart: (pairs) => {
      places = new Map(pairs);
    },
  };
})();
