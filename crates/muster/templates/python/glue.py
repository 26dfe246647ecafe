"""Between the contract and the rules: settings read and checked, and every error told in words.

An exception that leaves a component ends it with nothing but `unreachable`, so none does. Change `rules.py`;
this file seldom.
"""
import json
from typing import Any

from wit_world.exports.rules import (
    Advice, Citation, Description, Fact, FactValue_Answer, FactValue_At, FactValue_Number, FactValue_Text,
    IncidentKind, Issue, ItemKind, Part, Provenance, Situation,
)

Settings = dict[str, Any]

SCHEMA = """{{schema}}"""


def citation(clause: str, words: str, provenance: Provenance) -> Citation:
    """The operative words, quoted exactly and briefly, and where they stand."""
    if not clause or not words:
        raise ValueError("a citation names its clause and quotes its words")
    return Citation(clause, words, provenance)


def described(
    name: str, version: str, title: str, source: str, concerns: list[IncidentKind], facts: list[str],
    needs: list[Part], gives: list[ItemKind], review_due: str | None = None,
) -> Description:
    """What the rule set is: it is shown the parts of a situation that it needs, and may give what it says it gives."""
    return Description(name, version, title, source, review_due, concerns, SCHEMA, facts, needs, gives, [])


def no_advice() -> Advice:
    """Advice with nothing in it yet."""
    return Advice([], [], [], [], [], [], [], [], [], [], [], None)


def fact_of(situation: Situation, key: str) -> Fact | None:
    """The latest answer to a question, whatever it was."""
    return next((fact for fact in situation.facts if fact.key == key), None)


def number_of(situation: Situation, key: str) -> tuple[Fact, int] | None:
    """The latest answer to a question and its number; None where nobody answered, or not with a number."""
    fact = fact_of(situation, key)
    if fact is None or not isinstance(fact.value, FactValue_Number):
        return None
    return fact, fact.value.value


def fact_line(fact: Fact) -> str:
    """A fact as a reason, with the entry of the record that holds it: `staff/tonight: 2 (entry 7)`."""
    match fact.value:
        case FactValue_Answer(value=answer):
            said = answer.name.lower()
        case FactValue_Number(value=value) | FactValue_Text(value=value):
            said = str(value)
        case FactValue_At(value=seconds):
            said = f"{seconds} seconds since 1970"
    return f"{fact.key}: {said} (entry {fact.entry})"


def read_settings(text: str, defaults: Settings) -> tuple[Settings, list[Issue]]:
    """Settings with the defaults beneath them, and all that is wrong with their names and types."""
    try:
        given = json.loads(text) if text.strip() else {}
    except ValueError as error:
        return defaults, [Issue(".", str(error))]
    if not isinstance(given, dict):
        return defaults, [Issue(".", "settings are an object")]
    issues = []
    for name, value in sorted(given.items()):
        if name not in defaults:
            known = ", ".join(sorted(defaults))
            issues.append(Issue(name, f"unknown field: the settings are {known}"))
        # In Python True is an int, and no settings mean that.
        elif type(value) is not type(defaults[name]):
            issues.append(Issue(name, f"invalid type: {type(defaults[name]).__name__} is wanted"))
    return {**defaults, **given}, issues


def told(error: BaseException) -> str:
    """An exception with the lines it came through, innermost last. The module `traceback` would read files."""
    places = []
    at = error.__traceback__
    while at is not None:
        code = at.tb_frame.f_code
        places.append(f"{code.co_name} ({code.co_filename.rsplit('/', 1)[-1]}:{at.tb_lineno})")
        at = at.tb_next
    return f"{type(error).__name__}: {error}; in {' > '.join(places)}"
