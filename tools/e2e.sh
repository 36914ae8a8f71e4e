#!/usr/bin/env bash
# Browser tests: real Chromium windows against bin/zongler.
# They find both programs in ZONGLER_BIN and ZONGLER_CHROMIUM.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

tools/deps.sh test
tools/build.sh
tools/web.sh install
ZONGLER_CHROMIUM=$(tools/chromium.sh)
export ZONGLER_CHROMIUM ZONGLER_BIN="$PWD/bin/zongler"
npm --prefix web run e2e
