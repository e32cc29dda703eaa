"use strict";
// What stands beside the picture: filters on the left; details and paths on the right.

const panel = (() => {
  const { element, mark, badge, finder, word, term } = dom;
  const FIRST = 8;
  const COMPARATORS = { ">=": "≥", "<=": "≤", "~": "≈", "=": "", ">": ">", "<": "<" };
  let go = {};
  const ends = { from: -1, to: -1 };

  const person = (id, extra) => {
    const entity = model.entities[id];
    return element(
      "button",
      { type: "button", class: `entity ${extra || ""}`, onclick: () => go.node(id), title: entity.label },
      mark(entity.type),
      element("span", {}, entity.label),
    );
  };

  const count = (number, name) => element("span", { class: "count" }, element("b", {}, number), ` ${name}`);

  // ---- filters

  function filters(host) {
    const { off } = model;
    const tally = (key) => {
      const found = new Map();
      for (const fact of model.facts) found.set(fact[key], (found.get(fact[key]) || 0) + 1);
      return found;
    };
    const ofType = new Map();
    for (const entity of model.entities) ofType.set(entity.type, (ofType.get(entity.type) || 0) + 1);
    const byDocument = tally("document");
    const rows = (entries, counts) => entries.map((entry, at) => ({ at, entry, count: counts.get(at) || 0 }));
    const sections = [
      ["types", rows(stored.types, ofType), (row) => mark(row.at)],
      ["documents", rows(stored.documents, byDocument), null],
      ["modalities", rows(stored.modalities, tally("modality")), (row) => badge(row.at)],
      ["relations", rows(stored.predicates, tally("predicate")), null],
    ];
    host.replaceChildren(
      ...sections.map(([name, list, picture]) => {
        const set = { types: off.types, documents: off.documents, relations: off.predicates, modalities: off.modalities }[name];
        const present = list.filter((row) => row.count > 0 || name === "documents");
        const every = present.map((row) => row.at);
        const change = (keep) => {
          set.clear();
          for (const at of every) if (!keep(at)) set.add(at);
          go.filtered();
        };
        return element(
          "fieldset",
          { "data-filter": name },
          element(
            "legend",
            {},
            word(name),
            element("button", { type: "button", class: "link", onclick: () => change(() => true) }, word("all")),
            element("button", { type: "button", class: "link", onclick: () => change(() => false) }, word("none")),
          ),
          element(
            "div",
            { class: "choices" },
            present.map((row) => {
              const label = name === "documents" ? row.entry.title : term(row.entry);
              return element(
                "div",
                { class: "choice" },
                element(
                  "label",
                  { title: name === "documents" ? [row.entry.title, row.entry.number, row.entry.date].filter(Boolean).join("\n") : null },
                  element("input", {
                    type: "checkbox",
                    checked: !set.has(row.at),
                    "data-at": row.at,
                    onchange: (event) => {
                      if (event.target.checked) set.delete(row.at);
                      else set.add(row.at);
                      go.filtered();
                    },
                  }),
                  picture && name === "types" ? picture(row) : null,
                  name === "modalities" ? picture(row) : element("span", { class: "name" }, label),
                  element("span", { class: "tally" }, row.count),
                ),
                element("button", { type: "button", class: "link only", "aria-label": `${word("only")} ${label}`, onclick: () => change((at) => at === row.at) }, word("only")),
              );
            }),
          ),
          name === "modalities" ? element("p", { class: "hint" }, word("dashed")) : null,
        );
      }),
      element("button", { type: "button", id: "clear-filters", disabled: !model.filtered(), onclick: go.clearFilters }, word("clearFilters")),
    );
  }

  function legend(host) {
    host.replaceChildren(...stored.types.map((type, at) => element("li", {}, mark(at), term(type))));
  }

  // ---- details

  function overview(host) {
    const hubs = model.order().slice(0, 10);
    host.replaceChildren(
      element("h2", {}, stored.title),
      element("p", { class: "counts" }, count(stored.documents.length, word("sources")), count(model.entities.length, word("entities")), count(model.facts.length, word("facts"))),
      element("p", { class: "hint" }, word("intro")),
      element("h3", {}, word("hubs")),
      element("ol", { class: "plain" }, hubs.map((id) => element("li", { class: "row" }, person(id), element("span", { class: "tally" }, model.degree(id))))),
      element("h3", {}, word("documents")),
      element("ul", { class: "plain documents" }, stored.documents.map((entry) => {
        const id = entry.node;
        return element(
          "li",
          {},
          id < 0 ? element("span", { class: "entity" }, entry.title) : person(id),
          element("small", {}, [entry.number, entry.date, entry.kind].filter(Boolean).join(" · ")),
        );
      })),
    );
  }

  function node(host, id) {
    const entity = model.entities[id];
    const { facts } = entity;
    const hidden = view.hiddenNeighbours(id);
    const own = [["number", facts.number], ["date", facts.date], ["kind", facts.kind]].filter(([, value]) => value);
    host.replaceChildren(
      ...[
        element("p", { class: "type" }, mark(entity.type), term(stored.types[entity.type])),
        element("h2", { tabindex: "-1" }, entity.label),
        element(
          "div",
          { class: "actions" },
          element("button", { type: "button", id: "expand", class: "main", disabled: hidden === 0, onclick: () => go.expand(id) }, !hidden ? word("expanded") : hidden > view.step ? word("expandSome", view.step, hidden) : word("expand", hidden)),
          element("button", { type: "button", onclick: () => go.focus(id) }, word("focus")),
          element("button", { type: "button", onclick: () => go.pathFrom(id) }, word("pathFrom")),
          element("button", { type: "button", onclick: () => go.hide(id) }, word("hide")),
        ),
        facts.cited && element("p", { class: "hint" }, word("cited")),
        own.length && element("dl", {}, own.map(([name, value]) => [element("dt", {}, word(name)), element("dd", {}, value)])),
        facts.measures && measures(facts.measures),
        entity.aliases.length && [element("h3", {}, word("aliases")), element("ul", { class: "chips" }, entity.aliases.map((alias) => element("li", {}, alias)))],
        entity.documents.length && [
          element("h3", {}, word("inDocuments"), entity.mentions ? element("small", {}, word("mentions", entity.mentions)) : null),
          element("ul", { class: "plain documents" }, entity.documents.map((at) => {
            const document = stored.documents[at].node;
            return element("li", {}, document < 0 || document === id ? element("span", { class: "entity" }, stored.documents[at].title) : person(document));
          })),
        ],
        relations(id),
      ].flat().filter(Boolean),
    );
    host.scrollTop = 0;
  }

  // 60000000 as 6,000万, as its readers write it.
  function amount(value) {
    const number = Number(value);
    if (value === "" || value === null || Number.isNaN(number)) return value ?? "";
    const [unit, sign] = dom.lang() !== "zh" ? [1, ""] : number >= 1e8 ? [1e8, "亿"] : number >= 1e5 ? [1e4, "万"] : [1, ""];
    return (number / unit).toLocaleString("en", { maximumFractionDigits: 4 }) + sign;
  }

  function measures(rows) {
    return [
      element("h3", {}, word("measures")),
      element("table", { class: "measures" }, element("tbody", {}, rows.map(([kind, indicator, comparator, value, unit, date]) =>
        element(
          "tr",
          {},
          element("td", {}, indicator || "", element("small", {}, [stored.words[dom.lang()][kind] || kind, date && word("by", date)].filter(Boolean).join(" · "))),
          element("td", { class: "value" }, `${COMPARATORS[comparator] ?? comparator ?? ""} ${amount(value)}`, element("small", {}, ` ${unit || ""}`)),
        )))),
    ];
  }

  function relations(id) {
    const { out, in: into } = model.relations(id);
    if (!out.length && !into.length) return element("p", { class: "hint" }, word("noRelations"));
    const groups = new Map();
    const add = (fact, way) => {
      const key = `${way} ${fact.predicate}`;
      if (!groups.has(key)) groups.set(key, { way, predicate: fact.predicate, facts: [] });
      groups.get(key).facts.push(fact);
    };
    out.forEach((fact) => add(fact, "outgoing"));
    into.forEach((fact) => add(fact, "incoming"));
    const listed = [...groups.values()].sort((a, b) => (a.way < b.way ? 1 : a.way > b.way ? -1 : 0) || a.predicate - b.predicate);
    return listed.map((group) =>
      element(
        "section",
        { class: "group" },
        element("h3", { title: word(`${group.way}Hint`) }, word(group.way, term(stored.predicates[group.predicate])), element("span", { class: "tally" }, group.facts.length)),
        paged(group.facts, (fact) => statement(fact, [person(group.way === "outgoing" ? fact.target : fact.source), badge(fact.modality)])),
      ),
    );
  }

  // A list that shows its beginning, and more on demand: a hub has hundreds of relations.
  function paged(facts, make) {
    const list = element("ul", { class: "plain statements" }, facts.slice(0, FIRST).map(make));
    let at = FIRST;
    const more = element("button", {
      type: "button",
      class: "link more",
      onclick: () => {
        list.append(...facts.slice(at, at + 30).map(make));
        at += 30;
        more.textContent = word("moreRelations", facts.length - at);
        more.hidden = at >= facts.length;
      },
    }, word("moreRelations", facts.length - FIRST));
    return facts.length > FIRST ? [list, more] : list;
  }

  function statement(fact, head) {
    return element("li", { class: "statement" }, element("div", { class: head.length > 2 ? "said" : "row" }, head), quotation(fact), subject(fact), source(fact));
  }

  // Offsets of the trigger count characters as Python does: a rare character outside the BMP is one, not two.
  function quotation(fact) {
    if (!fact.quote) return null;
    const letters = [...fact.quote];
    const [from, to] = fact.trigger || [0, 0];
    const part = (a, b) => letters.slice(a, b).join("");
    return element(
      "blockquote",
      {},
      fact.prefix && element("span", { class: "around" }, fact.prefix),
      part(0, from),
      to > from && element("mark", {}, part(from, to)),
      part(Math.max(from, to)),
      fact.suffix && element("span", { class: "around" }, fact.suffix),
    );
  }

  // Where the text names the subject, if the quotation does not.
  const subject = (fact) =>
    fact.subject ? element("p", { class: "source" }, word("subject", fact.subject), fact.subjectPlace && element("span", {}, fact.subjectPlace)) : null;

  function source(fact) {
    const title = fact.document >= 0 ? stored.documents[fact.document].title : "";
    const bits = [fact.provision, fact.page && word("page", fact.page)].filter(Boolean);
    const how = [fact.rule && word("rule", fact.rule), fact.confidence !== null && word("confidence", fact.confidence)].filter(Boolean);
    if (!title && !bits.length) return null;
    return element("p", { class: "source", title: how.join("\n") || null }, title && `《${title.replace(/^《|》$/gu, "")}》`, bits.map((bit) => element("span", {}, bit)));
  }

  function line(host, edge) {
    host.replaceChildren(
      element("p", { class: "type" }, word("between")),
      element("h2", { class: "pair", tabindex: "-1" }, person(edge.source), element("span", { class: "arrow" }, "→"), person(edge.target)),
      element("ul", { class: "plain statements" }, model.between(edge.source, edge.target).map((fact) => statement(fact, sentence(fact)))),
    );
    host.scrollTop = 0;
  }

  const sentence = (fact) => [
    element("span", { class: "small" }, model.entities[fact.source].label),
    element("b", {}, ` ${term(stored.predicates[fact.predicate])} `),
    element("span", { class: "small" }, model.entities[fact.target].label),
    " ",
    badge(fact.modality),
  ];

  // ---- paths

  function path(host) {
    const from = element("div", { class: "combobox" });
    const to = element("div", { class: "combobox" });
    const result = element("div", { id: "path-result", "aria-live": "polite" });
    host.replaceChildren(
      element("p", { class: "hint" }, word("pathIntro")),
      element("div", { class: "field" }, element("span", {}, word("from")), from),
      element("div", { class: "field" }, element("span", {}, word("to")), to),
      element(
        "div",
        { class: "actions" },
        element("button", { type: "button", id: "find-path", class: "main", onclick: () => walk(result) }, word("findPath")),
        element("button", {
          type: "button",
          onclick: () => {
            [ends.from, ends.to] = [ends.to, ends.from];
            path(host);
          },
        }, word("swap")),
      ),
      result,
    );
    for (const [name, box] of [["from", from], ["to", to]]) {
      const field = finder(box, {
        id: `path-${name}`,
        label: word(name),
        placeholder: word("searchLabel"),
        keep: true,
        onTake: (id) => {
          ends[name] = id;
          if (ends.from >= 0 && ends.to >= 0) walk(result);
        },
      });
      if (ends[name] >= 0) field.set(ends[name]);
      field.input.addEventListener("input", () => {
        ends[name] = -1;
      });
    }
    if (ends.from >= 0 && ends.to < 0) to.querySelector("input").focus();
  }

  function walk(result) {
    const say = (text) => result.replaceChildren(element("p", { class: "hint" }, text));
    if (ends.from < 0 || ends.to < 0) return say(word("pathMissing"));
    if (ends.from === ends.to) return say(word("pathSame"));
    const steps = model.path(ends.from, ends.to);
    if (!steps) return say(word("pathNone"));
    go.path(steps);
    return result.replaceChildren(
      element("h3", {}, word("pathFound", steps.length - 1)),
      element("ol", { class: "plain steps" }, steps.map((id, at) =>
        element("li", {}, person(id), at < steps.length - 1 && element("ul", { class: "plain statements" }, model.between(id, steps[at + 1]).slice(0, 3).map((fact) => statement(fact, sentence(fact))))))),
    );
  }

  return {
    filters,
    legend,
    overview,
    node,
    line,
    path,
    ends,
    bind: (actions) => {
      go = actions;
    },
  };
})();
