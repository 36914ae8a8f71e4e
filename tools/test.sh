#!/usr/bin/env bash
# Everything that must hold before a change lands: what make test does.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

heading "What is needed"
tools/deps.sh test

tools/check.sh
tools/web.sh test

heading "Generated files are fresh"
tools/build.sh
tools/generate.sh --check

heading "Browser, end to end"
tools/e2e.sh

# Durability is off for the server's own files only: no test here kills
# PostgreSQL. make crash runs against a durable one.
export ZONGLER_PG_FAST=1
heading "Go tests on SQLite and PostgreSQL"
tools/with-postgres.sh tools/gotest.sh ./...

heading "Ten kills on each database"
tools/with-postgres.sh go test ./e2e/crash -count=1 -kills 10

heading "A simulated day"
go test ./sim -count=1 -days 1

heading "All passed"
