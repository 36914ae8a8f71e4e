# Shared by the scripts of this folder; sourced, never run.
# It moves to the root of the checkout and gives the few words the scripts use.

cd "$(dirname "${BASH_SOURCE[0]}")/.."

# One way of compiling for checks, tests and the binary, so that everything is
# compiled once. Nothing of ours needs C.
export CGO_ENABLED=0

# heading TEXT… prints what comes next, so that a long log can be searched.
heading() {
	printf '\n== %s (%dm%02ds)\n' "$*" $((SECONDS / 60)) $((SECONDS % 60))
}

# die TEXT… ends the script with a sentence that says what to do.
die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# have COMMAND tells whether a program is on the path.
have() {
	command -v "$1" >/dev/null 2>&1
}

# hash_of FILE… prints one checksum of the contents of all of them.
hash_of() {
	if have sha256sum; then
		cat "$@" | sha256sum | cut -d' ' -f1
	else
		cat "$@" | shasum -a 256 | cut -d' ' -f1
	fi
}

# at_least HAVE WANT compares dotted version numbers.
at_least() {
	[ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n1)" = "$2" ]
}

# machine prints what benchmarks were run on, and how busy it was.
machine() {
	echo "# $(go version)"
	echo "# $(uname -sr), $(getconf _NPROCESSORS_ONLN) processors"
	if [ -r /proc/cpuinfo ]; then
		sed -n 's/^model name[^:]*: */# /p' /proc/cpuinfo | sort -u
	fi
	if [ -r /proc/meminfo ]; then
		awk '/^MemTotal/ { printf "# %.1f GiB memory\n", $2 / 1048576 }' /proc/meminfo
	fi
	if [ -r /proc/loadavg ]; then
		echo "# load of the machine before: $(cut -d' ' -f1-3 /proc/loadavg)"
	fi
	echo "# commit $(git rev-parse --short HEAD 2>/dev/null || echo none)"
}
