#!/usr/bin/env bash
# Prints the path of the Chromium that browser tests drive.
# ZONGLER_CHROMIUM names one that lies elsewhere.
set -euo pipefail

for candidate in "${ZONGLER_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
	if [ -n "$candidate" ] && command -v "$candidate"; then
		exit 0
	fi
done
echo "chromium.sh: no Chromium found; install it or set ZONGLER_CHROMIUM" >&2
exit 1
