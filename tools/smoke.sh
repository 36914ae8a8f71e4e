#!/usr/bin/env bash
# What a newcomer does: make run, wait until it is ready, chat once, stop it.
# Uses a free port and an empty data folder; leaves nothing behind.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

ready_within=${ZONGLER_SMOKE_SECONDS:-300} # the first start also builds
stop_within=30

folder=$(mktemp -d)
server=

# process_group_alive tells whether anything of make run is still there.
process_group_alive() {
	[ -n "$server" ] && kill -0 -- "-$server" 2>/dev/null
}

# wait_until SECONDS COMMAND… tries once a quarter of a second.
wait_until() {
	local deadline=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$deadline" ] || return 1
		sleep 0.25
	done
}

stopped() {
	! process_group_alive
}

cleanup() {
	if process_group_alive; then
		kill -KILL -- "-$server" 2>/dev/null || true
	fi
	rm -rf "$folder"
}
trap cleanup EXIT

fail() {
	echo "---- last lines of make run" >&2
	tail -n 60 "$folder/log" >&2 || true
	die "$*"
}

# free_port tries ports that nothing answers on.
free_port() {
	local port
	for _ in $(seq 50); do
		port=$((20000 + RANDOM % 20000))
		if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
			echo "$port"
			return
		fi
	done
	die "no free port found"
}

ready_or_gone() {
	curl --noproxy '*' -fsS --max-time 2 -o /dev/null "$url/readyz" 2>/dev/null || ! process_group_alive
}

port=$(free_port)
url=http://127.0.0.1:$port
heading "make run on $url"
set -m # a process group of its own, so that stopping it reaches the binary
ZONGLER_HTTP_ADDR=127.0.0.1:$port ZONGLER_DATA="$folder/data" make run </dev/null >"$folder/log" 2>&1 &
server=$!
set +m

wait_until "$ready_within" ready_or_gone || fail "not ready after $ready_within s"
process_group_alive || fail "make run ended before it was ready"
echo "ready"

heading "Addresses"
curl --noproxy '*' -fsS --max-time 10 -o "$folder/widget.js" "$url/widget.js" || fail "/widget.js cannot be read"
[ -s "$folder/widget.js" ] || fail "/widget.js is empty"
curl --noproxy '*' -fsS --max-time 10 -o "$folder/openapi.json" "$url/api/openapi.json" || fail "/api/openapi.json cannot be read"
grep -q '"openapi": *"3\.1' "$folder/openapi.json" || fail "/api/openapi.json is not an OpenAPI 3.1 document"
echo "/readyz /widget.js /api/openapi.json answer"

heading "One chat"
go run ./tools/chatsmoke -url "$url" || fail "the chat failed"

heading "Stop"
kill -TERM -- "-$server"
wait_until "$stop_within" stopped || fail "still running $stop_within s after SIGTERM"
echo "stopped"
