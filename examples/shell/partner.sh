#!/usr/bin/env bash
# A council's system and its health commissioner's on an incident, from opening it to an adopted proposal.
#
#     examples/shell/partner.sh [localhost:7443] [muster-dev]
#
# Needs buf and sqlite3 (3.38 or newer, for JSON). Run it against a server for development: it writes.
set -euo pipefail
server=${1:-localhost:7443} certs=${2:-muster-dev}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/muster.sh"
data=$here/../data council=e08000026 icb=qwu

append() { # AGENCY, commands as a JSON array; the request id, if it has to be kept; the office, if one is needed
  as=$1 settled RecordService/Append '{"incidentId": "'"$incident"'", "commands": '"$2"',
    "options": {"requestId": "'"${3:-$(id)}"'", "office": "'"${4:-OFFICE_UNSPECIFIED}"'"}}'
}
told() { read_json "(value->>'seq') || '  ' || substr(value->>'told', 1, instr((value->>'told') || char(10), char(10)) - 1)" \
  ", json_each(answer, '\$.entries')"; }

# By the server's clock: what lies ahead of it is refused, and a demonstration plays on a day of its own.
now=$(as=$council call ServerService/GetServerInfo '{}' | read_json "answer->>'serverTime'")
incident=$(as=$council settled IncidentService/OpenIncident '{
  "options": {"requestId": "'"$(id)"'"},
  "opening": {"title": "Larch Court", "kind": "INCIDENT_KIND_PROVIDER_FAILURE",
    "failures": ["FAILURE_BUSINESS_FAILURE"], "notifiedAt": "'"$now"'",
    "services": [{"id": "larch-court", "kind": "SERVICE_KIND_RESIDENTIAL", "national": "ANSWER_UNKNOWN",
      "regulated": "ANSWER_YES", "authority": "e08000026", "beds": 24}]}}' | read_json "answer->>'incidentId'")

# A seat for the health commissioner, which takes it.
append $council '[{"inviteAgency": {"agency": "'$icb'", "interest": "INTEREST_OPERATIONAL"}}]' >/dev/null
append $icb '[{"joinIncident": {}}]' >/dev/null

# One request, sent twice, is written once.
note='[{"makeNote": {"text": "registration suspended"}}]' once=$(id)
written=$(append $council "$note" "$once" | read_json "answer->>'\$.result.seq'")
again=$(append $council "$note" "$once" | read_json "answer->>'\$.result.seq'")
echo "written as entry $written; asked again it is entry $again"

# All rows of the file or none; the same file is offered once, whoever runs this again for the incident.
offers=$(sqlite3 :memory: ".import --csv $data/beds.csv beds" "SELECT json_group_array(json_object('makeOffer',
  json_object('kind', 'OFFER_KIND_BED', 'quantity', CAST(beds AS INTEGER), 'asAt', as_at, 'detail', json_array(
    json_object('word', 'home', 'value', home), json_object('word', 'kind', 'value', kind),
    json_object('word', 'nursing', 'value', nursing))))) FROM beds")
append $icb "$offers" "$( (echo "$incident"; cat "$data/beds.csv") | sha256sum | cut -d' ' -f1)" | told

# The list of vehicles is the council's own setting of the rule set that plans transport.
if as=$council call ServerService/GetServerInfo '{}' | grep -q '"transport-options"'; then
  vehicles=$(sqlite3 :memory: "SELECT json_object('ruleSet', 'transport-options', 'settingsJson',
    CAST(readfile('$data/vehicles.json') AS TEXT), 'requestId', '$(id)',
    'because', 'the transport desk''s list of this morning')")
  # They may be in force already, which is told with SETTINGS_ALREADY_SO and is as good.
  if pushed=$(as=$council call RuleSetService/ChangeSettings "$vehicles" 2>&1); then
    echo "vehicles pushed"
  elif [[ $pushed == *SETTINGS_ALREADY_SO* || $pushed == *"in force already"* ]]; then
    echo "the vehicles are in force already"
  else
    echo "$pushed" >&2
    exit 1
  fi
else
  echo "this server runs no transport-options: no vehicles are pushed"
fi

# An answer, with how it is known.
append $council '[{"answerFact": {"key": "s48/unable-to-carry-on", "value": {"answer": "ANSWER_YES"},
  "source": "the administrator, by telephone"}}]' >/dev/null

# A person decides: here the incident lead has told the system which proposal it is.
append $council '[{"takeOffice": {"office": "OFFICE_INCIDENT_LEAD"}}]' >/dev/null
as=$council call IncidentService/GetIncident '{"incidentId": "'"$incident"'", "waitForAdvice": true}' >/dev/null
proposal=$(as=$council call AdviceService/ListProposals '{"incidentId": "'"$incident"'", "states": ["PROPOSAL_STATE_OPEN"]}' |
  read_json "min(value->>'number')" ", json_each(answer, '\$.proposals') WHERE value->'\$.item.action' IS NOT NULL")
if [ -n "$proposal" ]; then
  append $council '[{"adoptProposal": {"proposal": '"$proposal"'}}]' "$(id)" OFFICE_INCIDENT_LEAD | told
else
  echo "no rule set proposes an action here: nothing is adopted"
fi
echo "$incident"
