#!/usr/bin/env bash
# Keep a copy of an incident in a SQLite file of your own: no gap and no entry twice, whatever is killed.
#
#     examples/shell/mirror.sh INCIDENT mirror.db [localhost:7443] [muster-dev] [AGENCY] [UNTIL]
#
# The last entry in the file is the place to go on from: a page of entries is in it whole or not at all. It asks again
# every two seconds. Hashes are kept as they come (base64) and not worked out: compare with another language's mirror.
set -euo pipefail
incident=$1 file=$2 server=${3:-localhost:7443} certs=${4:-muster-dev} as=${5:-e08000026} until=${6:-}
. "$(dirname "$0")/muster.sh"

sqlite3 "$file" "PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS entry (incident TEXT NOT NULL,
  seq INTEGER NOT NULL, told TEXT NOT NULL, hash TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (incident, seq)) STRICT" >/dev/null
last() { sqlite3 "$file" "SELECT coalesce(max(seq), 0) FROM entry WHERE incident = '$incident'"; }

page=$(mktemp)
trap 'rm -f "$page"' EXIT
while seq=$(last) && { [ -z "$until" ] || [ "$seq" -lt "$until" ]; }; do
  if call RecordService/Read '{"incidentId": "'"$incident"'", "afterSeq": '"$seq"', "limit": 500}' >"$page"; then
    sqlite3 -bail -cmd ".timeout 5000" "$file" "PRAGMA synchronous = FULL; BEGIN IMMEDIATE;
      INSERT OR IGNORE INTO entry SELECT '$incident', value->>'seq', coalesce(value->>'told', ''), value->>'hash', value
        FROM json_each(CAST(readfile('$page') AS TEXT), '\$.entries');
      COMMIT" >/dev/null
    now=$(last)
    if [ "$now" -gt "$seq" ]; then echo "mirrored entries $((seq + 1)) to $now" && continue; fi
  fi
  sleep 2
done
[ "$(sqlite3 "$file" "SELECT count(*) FROM entry WHERE incident = '$incident'")" -eq "$seq" ] || { echo "BROKEN: there is a gap" >&2; exit 1; }
echo "mirrored $seq entries"
