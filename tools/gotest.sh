#!/usr/bin/env bash
# go test, without the vet that golangci-lint has done. A shared machine may starve a test of time, so if a single one fails
# it runs once more by itself, and is listed as FLAKY if it passes. Nothing runs
# again where order and time are what is tested, after a panic, or if more failed. Tests wait more than they
# work, so three packages and four tests of each run beside each other.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

once='^github.com/zongler/zongler/(internal/(routing|app|platform/live|platform/db)|e2e/crash|e2e/cluster|sim)(/|$)'

log=$(mktemp)
trap 'rm -f "$log"' EXIT
go test -vet=off -timeout 15m -parallel 4 -p 3 "$@" 2>&1 | tee "$log" && exit 0

# A line for each test that failed, with its package; "-" stands for one that did not build or broke off.
failed=$(awk -F '[\t ]' '
	/^--- FAIL: / { tests[++n] = $3 }
	/^(panic|fatal error): / { n = 0; broke = 1 }
	/^ok / { n = broke = 0 }
	/^FAIL\t/ {
		if (broke || n == 0) print $2, "-"
		else for (i = 1; i <= n; i++) print $2, tests[i]
		n = broke = 0
	}' "$log")
[ "$(grep -c . <<<"$failed")" = 1 ] || die "failed:"$'\n'"$failed"
read -r package test <<<"$failed"
[ "$test" != - ] || die "$package broke off"
[[ ! $package =~ $once ]] || die "$package $test failed; nothing there runs again"

flags=()
for arg in "$@"; do
	[[ $arg != -* ]] || flags+=("$arg")
done
heading "Once more: $test of $package"
go test -vet=off ${flags[@]+"${flags[@]}"} -count=1 -run "^$test\$" "$package"
heading "FLAKY: $test of $package"
