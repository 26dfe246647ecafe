"""Whether enough carers are on shift tonight, and what follows if they are not.

A rule set is a pure function: the same situation and settings give the same advice. It has no clock, no
file, no network and no chance: `situation.as_of` is the only time there is.
"""
from glue import Settings, citation, described, fact_line, no_advice, number_of
from wit_world.exports.rules import (
    Advice, AgencyKind, Answer, Description, Finding, IncidentKind, Issue, ItemKind, Part, ProposedAction, Provenance,
    Question, Situation,
)

# The fact that the rule reads: how many carers are on shift tonight.
STAFF_TONIGHT = "staff/tonight"

# Replacements should be found within two hours of the answer.
TWO_HOURS = 2 * 3600

# What an agency may set for itself, with what holds where it sets nothing.
DEFAULTS = {"carers_at_least": 3}

# The words that everything here rests on.
THE_RULE = citation(
    "SI 2014/2936 reg 18(1)",
    "Sufficient numbers of suitably qualified, competent, skilled and experienced persons must be deployed",
    Provenance.STATUTE,
)


def describe() -> Description:
    return described(
        name="{{name}}",
        version="0.1.0",
        title="Carers on shift tonight",
        source="The Health and Social Care Act 2008 (Regulated Activities) Regulations 2014, regulation 18",
        concerns=[IncidentKind.QUALITY_CONCERN, IncidentKind.PROVIDER_FAILURE, IncidentKind.OUTBREAK],
        facts=[STAFF_TONIGHT],
        needs=[Part.FACTS],
        gives=[ItemKind.FINDING, ItemKind.QUESTION, ItemKind.ACTION],
    )


def check(settings: Settings) -> list[Issue]:
    """What is wrong with settings of the right names and types."""
    if settings["carers_at_least"] >= 1:
        return []
    return [Issue("carers_at_least", "at least one carer is wanted at night")]


def advise(situation: Situation, settings: Settings) -> Advice:
    wanted = settings["carers_at_least"]
    advice = no_advice()
    found = number_of(situation, STAFF_TONIGHT)
    if found is None:
        # A missing answer is never a no: say that it is not known, and ask.
        advice.findings.append(finding(Answer.UNKNOWN, ["nobody has said how many carers are on shift"]))
        asks = "How many carers are on shift tonight?"
        key = f"ask/{STAFF_TONIGHT}"
        advice.questions.append(Question(key, STAFF_TONIGHT, asks, AgencyKind.PROVIDER, [THE_RULE]))
        return advice
    fact, carers = found
    enough = carers >= wanted
    because = [fact_line(fact), f"at least {wanted} are wanted (carers_at_least)"]
    advice.findings.append(finding(Answer.YES if enough else Answer.NO, because))
    if not enough:
        title = f"Find carers for tonight, so that at least {wanted} are on shift"
        due = fact.at + TWO_HOURS
        advice.actions.append(
            ProposedAction("find-carers", title, AgencyKind.COUNCIL, None, due, [fact_line(fact)], [THE_RULE])
        )
    return advice


def finding(verdict: Answer, because: list[str]) -> Finding:
    title = "Enough carers are on shift tonight"
    return Finding("enough-tonight", "staff", verdict, title, because, [THE_RULE])
