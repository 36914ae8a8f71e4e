#!/usr/bin/env bash
# Runs a command with ZONGLER_TEST_POSTGRES set to a private server that lives
# as long as the command. A server named there already is used as it is.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

[ "$#" -gt 0 ] || die "usage: tools/with-postgres.sh COMMAND…"
if [ -z "${ZONGLER_TEST_POSTGRES:-}" ]; then
	folder=$(mktemp -d /tmp/zongler-pg.XXXXXX)
	trap 'tools/pg.sh stop "$folder" || true; rm -rf "$folder"' EXIT
	ZONGLER_TEST_POSTGRES=$(tools/pg.sh start "$folder")
	export ZONGLER_TEST_POSTGRES
fi
"$@"
