#!/usr/bin/env bash
# Browser tests: real Chromium windows against bin/zongler.
# They find both programs in ZONGLER_BIN and ZONGLER_CHROMIUM. With
# ZONGLER_E2E_LOOKS=few, as make test has it, screens are looked at in one look
# instead of all, and what few changes can break (loss of the network, several tabs,
# zoom and forced colours, a chat that goes on by mail) is left to make e2e.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

tools/deps.sh test
tools/build.sh
tools/web.sh install
ZONGLER_CHROMIUM=$(tools/chromium.sh)
export ZONGLER_CHROMIUM ZONGLER_BIN="$PWD/bin/zongler"

# One file after another; one that fails runs once more, because a browser on a
# busy machine may be starved of time. What fails twice fails, and so do two
# files that pass only the second time.
cd web
flaky=()
for file in e2e/*.test.mjs widget/e2e/*.test.mjs; do
	[[ ${ZONGLER_E2E_LOOKS:-} != few || ! $file =~ e2e/(loss|tabs|looks|goon)\.test\.mjs$ ]] || continue
	heading "$file"
	node --test --test-force-exit "$file" && continue
	heading "$file, once more"
	node --test --test-force-exit "$file"
	flaky+=("$file")
done
[ ${#flaky[@]} = 0 ] || heading "FLAKY: ${flaky[*]}"
[ ${#flaky[@]} -le 1 ] || die "more than one file passes only now and then"
