#!/usr/bin/env bash
# A council's system in a shell: open an incident, write to it once, read it back. Needs buf and nothing else.
#
#     examples/shell/partner.sh [localhost:7443] [muster-dev]
set -euo pipefail
server=${1:-localhost:7443} certs=${2:-muster-dev}

call() { # METHOD, and the request as JSON
  buf curl --protocol grpc --cacert "$certs/ca.pem" --cert "$certs/e08000026.pem" --key "$certs/e08000026.key" \
    --data "$2" "https://$server/muster.v1.$1"
}
field() { # of the first line of JSON that has it
  sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" | head -n 1
}
id() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

incident=$(call IncidentService/OpenIncident '{
  "options": {"requestId": "'"$(id)"'"},
  "opening": {"title": "Larch Court", "kind": "INCIDENT_KIND_PROVIDER_FAILURE",
    "failures": ["FAILURE_BUSINESS_FAILURE"], "notifiedAt": "'"$(date -u +%Y-%m-%dT%H:%M:%SZ)"'",
    "services": [{"id": "larch-court", "kind": "SERVICE_KIND_RESIDENTIAL", "national": "ANSWER_UNKNOWN",
      "regulated": "ANSWER_YES", "authority": "e08000026", "beds": 24}]}}' | field incidentId)

# The same request under the same id, as often as it takes: it is written once.
note='{"incidentId": "'$incident'", "options": {"requestId": "'$(id)'"},
  "commands": [{"makeNote": {"text": "registration suspended"}}]}'
tries=0
until written=$(call RecordService/Append "$note"); do
  tries=$((tries + 1))
  [ "$tries" -lt 10 ] || { echo "no answer after ten tries; the same request settles it later" >&2; exit 1; }
  sleep 1
done
again=$(call RecordService/Append "$note")
echo "written as entry $(field seq <<<"$written"); asked again it is entry $(field seq <<<"$again")"

# Each entry's first line. To follow: ask again with "afterSeq", the last seq that was read.
call RecordService/Read '{"incidentId": "'"$incident"'", "limit": 500}' | sed -n 's/.*"told": *"\(.*\)",\{0,1\}$/\1/p' | sed 's/\\n.*//'
echo "$incident"
