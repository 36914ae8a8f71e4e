#!/usr/bin/env bash
# A private PostgreSQL server for tests: its own folder, a unix socket, no port.
#
#   tools/pg.sh start DIR   creates DIR if needed, starts the server, prints its URL
#   tools/pg.sh url DIR     prints the URL
#   tools/pg.sh stop DIR    stops the server; the folder stays
#   tools/pg.sh version     prints the version of the binaries that would be used
#
# ZONGLER_PG_FAST=1 turns durability off: right for unit tests, wrong for
# anything that measures. PostgreSQL refuses to run as root, so root hands it
# to the user postgres. ZONGLER_PG_BIN names binaries that lie elsewhere.
set -euo pipefail

die() {
	echo "pg.sh: $*" >&2
	exit 1
}

# binaries prints the folder of the newest server on this machine.
binaries() {
	if [ -n "${ZONGLER_PG_BIN:-}" ]; then
		echo "$ZONGLER_PG_BIN"
		return
	fi
	local newest
	newest=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n1 || true)
	if [ -n "$newest" ] && [ -x "$newest/postgres" ]; then
		echo "$newest"
	elif command -v postgres >/dev/null; then
		dirname "$(command -v postgres)"
	else
		die "no PostgreSQL server found; run tools/deps.sh or set ZONGLER_PG_BIN"
	fi
}

# as_server runs a command as the user the server belongs to.
as_server() {
	if [ "$(id -u)" = 0 ]; then
		(cd / && runuser -u postgres -- "$@")
	else
		"$@"
	fi
}

settings() {
	cat <<-CONF
		listen_addresses = ''
		unix_socket_directories = '$dir'
		unix_socket_permissions = 0700
		max_connections = 200
		max_locks_per_transaction = 256
		shared_buffers = 128MB
		min_wal_size = 1GB
		max_wal_size = 4GB
		timezone = 'UTC'
		log_min_messages = warning
	CONF
	if [ "${ZONGLER_PG_FAST:-}" = 1 ]; then
		printf '%s\n' 'fsync = off' 'synchronous_commit = off' 'full_page_writes = off'
	else
		printf '%s\n' 'fsync = on' 'synchronous_commit = on' 'full_page_writes = on'
	fi
}

create() {
	as_server "$bin/initdb" --pgdata "$dir/data" --username zongler --auth trust \
		--encoding UTF8 --no-locale --no-sync >/dev/null
	as_server sh -c "echo \"include '$dir/zongler.conf'\" >>'$dir/data/postgresql.conf'"
}

running() {
	as_server "$bin/pg_ctl" status --pgdata "$dir/data" >/dev/null 2>&1
}

url() {
	echo "postgres://zongler@/zongler?host=$dir&sslmode=disable"
}

start() {
	mkdir -p "$dir"
	# The limit of a unix socket's path, less the name the server adds.
	[ "${#dir}" -le 85 ] || die "the path $dir is too long for a unix socket; choose one under /tmp"
	[ "$(id -u)" != 0 ] || chown postgres "$dir"
	chmod 0700 "$dir"
	settings >"$dir/zongler.conf"
	chmod 0644 "$dir/zongler.conf"
	[ -e "$dir/data/PG_VERSION" ] || create
	if ! running; then
		as_server "$bin/pg_ctl" start --wait --silent --timeout 60 --pgdata "$dir/data" --log "$dir/server.log" </dev/null ||
			die "the server did not start: $(tail -n 5 "$dir/server.log" 2>/dev/null)"
	fi
	as_server "$bin/createdb" --host "$dir" --username zongler zongler 2>/dev/null ||
		as_server "$bin/psql" --host "$dir" --username zongler --dbname zongler --quiet --command 'SELECT 1' >/dev/null
	url
}

stop() {
	if [ -d "$dir/data" ] && running; then
		as_server "$bin/pg_ctl" stop --wait --silent --mode fast --pgdata "$dir/data"
	fi
}

bin=$(binaries)
action=${1:-}
if [ "$action" = version ]; then
	"$bin/postgres" --version | sed -E 's/^[^0-9]*([0-9.]+).*/\1/'
	exit 0
fi
[ -n "${2:-}" ] || die "usage: tools/pg.sh start|stop|url DIR, or tools/pg.sh version"
case "$2" in
/*) dir=${2%/} ;;
*) dir=$PWD/${2%/} ;;
esac
case "$action" in
start | stop | url) "$action" ;;
*) die "usage: tools/pg.sh start|stop|url DIR, or tools/pg.sh version" ;;
esac
