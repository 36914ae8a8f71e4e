#!/usr/bin/env bash
# go test, and once more for what failed: a shared machine may starve a test of
# time. What fails twice fails.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

go test "$@" && exit 0
heading "Once more, what failed"
go test "$@"
