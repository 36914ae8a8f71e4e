#!/usr/bin/env bash
# Writes the files that are made from others, or proves that they are fresh.
#
#   bin/zongler openapi  → docs/openapi.json
#   docs/openapi.json    → web/src/lib/api/schema.gen.d.ts
#
# With --check nothing is written: a difference is shown and ends in an error.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

spec=docs/openapi.json
types=web/src/lib/api/schema.gen.d.ts

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT

go build -o bin/zongler ./cmd/zongler
bin/zongler openapi >"$fresh/openapi.json"
tools/web.sh install web/tools/openapi
web/tools/openapi/node_modules/.bin/openapi-typescript "$fresh/openapi.json" --output "$fresh/schema.gen.d.ts" >&2

if [ "${1:-}" = --check ]; then
	diff -u "$spec" "$fresh/openapi.json" | head -n 100 && diff -u "$types" "$fresh/schema.gen.d.ts" | head -n 100 ||
		die "generated files are stale: run make generate and commit the result"
	exit 0
fi
mkdir -p "$(dirname "$types")"
cp "$fresh/openapi.json" "$spec"
cp "$fresh/schema.gen.d.ts" "$types"
