// Whether enough carers are on shift tonight, and what follows if they are not.
//
// A rule set is a pure function: the same situation and settings give the same advice. It has no clock, no file,
// no network and no chance: `situation.asOf` is the only time there is.
import { citation, described, factLine, noAdvice, numberOf } from "./glue.js";

// The fact that the rule reads: how many carers are on shift tonight.
const STAFF_TONIGHT = "staff/tonight";

// Replacements should be found within two hours of the answer.
const TWO_HOURS = 2 * 3600;

// What an agency may set for itself, with what holds where it sets nothing.
export const DEFAULTS = { carers_at_least: 3 };

// The words that everything here rests on.
const THE_RULE = citation(
  "SI 2014/2936 reg 18(1)",
  "Sufficient numbers of suitably qualified, competent, skilled and experienced persons must be deployed",
  "statute",
);

export function describe() {
  return described({
    name: "{{name}}",
    version: "0.1.0",
    title: "Carers on shift tonight",
    source: "The Health and Social Care Act 2008 (Regulated Activities) Regulations 2014, regulation 18",
    concerns: ["quality-concern", "provider-failure", "outbreak"],
    facts: [STAFF_TONIGHT],
    needs: ["facts"],
    gives: ["finding", "question", "action"],
  });
}

// What is wrong with settings of the right names and types.
export function check(settings) {
  if (settings.carers_at_least >= 1) return [];
  return [{ path: "carers_at_least", problem: "at least one carer is wanted at night" }];
}

export function advise(situation, settings) {
  const wanted = settings.carers_at_least;
  const advice = noAdvice();
  const fact = numberOf(situation, STAFF_TONIGHT);
  if (fact === null) {
    // A missing answer is never a no: say that it is not known, and ask.
    advice.findings.push(finding("unknown", ["nobody has said how many carers are on shift"]));
    advice.questions.push({
      key: `ask/${STAFF_TONIGHT}`,
      fact: STAFF_TONIGHT,
      asks: "How many carers are on shift tonight?",
      ofKind: "provider",
      cites: [THE_RULE],
    });
    return advice;
  }
  const enough = fact.value.val >= wanted;
  const because = [factLine(fact), `at least ${wanted} are wanted (carers_at_least)`];
  advice.findings.push(finding(enough ? "yes" : "no", because));
  if (!enough) {
    advice.actions.push({
      key: "find-carers",
      title: `Find carers for tonight, so that at least ${wanted} are on shift`,
      owner: "council",
      ownerAgency: null,
      due: fact.at + TWO_HOURS,
      because: [factLine(fact)],
      cites: [THE_RULE],
    });
  }
  return advice;
}

function finding(verdict, because) {
  const title = "Enough carers are on shift tonight";
  return { key: "enough-tonight", subject: "staff", verdict, title, because, cites: [THE_RULE] };
}
