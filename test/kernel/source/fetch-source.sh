#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Fetches Debian's kernel source package and unpacks the four folders that the harness reads.
# Usage: fetch-source.sh VERSION SUITE      prints the folder that holds the tree
#
# The package is taken from apt's own sources, or else from SUITE of the Debian archive that they name, through a
# configuration of apt of our own: nothing of the machine's is changed.
# The tree goes to ${XDG_CACHE_HOME:-~/.cache}/vtlb, outside any repository: the kernel's text is
# never committed. Exit 2: something needed is missing (standard error says what).
set -eu

usage="usage: fetch-source.sh VERSION SUITE"
version=${1:?$usage}
suite=${2:?$usage}
package="linux-source-$version"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/vtlb"
target="$cache/linux-$version"

if [ -e "$target/.complete" ]; then
	echo "$target"
	exit 0
fi

missing() {
	echo "$*" >&2
	exit 2
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

for tool in dpkg-deb tar xz; do
	command -v "$tool" >/dev/null 2>&1 || missing "'$tool' is not installed: the kernel's source is unpacked from a Debian package."
done

mkdir -p "$cache/download"
cd "$cache/download"
if ! ls "${package}"_*.deb >/dev/null 2>&1; then
	command -v apt-get >/dev/null 2>&1 ||
		missing "'apt-get' is not installed: the kernel's source is fetched from a Debian archive." \
			"Elsewhere, put the file ${package}_VERSION_all.deb into $cache/download by hand."
	echo "fetching $package" >&2
	apt-get download "$package" >&2 || { use_suite && apt-get download "$package" >&2; } ||
		missing "apt has no package '$package', neither from its own sources nor from Debian's suite $suite." \
			"Run 'apt-get update', or put the file ${package}_VERSION_all.deb into $cache/download by hand."
fi
deb=$(ls -t "${package}"_*.deb | head -n 1)

rm -rf "$target.part"
mkdir -p "$target.part"
# The package holds one compressed tar; stream it through, so that the whole tree never touches the disk.
dpkg-deb --fsys-tarfile "$deb" |
	tar -xOf - "./usr/src/linux-source-$version.tar.xz" |
	tar -xJf - -C "$target.part" --strip-components=1 --wildcards \
		"linux-source-$version/arch/x86/kvm/*" \
		"linux-source-$version/arch/x86/include/*" \
		"linux-source-$version/include/*" \
		"linux-source-$version/virt/*" ||
	missing "could not unpack $cache/download/$deb"
echo "$deb" >"$target.part/.complete"
rm -rf "$target"
mv "$target.part" "$target"
echo "$target"
