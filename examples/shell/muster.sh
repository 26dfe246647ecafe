# What the two scripts share: calls with a certificate, retry under one request id, and JSON by sqlite3.
# Source it with $server and $certs set.

call() { # METHOD, and the request as JSON; as the agency in $as
  buf curl --protocol grpc --cacert "$certs/ca.pem" --cert "$certs/$as.pem" --key "$certs/$as.key" \
    --data "$2" "https://$server/muster.v1.$1"
}

settled() { # the same request under the same id, as often as it takes: it is written once
  local tries=0
  until call "$@"; do
    tries=$((tries + 1))
    [ "$tries" -lt 10 ] || { echo "no answer after ten tries; the same request settles it later" >&2; return 1; }
    sleep 1
  done
}

read_json() { # an expression of SQLite's over the JSON on standard input, which it calls answer
  local page
  page=$(mktemp)
  cat >"$page"
  sqlite3 :memory: "WITH page(answer) AS (SELECT CAST(readfile('$page') AS TEXT)) SELECT $1 FROM page ${2:-}"
  rm -f "$page"
}

id() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }
