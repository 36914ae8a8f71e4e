#!/usr/bin/env bash
# Runs the benchmarks of the packages named and keeps the raw output, headed by
# the machine, in docs/bench. benchstat compares two such files.
#
#   tools/bench.sh OUTPUT PACKAGE…
set -euo pipefail
source "$(dirname "$0")/lib.sh"

[ "$#" -ge 2 ] || die "usage: tools/bench.sh OUTPUT PACKAGE…"
output=$1
shift

mkdir -p "$(dirname "$output")"
machine | tee "$output"
tools/with-postgres.sh go test "$@" -run '^$' -bench "(?i)${BENCH:-.}" -benchmem -timeout 60m | tee -a "$output"
