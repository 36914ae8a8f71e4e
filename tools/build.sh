#!/usr/bin/env bash
# Builds bin/zongler with the web sources inside: one static binary.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

tools/deps.sh build
tools/web.sh build
go build -o bin/zongler ./cmd/zongler
