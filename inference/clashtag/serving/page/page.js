import { pieces } from "./highlight.js";

const FAMILIES = {
  violence: ["clash", "attack", "bombing", "shelling", "airstrike", "destruction"],
  harm: ["death", "injury", "abduction", "sexual_violence", "displacement"],
  unrest: ["protest", "riot"],
  control: ["arrest", "territory", "deployment"],
  accord: ["agreement"],
};
const COLUMNS = {
  Who: ["agent"],
  "To whom": ["target", "victim"],
  Where: ["place"],
  When: ["time"],
  "With what": ["instrument"],
};
const FURTHER = { origin: "from", destination: "to", claimant: "claimed by" };
const SAMPLE =
  "Gunmen kidnapped three aid workers near Belmar on Monday, the governor said. Two of them " +
  "were freed on Wednesday after soldiers raided a farm outside the town; a guard was killed " +
  "and four people were injured in the gun battle.\n\n" +
  "In the capital, thousands of people marched against the violence on Thursday. Police fired " +
  "tear gas at the protesters and arrested at least 26 of them. The rebels threatened to shell " +
  "the airport.\n";

const element = (id) => document.getElementById(id);
let running = null;
let description = null;

function make(tag, { className, text, ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const words = (name) => name.replaceAll("_", " ");

function family(type) {
  const found = Object.entries(FAMILIES).find(([, types]) => types.includes(type));
  return `family-${found ? found[0] : "other"}`;
}

function counted(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

// What the form says.

function headers() {
  const key = element("key").value.trim();
  return key ? { Authorization: `Bearer ${key}` } : {};
}

function request() {
  const types = [...document.querySelectorAll("#types input:checked")].map((box) => box.value);
  const threshold = Number(element("threshold").value) || 0;
  return {
    documents: [{ text: element("text").value }],
    options: { threshold, types },
  };
}

async function answer(response) {
  const fields = await response.json().catch(() => ({}));
  if (response.ok) return fields;
  if (response.status === 401) {
    element("key-field").hidden = false;
    element("key").focus();
  }
  const wait = response.headers.get("Retry-After");
  throw new Error(
    wait
      ? `The server is busy. Try again in ${counted(Number(wait), "second")}.`
      : fields.detail?.replaceAll("documents[0].text", "the article") ||
          `The server answered with status ${response.status}.`,
  );
}

async function tag(event) {
  event.preventDefault();
  running?.abort();
  const current = new AbortController();
  running = current;
  element("problem").replaceChildren();
  element("status").textContent = "Reading the article…";
  element("form").setAttribute("aria-busy", "true");
  const begin = performance.now();
  try {
    const response = await fetch("v1/tag", {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers() },
      body: JSON.stringify(request()),
      signal: current.signal,
    });
    const { documents } = await answer(response);
    show(documents[0], performance.now() - begin);
    if (description === null) describe();
  } catch (error) {
    if (current.signal.aborted) return;
    const isUnreachable = error instanceof TypeError;
    element("status").textContent = "";
    element("problem").replaceChildren(
      make("p", { text: isUnreachable ? "The server cannot be reached." : error.message }),
    );
  } finally {
    if (running === current) element("form").removeAttribute("aria-busy");
  }
}

// What the record says.

function show(record, milliseconds) {
  element("status").textContent = [
    counted(record.events.length, "event"),
    counted(record.tokens, "token"),
    `${Math.round(milliseconds).toLocaleString("en")} ms`,
  ].join(" · ");
  element("article").replaceChildren(...pieces(record).map((piece) => marked(piece, record)));
  element("legend").replaceChildren(...legend(record));
  element("table").replaceChildren(record.events.length ? table(record) : nothing());
  element("json").textContent = JSON.stringify(record, null, 2);
  element("copied").textContent = "";
  element("results").hidden = false;
}

function marked(piece, record) {
  const events = new Set(piece.arguments.map((argument) => argument.index));
  if (piece.trigger !== null) events.add(piece.trigger);
  if (!events.size) return document.createTextNode(piece.text);
  const attributes = { "data-events": [...events].join(" ") };
  if (piece.trigger === null) {
    const role = piece.arguments[0].role;
    return make("span", {
      className: "argument",
      text: piece.text,
      title: words(role),
      "data-role": role,
      ...attributes,
    });
  }
  const { type } = record.events[piece.trigger];
  const number = piece.trigger + 1;
  const label = make("span", { className: "hidden", text: ` (${words(type)}, event ${number})` });
  const link = make("a", {
    className: `trigger ${family(type)}`,
    text: piece.text,
    href: `#event-${number}`,
    id: `trigger-${number}`,
    title: words(type),
    ...attributes,
  });
  link.append(label);
  return link;
}

function legend(record) {
  const types = [...new Set(record.events.map((event) => event.type))];
  return types.map((type) => make("li", { className: `chip ${family(type)}`, text: words(type) }));
}

function nothing() {
  return make("p", { text: "The model found no event in this article." });
}

function table(record) {
  const roles = new Set(record.events.flatMap((e) => e.arguments.map((a) => a.role)));
  const columns = Object.entries(COLUMNS).filter(([, names]) => names.some((n) => roles.has(n)));
  const known = Object.values(COLUMNS).flat();
  const hasFurther = [...roles].some((role) => !known.includes(role));
  const titles = ["What", ...columns.map(([title]) => title), ...(hasFurther ? ["Further"] : [])];
  const head = titles.map((title) =>
    make("th", { scope: "col", role: "columnheader", text: title }),
  );
  const rows = record.events.map((event, index) => {
    const cells = columns.map(([title, names]) => cell(title, fillers(event, names)));
    if (hasFurther) cells.push(cell("Further", further(event, known)));
    return make(
      "tr",
      { id: `event-${index + 1}`, tabindex: "-1", role: "row", "data-events": String(index) },
      what(event, index),
      ...cells,
    );
  });
  // Roles are named because a table laid out as cards on a small screen would lose them.
  return make(
    "table",
    { role: "table" },
    make("caption", { text: "Events in the order of the text" }),
    make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ...head)),
    make("tbody", { role: "rowgroup" }, ...rows),
  );
}

function what(event, index) {
  const isUnusual = event.status !== "actual";
  const parts = [
    make("a", { href: `#trigger-${index + 1}`, text: event.trigger.text }),
    make("span", { className: `chip ${family(event.type)}`, text: words(event.type) }),
  ];
  if (isUnusual) {
    const title = "planned, threatened, feared, denied or general, not told as fact";
    parts.push(make("span", { className: "note", text: "not told as fact", title }));
  }
  parts.push(make("span", { className: "note", text: `score ${event.score.toFixed(3)}` }));
  const spaced = parts.flatMap((part) => [part, " "]);
  return make("th", { scope: "row", role: "rowheader" }, ...spaced);
}

function cell(title, content) {
  return make("td", { role: "cell", "data-title": title }, ...content);
}

function fillers(event, names) {
  return event.arguments
    .filter((argument) => names.includes(argument.role))
    .map((argument) => filler(argument));
}

function further(event, known) {
  return event.arguments
    .filter((argument) => !known.includes(argument.role))
    .map((argument) => {
      const label = `${FURTHER[argument.role] ?? words(argument.role)} `;
      return make("span", { className: "filler" }, make("span", { className: "note", text: label }),
        make("span", { text: argument.text, "data-role": argument.role }));
    });
}

function filler(argument) {
  return make("span", { className: "filler" },
    make("span", { text: argument.text, "data-role": argument.role }));
}

// An event's row and its spans are lit together.

function light(target) {
  const events = target?.closest?.("[data-events]")?.dataset.events.split(" ") ?? [];
  for (const span of document.querySelectorAll("#results [data-events]")) {
    const isLit = span.dataset.events.split(" ").some((event) => events.includes(event));
    span.classList.toggle("lit", isLit);
  }
}

function chooseTypes(ontology) {
  const boxes = Object.entries(ontology.types).map(([name, { definition }]) =>
    make("label", { title: definition },
      make("input", { type: "checkbox", value: name }), ` ${words(name)}`),
  );
  element("types").replaceChildren(...boxes);
}

function showLength() {
  const length = Array.from(element("text").value).length;
  const limit = description?.limits.max_text_characters;
  const of = limit ? ` of ${limit.toLocaleString("en")}` : "";
  element("length").textContent = `${length.toLocaleString("en")}${of} characters`;
}

async function describe() {
  try {
    description = await answer(await fetch("v1/model", { headers: headers() }));
    element("model").textContent = `Model ${description.name} ${description.version}.`;
    chooseTypes(description.ontology);
    showLength();
  } catch {
    // The page works without, and asks again once a key was given.
  }
}

element("form").addEventListener("submit", tag);
element("text").addEventListener("input", showLength);
element("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) element("form").requestSubmit();
});
element("sample").addEventListener("click", () => {
  element("text").value = SAMPLE;
  element("text").dispatchEvent(new Event("input"));
  element("form").requestSubmit();
});
element("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText(element("json").textContent);
  element("copied").textContent = "Copied.";
});
for (const kind of ["mouseover", "focusin"]) {
  element("results").addEventListener(kind, (event) => light(event.target));
}
for (const kind of ["mouseleave", "focusout"]) {
  element("results").addEventListener(kind, () => light(null));
}
showLength();
describe();
