#!/usr/bin/env bash
# Everything that must hold before a change lands: what make test does.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

heading "What is needed"
tools/deps.sh test

tools/check.sh --static
tools/web.sh test

heading "Generated files are fresh"
tools/build.sh
tools/generate.sh --check

# Durability is off for the server's own files only: no test here kills
# PostgreSQL. make crash runs against a durable one.
export ZONGLER_PG_FAST=1
heading "Go tests on SQLite and PostgreSQL, ten kills on each, two nodes and a kill, a simulated day"
tools/with-postgres.sh tools/gotest.sh ./internal/app ./... # the longest first

heading "Browser, end to end"
ZONGLER_E2E_LOOKS=few tools/e2e.sh

heading "All passed"
