// The three functions of the contract. What they say stands in `rules.js`.
import { plain, readSettings, told } from "./glue.js";
import { DEFAULTS, advise, check, describe } from "./rules.js";

function checked(text) {
  const { settings, issues } = readSettings(text, DEFAULTS);
  return { settings, issues: issues.length > 0 ? issues : check(settings) };
}

export const rules = {
  describe() {
    return describe();
  },

  checkSettings(text) {
    let issues;
    try {
      issues = checked(text).issues;
    } catch (error) {
      issues = [{ path: ".", problem: told(error) }];
    }
    if (issues.length > 0) throw issues;
  },

  advise(situation, text) {
    let fault;
    try {
      const { settings, issues } = checked(text);
      if (issues.length === 0) return advise(plain(situation), settings);
      fault = { tag: "settings", val: issues };
    } catch (error) {
      fault = { tag: "failed", val: told(error) };
    }
    throw fault;
  },
};
