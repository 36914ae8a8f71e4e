#!/usr/bin/env bash
# Development: the demo server and Vite in front of it, which reloads the page
# when a web source changes. Ctrl-C ends both.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

tools/build.sh
tools/web.sh install
bin/zongler demo &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null || true' EXIT
npm --prefix web run dev
