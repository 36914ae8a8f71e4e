#!/usr/bin/env bash
# Browser tests: real Chromium windows against bin/zongler.
# They find both programs in ZONGLER_BIN and ZONGLER_CHROMIUM. With
# ZONGLER_E2E_LOOKS=few, as make test has it, two files run beside each other, screens are
# looked at in one look instead of all, and only the files in $quick run: what few changes can
# break is left to make e2e.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

tools/deps.sh test
tools/build.sh
tools/web.sh install
ZONGLER_CHROMIUM=$(tools/chromium.sh)
export ZONGLER_CHROMIUM ZONGLER_BIN="$PWD/bin/zongler"

cd web
lanes=1 files=() quick='/(journey|desk|mail|cases|admin|firstrun|widget|preview)\.test\.mjs$'
[ "${ZONGLER_E2E_LOOKS:-}" != few ] || lanes=2
for file in e2e/*.test.mjs widget/e2e/*.test.mjs; do
	[[ $lanes = 2 && ! $file =~ $quick ]] || files+=("$file")
done

# The output of each file comes in one piece, when it has ended; one that failed is named in $failed.
failed=$(mktemp)
trap 'rm -f "$failed"' EXIT
one() {
	local output
	if output=$(node --test --test-force-exit "$1" 2>&1); then
		printf '\n== %s\n%s\n' "$1" "$output"
	else
		printf '\n== %s FAILED\n%s\n' "$1" "$output"
		echo "$1" >>"$failed"
	fi
}
export failed
export -f one
printf '%s\n' "${files[@]}" | xargs -P "$lanes" -I{} bash -c 'one {}'

# One that fails runs once more, by itself, because a browser on a busy machine may be
# starved of time. What fails twice fails, and so do three files that pass only the second time.
mapfile -t again <"$failed"
for file in ${again[@]+"${again[@]}"}; do
	heading "$file, once more"
	node --test --test-force-exit "$file"
done
[ ${#again[@]} = 0 ] || heading "FLAKY: ${again[*]}"
[ ${#again[@]} -le 2 ] || die "more than two files pass only now and then"
