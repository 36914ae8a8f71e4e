#!/usr/bin/env bash
# Measures in a real browser how quickly the desk answers a person, and keeps the
# figures, headed by the machine, in docs/bench.
#
#   tools/inp.sh OUTPUT
#
# BENCH is the expression that make bench takes; this is the benchmark "inp".
set -euo pipefail
source "$(dirname "$0")/lib.sh"

[ "$#" = 1 ] || die "usage: tools/inp.sh OUTPUT"
output=$1
[[ inp =~ ${BENCH:-.} ]] || exit 0

mkdir -p "$(dirname "$output")"
machine | tee "$output"
tools/build.sh
ZONGLER_CHROMIUM=$(tools/chromium.sh)
export ZONGLER_CHROMIUM ZONGLER_BIN="$PWD/bin/zongler"
node web/bench/inp.mjs | tee -a "$output"
