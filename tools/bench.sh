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

machine() {
	echo "# $(go version)"
	echo "# $(uname -sr), $(getconf _NPROCESSORS_ONLN) processors"
	if [ -r /proc/cpuinfo ]; then
		sed -n 's/^model name[^:]*: */# /p' /proc/cpuinfo | sort -u
	fi
	if [ -r /proc/meminfo ]; then
		awk '/^MemTotal/ { printf "# %.1f GiB memory\n", $2 / 1048576 }' /proc/meminfo
	fi
	if [ -r /proc/loadavg ]; then
		echo "# load of the machine before: $(cut -d' ' -f1-3 /proc/loadavg)"
	fi
	echo "# commit $(git rev-parse --short HEAD 2>/dev/null || echo none)"
}

mkdir -p "$(dirname "$output")"
machine | tee "$output"
tools/with-postgres.sh go test "$@" -run '^$' -bench "${BENCH:-.}" -benchmem -timeout 60m | tee -a "$output"
