#!/usr/bin/env bash
# How long it takes somebody new: docs/integrating.md's commands for each language, from a clean folder to having
# written to an incident and followed it, in seconds.
#
#     cargo build --workspace --locked --bin muster && examples/minutes.sh [target/debug/muster]
#
# What has to be there: the server built, and python3, node, cargo, sqlite3. Package registries are asked as ever; what their
# clients have kept is used.
set -euo pipefail
cd "$(dirname "$0")/.."
muster=$(realpath "${1:-target/debug/muster}")
clean=$(mktemp -d)
trap 'kill "$server" 2>/dev/null; rm -rf "$clean"' EXIT
(cd "$clean" && exec "$muster" serve --dev --log error >"$clean/log" 2>&1) &
server=$!
until grep -q "Muster listens on" "$clean/log"; do sleep 0.2; kill -0 "$server"; done
certs=$clean/muster-dev

timed() { # LANGUAGE, and the function that does it
  local began=$SECONDS
  if "$2" >"$clean/$2.log" 2>&1; then echo "$1: $((SECONDS - began)) s"; else
    echo "$1: did not work here:"; tail -n 3 "$clean/$2.log"; fi
}
last() { tail -n 1 "$clean/$1.log"; }

in_python() {
  python3 -m venv "$clean/venv" && . "$clean/venv/bin/activate"
  pip install -q grpcio grpcio-tools googleapis-common-protos
  mkdir "$clean/generated"
  python -m grpc_tools.protoc -I proto --python_out="$clean/generated" --grpc_python_out="$clean/generated" proto/muster/v1/*.proto
  export PYTHONPATH=$clean/generated:clients/python
  python examples/python/partner.py --certs "$certs"
  python examples/python/mirror.py "$(last in_python)" --into "$clean/python.db" --until 6 --certs "$certs"
}
in_typescript() {
  mkdir -p "$clean/examples" && cp -r examples/data "$clean/examples/" && cp -r proto "$clean/"
  mkdir "$clean/examples/typescript" && cp examples/typescript/*.ts examples/typescript/*.json examples/typescript/buf.gen.yaml "$clean/examples/typescript/"
  cd "$clean/examples/typescript"
  npm install --no-audit --no-fund && npm run build
  node built/partner.js --certs "$certs"
  node built/follow.js "$(last in_typescript)" --until 6 --certs "$certs"
}
in_rust() {
  cargo build --workspace --locked --bin partner --bin mirror
  "${CARGO_TARGET_DIR:-target}/debug/partner" 127.0.0.1:7443 "$certs"
  "${CARGO_TARGET_DIR:-target}/debug/mirror" "$(last in_rust)" "$clean/rust.db" 127.0.0.1:7443 "$certs" e08000026 6
}
in_shell() {
  PATH=$clean/examples/typescript/node_modules/.bin:$PATH
  examples/shell/partner.sh localhost:7443 "$certs"
  examples/shell/mirror.sh "$(last in_shell)" "$clean/shell.db" localhost:7443 "$certs" e08000026 6
}
timed Python in_python
(timed TypeScript in_typescript)
timed Rust in_rust
timed "shell (with buf from the step before)" in_shell
