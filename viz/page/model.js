"use strict";
// The graph as data: entities, relations, filters, search, neighbours, paths. Knows nothing of the page.

const stored = JSON.parse(document.getElementById("graph-data").textContent);

const model = (() => {
  const entities = stored.nodes.map((row, id) => ({
    id,
    label: row[0],
    caption: row[1] || row[0],
    type: row[2],
    size: row[3],
    x: row[4],
    y: row[5],
    aliases: row[6],
    documents: row[7],
    mentions: row[8],
    facts: row[9] || {},
    out: [],
    in: [],
  }));
  const facts = stored.edges.map((row, id) => ({
    id,
    source: row[0],
    target: row[1],
    predicate: row[2],
    modality: row[3],
    document: row[4],
    provision: stored.texts[row[5]],
    page: row[6],
    prefix: stored.texts[row[7]],
    quote: stored.texts[row[8]],
    suffix: stored.texts[row[9]],
    trigger: row[10],
    rule: stored.texts[row[11]],
    confidence: row[12],
    subject: stored.texts[row[13]],
    subjectPlace: stored.texts[row[14]],
  }));
  for (const fact of facts) {
    entities[fact.source].out.push(fact);
    entities[fact.target].in.push(fact);
  }

  // What is switched off, by kind; sets of indices into the vocabulary or the documents.
  const off = { types: new Set(), predicates: new Set(), modalities: new Set(), documents: new Set() };
  let passes = facts.map(() => true);
  let alive = entities.map(() => true);
  let degrees = entities.map((entity) => entity.out.length + entity.in.length);
  let order = entities.map((entity) => entity.id);

  const filtered = () => Object.values(off).some((set) => set.size > 0);

  function refilter() {
    const inDocuments = (list) => list.length === 0 || list.some((at) => !off.documents.has(at));
    const stands = entities.map((e) => !off.types.has(e.type) && (off.documents.size === 0 || inDocuments(e.documents)));
    passes = facts.map(
      (fact) =>
        stands[fact.source] &&
        stands[fact.target] &&
        !off.predicates.has(fact.predicate) &&
        !off.modalities.has(fact.modality) &&
        !off.documents.has(fact.document),
    );
    degrees = entities.map(() => 0);
    facts.forEach((fact, at) => {
      if (passes[at]) {
        degrees[fact.source] += 1;
        degrees[fact.target] += 1;
      }
    });
    const needsFact = off.predicates.size > 0 || off.modalities.size > 0;
    alive = entities.map((e) => stands[e.id] && (!needsFact || degrees[e.id] > 0));
    order = entities.map((e) => e.id).filter((id) => alive[id]);
    order.sort((a, b) => degrees[b] - degrees[a] || a - b);
  }

  // The best connected entities, rather what hangs together, and of every type; as the opening view was chosen.
  function opening(count) {
    const left = new Set(order);
    const touched = new Set();
    const chosen = [];
    const room = stored.types.map(() => Math.round(count * stored.startShare));
    while (left.size && chosen.length < count) {
      const full = ![...left].some((id) => room[entities[id].type] > 0);
      let best = -1;
      let most = -1;
      for (const id of left) {
        if (!full && room[entities[id].type] <= 0) continue;
        const score = degrees[id] * (touched.has(id) ? 1 : stored.startApart);
        if (score > most) [best, most] = [id, score];
      }
      left.delete(best);
      room[entities[best].type] -= 1;
      chosen.push(best);
      for (const other of neighbours(best)) touched.add(other);
    }
    return chosen;
  }

  const relations = (id) => {
    const entity = entities[id];
    return { out: entity.out.filter((f) => passes[f.id]), in: entity.in.filter((f) => passes[f.id]) };
  };

  function neighbours(id) {
    const found = new Set();
    for (const fact of entities[id].out) if (passes[fact.id]) found.add(fact.target);
    for (const fact of entities[id].in) if (passes[fact.id]) found.add(fact.source);
    found.delete(id);
    return [...found].sort((a, b) => degrees[b] - degrees[a] || a - b);
  }

  // Relations between two shown entities become one line of the picture: its key, and what it stands for.
  function lines(shown) {
    const found = new Map();
    facts.forEach((fact, at) => {
      if (!passes[at] || fact.source === fact.target || !shown.has(fact.source) || !shown.has(fact.target)) return;
      const key = `e${fact.source}-${fact.target}`;
      const line = found.get(key);
      if (line) line.facts.push(fact);
      else found.set(key, { key, source: fact.source, target: fact.target, facts: [fact] });
    });
    return found;
  }

  // Breadth first, against and along the direction of relations; the better connected entity first.
  function path(from, to) {
    const before = new Map([[from, -1]]);
    let edge = [from];
    while (edge.length && !before.has(to)) {
      const next = [];
      for (const id of edge) {
        for (const other of neighbours(id)) {
          if (!before.has(other)) {
            before.set(other, id);
            next.push(other);
          }
        }
      }
      edge = next;
    }
    if (!before.has(to)) return null;
    const steps = [to];
    while (steps[0] !== from) steps.unshift(before.get(steps[0]));
    return steps;
  }

  const between = (a, b) =>
    [...entities[a].out.filter((f) => f.target === b), ...entities[b].out.filter((f) => f.target === a)].filter(
      (f) => passes[f.id],
    );

  const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/[\s《》〈〉“”"「」]/gu, "");
  const folded = entities.map((e) => [fold(e.label), ...e.aliases.map(fold)]);

  // Exact names, then beginnings, then any part; in each, the better connected first. Filters do not matter here.
  function search(text) {
    const wanted = fold(text);
    if (!wanted) return [];
    const hits = [];
    entities.forEach((entity, id) => {
      let best = 9;
      let alias = -1;
      folded[id].forEach((name, at) => {
        const rank = name === wanted ? 0 : name.startsWith(wanted) ? 1 : name.includes(wanted) ? 2 : 9;
        if (rank < best) {
          best = rank;
          alias = at - 1;
        }
      });
      if (best < 9) hits.push({ id, rank: best, alias: alias < 0 ? "" : entity.aliases[alias] });
    });
    return hits.sort((a, b) => a.rank - b.rank || a.id - b.id);
  }

  // The entity of exactly this name, or of this alias.
  function named(name, type) {
    const fits = (e) => !type || stored.types[e.type].id === type;
    const found = entities.find((e) => e.label === name && fits(e)) || entities.find((e) => e.aliases.includes(name) && fits(e));
    return found ? found.id : -1;
  }

  return {
    entities,
    facts,
    off,
    filtered,
    refilter,
    opening,
    relations,
    neighbours,
    lines,
    path,
    between,
    search,
    named,
    isAlive: (id) => alive[id],
    passes: (id) => passes[id],
    degree: (id) => degrees[id],
    order: () => order,
    passing: () => passes.reduce((sum, one) => sum + (one ? 1 : 0), 0),
    ambiguous: (id) => entities.some((e) => e.id !== id && e.label === entities[id].label),
  };
})();
