"""The three functions of the contract. What they say stands in `rules.py`."""
from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.rules import Advice, Description, Fault_Failed, Fault_Settings, Issue, Situation

import glue
import rules


class Rules(exports.Rules):
    def describe(self) -> Description:
        return rules.describe()

    def check_settings(self, settings: str) -> None:
        try:
            issues = checked(settings)[1]
        except Exception as error:
            issues = [Issue(".", glue.told(error))]
        if issues:
            raise Err(issues)

    def advise(self, situation: Situation, settings: str) -> Advice:
        try:
            read, issues = checked(settings)
            if not issues:
                return rules.advise(situation, read)
            fault = Fault_Settings(issues)
        except Exception as error:
            fault = Fault_Failed(glue.told(error))
        raise Err(fault)


def checked(text: str) -> tuple[glue.Settings, list[Issue]]:
    settings, issues = glue.read_settings(text, rules.DEFAULTS)
    return settings, issues or rules.check(settings)
