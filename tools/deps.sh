#!/usr/bin/env bash
# Makes sure that what the other scripts need is here.
#
#   tools/deps.sh build   Go and Node: enough for make run
#   tools/deps.sh test    these, a PostgreSQL server and Chromium: for make test
#   tools/deps.sh mail    Go, Postfix and Dovecot: for make e2e-mail
#   tools/deps.sh social  Go, Node, PostgreSQL and Kannel: for make e2e-social
#
# Go and Node must be there already. The rest is installed on Debian and Ubuntu;
# elsewhere the script names what is missing and stops.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

min_go=1.26
min_node=20.19
min_postgres=15

check_languages() {
	have go || die "Go is missing: install Go $min_go or later (https://go.dev/dl)"
	local go_version
	go_version=$(go env GOVERSION)
	go_version=${go_version#go}
	at_least "${go_version%% *}" "$min_go" || die "Go $go_version is too old: $min_go or later is needed"

	have node || die "Node is missing: install Node $min_node or later (https://nodejs.org)"
	have npm || die "npm is missing: it usually comes with Node"
	local node_version
	node_version=$(node --version)
	at_least "${node_version#v}" "$min_node" || die "Node $node_version is too old: $min_node or later is needed"
}

missing_postgres() {
	local version
	version=$(tools/pg.sh version 2>/dev/null || echo 0)
	at_least "$version" "$min_postgres" || echo postgresql
}

missing_packages() {
	missing_postgres
	tools/chromium.sh >/dev/null 2>&1 || echo chromium
	have curl || echo curl
}

missing_mail_packages() {
	[ -x /usr/sbin/postfix ] || echo postfix
	[ -x /usr/sbin/dovecot ] || echo dovecot-imapd
	[ -x /usr/lib/dovecot/lmtp ] || echo dovecot-lmtpd
	ls /usr/lib/dovecot/modules/lib*_sieve_plugin.so >/dev/null 2>&1 || echo dovecot-sieve
}

missing_social_packages() {
	missing_postgres
	[ -x /usr/sbin/bearerbox ] || echo kannel
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif have sudo; then
		sudo "$@"
	else
		die "installing packages needs root or sudo; please run: $*"
	fi
}

# Installing must not start servers on this machine, nor ask what they are for.
quiet_services() {
	local answer='#!/bin/sh\nexit 101\n'
	[ -e /usr/sbin/policy-rc.d ] || printf "$answer" | as_root tee /usr/sbin/policy-rc.d >/dev/null
	as_root chmod +x /usr/sbin/policy-rc.d
	[ "$1" != missing_mail_packages ] || echo "postfix postfix/main_mailer_type select No configuration" | as_root debconf-set-selections
}

install_missing() {
	local missing list=$1
	mapfile -t missing < <("$list")
	[ "${#missing[@]}" -gt 0 ] || return 0
	have apt-get || die "missing: ${missing[*]} (install them with your system's package manager; PostgreSQL $min_postgres or later)"
	echo "Installing ${missing[*]}"
	[ "$list" = missing_packages ] || quiet_services "$list"
	as_root apt-get update -q
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
	mapfile -t missing < <("$list")
	[ "${#missing[@]}" = 0 ] || die "still missing or too old after the installation: ${missing[*]}"
}

check_languages
case "${1:-test}" in
build) ;;
test) install_missing missing_packages ;;
mail) install_missing missing_mail_packages ;;
social) install_missing missing_social_packages ;;
*) die "usage: tools/deps.sh [build|test|mail|social]" ;;
esac
