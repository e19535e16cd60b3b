#!/usr/bin/env bash
# Throws generated requests at `broadsheet serve` by its own OpenAPI document: no 5xx, nothing undocumented, no answer of another shape.
# Not part of the CI, because it takes minutes. Needs Python 3 with Schemathesis 4: pip install schemathesis
#
#   cargo build && tests/schemathesis/run.sh [--max-examples 200 and other options of `schemathesis run`]
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
program=${BROADSHEET:-$root/target/debug/broadsheet}
folder=$(mktemp -d)
pids=()
finish() {
  kill "${pids[@]}" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT

# Waits for a line with $2 in file $1; prints what stands behind it.
word_after() {
  for _ in $(seq 100); do
    if grep -q "$2" "$1"; then
      sed -n "s|.*$2\([^ ]*\).*|\1|p" "$1" | head -1
      return
    fi
    read -rt 0.1 <> <(:) || true
  done
  cat "$1" >&2
  return 1
}

"$program" demo --out "$folder/demo" > "$folder/demo.log" 2>&1 & pids+=($!)
export BROADSHEET_GRAFANA_URL=http://$(word_after "$folder/demo.log" 'Sample Grafana   http://')
export BROADSHEET_SMTP_HOST=$(word_after "$folder/demo.log" 'smtp://')
export BROADSHEET_SEND_RATE_LIMIT=0 BROADSHEET_SEND_RATE_LIMIT_PER_CALLER=0 BROADSHEET_RENDER_RATE_LIMIT=0 BROADSHEET_RENDER_RATE_LIMIT_PER_CALLER=0
export BROADSHEET_API_TOKEN=glsa_sample_token_of_the_demo BROADSHEET_DATA_DIR=$folder/state BROADSHEET_LOG=${BROADSHEET_LOG:-info}
"$program" serve --listen 127.0.0.1:0 > /dev/null 2> "$folder/serve.log" & pids+=($!)
address=$(word_after "$folder/serve.log" 'address=')

# Left out on purpose: we read more than we describe ("true" for true, a number for an id, unknown fields), so data that is wrong by the
# document may be right for us. And a report that was deleted in between counts as "created, not found" with checks on another path.
"${SCHEMATHESIS:-schemathesis}" run "http://$address/api/reports/openapi.json" --url "http://$address/api" --auth admin:admin \
  --exclude-checks negative_data_rejection,positive_data_acceptance,unsupported_method,missing_required_header,ensure_resource_availability \
  --request-timeout 60 --continue-on-failure "$@" && code=0 || code=$?
grep -aE "ERROR|panicked" "$folder/serve.log" | head -20 || true
exit $code
