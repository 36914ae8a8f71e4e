#!/usr/bin/env bash
# The web side: packages and builds, each done only when something changed.
#
#   tools/web.sh install [FOLDER]  npm ci when the lock file changed (default web)
#   tools/web.sh build             the desk and the widget into web/dist, if stale
#   tools/web.sh test              types, lint, unit tests, build, size budgets
set -euo pipefail
source "$(dirname "$0")/lib.sh"

install() {
	local folder=${1:-web} want
	want="$(hash_of "$folder/package-lock.json") $(node --version)"
	if [ "$(cat "$folder/node_modules/.zongler-lock" 2>/dev/null)" != "$want" ]; then
		npm --prefix "$folder" ci --no-audit --no-fund
		echo "$want" >"$folder/node_modules/.zongler-lock"
	fi
}

# sources_hash covers every file that a build reads: names and contents.
sources_hash() {
	local list
	list=$(find web -type d \( -name node_modules -o -name dist -o -name e2e -o -name bench \) -prune -o -type f ! -name '*.go' -print | LC_ALL=C sort)
	printf '%s\n' "$list" | tr '\n' '\0' | xargs -0 cat | cat - <(printf '%s' "$list") | hash_of -
}

build() {
	local stamp=bin/.web want
	want=$(sources_hash)
	if [ "$(cat "$stamp" 2>/dev/null)" = "$want" ] && [ -e web/dist/app/index.html ]; then
		return
	fi
	install
	npm --prefix web run build
	mkdir -p bin
	echo "$want" >"$stamp"
}

test_all() {
	install
	heading "Web: types"
	npm --prefix web run typecheck
	heading "Web: lint"
	npm --prefix web run lint
	heading "Web: unit tests"
	npm --prefix web run test
	heading "Web: build and size budgets"
	build
	npm --prefix web run budgets
}

case "${1:-}" in
install) install "${2:-web}" ;;
build) build ;;
test) test_all ;;
*) die "usage: tools/web.sh install|build|test" ;;
esac
