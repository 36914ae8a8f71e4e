#!/usr/bin/env bash
# Runs every fuzz target of the module, one after the other.
#
#   tools/fuzz.sh [TIME]   how long each runs (default 30s)
set -euo pipefail
source "$(dirname "$0")/lib.sh"

fuzz_time=${1:-30s}

# go test -list prints the targets of a package, then "ok <package> <time>".
targets() {
	go test -list '^Fuzz' ./... | awk '
		/^Fuzz/ { names[++n] = $1; next }
		$1 == "ok" { for (i = 1; i <= n; i++) print $2, names[i]; n = 0 }'
}

count=0
list=$(targets)
while read -r package target; do
	[ -n "$target" ] || continue
	heading "$package $target"
	go test "$package" -run '^$' -fuzz "^$target\$" -fuzztime "$fuzz_time"
	count=$((count + 1))
done <<<"$list"
[ "$count" -gt 0 ] || die "no fuzz target found"
heading "$count fuzz targets ran $fuzz_time each"
