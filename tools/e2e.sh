#!/usr/bin/env bash
# Browser tests: real Chromium windows against bin/zongler.
# They find both programs in ZONGLER_BIN and ZONGLER_CHROMIUM.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

tools/deps.sh test
tools/build.sh
tools/web.sh install
ZONGLER_CHROMIUM=$(tools/chromium.sh)
export ZONGLER_CHROMIUM ZONGLER_BIN="$PWD/bin/zongler"

# Several files at a time: each has its own server and its own Chromium, and waits
# more than it works. One that fails runs once more, alone, because a browser on a
# busy machine may be starved of time. What fails twice fails, and so do two files
# that pass only the second time.
cd web
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
export logs
one() { # FILE: runs it, keeps what it says
	local log="$logs/${1//\//-}"
	node --test "$1" >"$log" 2>&1 && echo ok >"$log.ok"
	printf '\n=== %s\n' "$1"
	cat "$log"
}
export -f one
# The longest first, so that none of them is left alone at the end.
wc -c e2e/*.test.mjs widget/e2e/*.test.mjs | sort -rn | awk '$2 != "total" { print $2 }' |
	xargs -P "${ZONGLER_E2E_WINDOWS:-3}" -I{} bash -c 'one {}'

flaky=()
for file in e2e/*.test.mjs widget/e2e/*.test.mjs; do
	[ ! -e "$logs/${file//\//-}.ok" ] || continue
	heading "$file, once more"
	node --test "$file"
	flaky+=("$file")
done
[ ${#flaky[@]} = 0 ] || heading "FLAKY: ${flaky[*]}"
[ ${#flaky[@]} -le 1 ] || die "more than one file passes only now and then"
