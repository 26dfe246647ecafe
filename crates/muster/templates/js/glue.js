// Between the contract and the rules: values in one spelling, settings read and checked, every error told in words.
//
// An error that leaves a component ends it with nothing but `unreachable`, so none does. Change `rules.js`; this
// file seldom.

const SCHEMA = {{schema-js}};

// A moment or a number as a Number, and what is absent as null, whichever engine hands it over: one gives BigInt and
// undefined, another Number and null. Moments are seconds since 1970, which a Number holds exactly.
export function plain(value) {
  if (value === undefined || value === null) return null;
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, plain(held)]));
  }
  return value;
}

// The operative words, quoted exactly and briefly, and where they stand.
export function citation(clause, words, provenance) {
  if (!clause || !words) throw new Error("a citation names its clause and quotes its words");
  return { clause, words, provenance };
}

// What the rule set is: it is shown the parts of a situation that it needs, and may give what it says it gives.
export function described({ name, version, title, source, concerns, facts, needs, gives, reviewDue = null }) {
  return { name, version, title, source, reviewDue, concerns, settingsSchema: SCHEMA, facts, needs, gives, tags: [] };
}

// Advice with nothing in it yet.
export function noAdvice() {
  return {
    findings: [], questions: [], actions: [], options: [], involvements: [], gates: [], drafts: [], allocations: [],
    regionalIncidents: [], others: [], remarks: [], lookAgainAt: null,
  };
}

// The latest answer to a question, whatever it was; null where nobody answered.
export function factOf(situation, key) {
  return situation.facts.find((fact) => fact.key === key) ?? null;
}

// The latest answer to a question where it is a number, in `value.val`; else null.
export function numberOf(situation, key) {
  const fact = factOf(situation, key);
  return fact !== null && fact.value.tag === "number" ? fact : null;
}

// A fact as a reason, with the entry of the record that holds it: `staff/tonight: 2 (entry 7)`.
export function factLine(fact) {
  const said = fact.value.tag === "at" ? `${fact.value.val} seconds since 1970` : `${fact.value.val}`;
  return `${fact.key}: ${said} (entry ${fact.entry})`;
}

// Settings with the defaults beneath them, and all that is wrong with their names and types.
export function readSettings(text, defaults) {
  let given;
  try {
    given = text.trim() === "" ? {} : JSON.parse(text);
  } catch (error) {
    return { settings: defaults, issues: [{ path: ".", problem: error.message }] };
  }
  if (given === null || typeof given !== "object" || Array.isArray(given)) {
    return { settings: defaults, issues: [{ path: ".", problem: "settings are an object" }] };
  }
  const issues = [];
  for (const name of Object.keys(given).sort()) {
    if (!Object.hasOwn(defaults, name)) {
      const known = Object.keys(defaults).sort().join(", ");
      issues.push({ path: name, problem: `unknown field: the settings are ${known}` });
    } else if (typeof given[name] !== typeof defaults[name]) {
      issues.push({ path: name, problem: `invalid type: ${typeof defaults[name]} is wanted` });
    }
  }
  return { settings: { ...defaults, ...given }, issues };
}

// An error with the lines it came through, innermost first.
export function told(error) {
  if (!(error instanceof Error)) return String(error);
  const places = (error.stack ?? "").trim().split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return [`${error.name}: ${error.message}`, ...places].join("; ");
}
