#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Fetches a package of Debian's, unless the cache has it.
# Usage: fetch-package.sh PATTERN SUITE      prints the path of the .deb file
#
# PATTERN is an extended regular expression for the package's whole name; of several that match, the newest is taken.
# It comes from apt's own sources, or else from SUITE of the Debian archive that they name, through a configuration
# of apt of our own: nothing of the machine's is changed.
# Exit 2: something needed is missing (standard error says what).
set -eu

usage="usage: fetch-package.sh PATTERN SUITE"
pattern=${1:?$usage}
suite=${2:?$usage}
cache="${XDG_CACHE_HOME:-$HOME/.cache}/vtlb"
download="$cache/download"

missing() {
	echo "$*" >&2
	exit 2
}

# The newest file in the cache, if any.
cached() {
	ls "$download" | grep -Ex "($pattern)_.*\.deb" | sort -V | tail -n 1
}

# The newest package that apt knows now.
known() {
	apt-cache pkgnames | grep -Ex "$pattern" | sort -V | tail -n 1
}

# Has apt read SUITE alone, in a folder of our own.
use_suite() {
	archive=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep '/debian/*$' | head -n 1)
	[ -n "$archive" ] || return 1
	apt="$cache/apt/$suite"
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $archive $suite main" >"$apt/sources.list"
	cat >"$apt/apt.conf" <<-CONF
		Dir::Etc::sourcelist "$apt/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::State::lists "$apt/lists";
		Dir::Cache "$apt/cache";
	CONF
	export APT_CONFIG="$apt/apt.conf"
	apt-get update -qq >&2
}

download_newest() {
	name=$(known)
	[ -n "$name" ] || return 1
	echo "fetching $name" >&2
	apt-get download "$name" >&2
}

mkdir -p "$download"
cd "$download"
if [ -z "$(cached)" ]; then
	command -v apt-get >/dev/null 2>&1 ||
		missing "'apt-get' is not installed: packages are fetched from a Debian archive." \
			"Elsewhere, put the file ${pattern}_VERSION.deb into $download by hand."
	download_newest || { use_suite && download_newest; } ||
		missing "apt has no package '$pattern', neither from its own sources nor from Debian's suite $suite." \
			"Run 'apt-get update', or put the file ${pattern}_VERSION.deb into $download by hand."
fi
echo "$download/$(cached)"
