#!/usr/bin/env bash
# Runs golangci-lint at the version pinned in tools/lint/go.mod.
# It is built once into bin/ and again only when that file or Go changes.
#
#   tools/lint.sh run ./...     all linters
#   tools/lint.sh fmt [--diff]  the formatters
set -euo pipefail
source "$(dirname "$0")/lib.sh"

binary=bin/golangci-lint
stamp=bin/.golangci-lint
want="$(hash_of tools/lint/go.mod tools/lint/go.sum) $(go env GOVERSION)"
if [ ! -x "$binary" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$want" ]; then
	echo "Building golangci-lint (once; some minutes)"
	mkdir -p bin
	CGO_ENABLED=0 go build -C tools/lint -o "$PWD/$binary" github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	echo "$want" >"$stamp"
fi
exec "$binary" "$@"
