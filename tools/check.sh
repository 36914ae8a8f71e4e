#!/usr/bin/env bash
# What must hold before each commit: format, floors, lint (with vet), unit tests on SQLite.
#
#   tools/check.sh            all of it
#   tools/check.sh --static   without the unit tests, for make test, which runs them on both databases
set -euo pipefail
source "$(dirname "$0")/lib.sh"

tools/deps.sh build
heading "Format"
tools/lint.sh fmt --diff ./...
heading "Floors, table owners, package docs"
go test ./internal/arch
heading "Lint and vet"
tools/lint.sh run ./...
[ "${1:-}" != --static ] || exit 0
heading "Unit tests on SQLite"
tools/gotest.sh ./...
