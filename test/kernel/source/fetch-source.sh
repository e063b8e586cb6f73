#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Fetches Debian's kernel source package and unpacks the four folders that the harness reads.
# Usage: fetch-source.sh VERSION SUITE      prints the folder that holds the tree
#
# SUITE is where the package is looked for if apt's own sources lack it: see fetch-package.sh.
# The tree goes to ${XDG_CACHE_HOME:-~/.cache}/vtlb, outside any repository: the kernel's text is
# never committed. Exit 2: something needed is missing (standard error says what).
set -eu

usage="usage: fetch-source.sh VERSION SUITE"
version=${1:?$usage}
suite=${2:?$usage}
target="${XDG_CACHE_HOME:-$HOME/.cache}/vtlb/linux-$version"

if [ -e "$target/.complete" ]; then
	echo "$target"
	exit 0
fi

missing() {
	echo "$*" >&2
	exit 2
}

for tool in dpkg-deb tar xz; do
	command -v "$tool" >/dev/null 2>&1 || missing "'$tool' is not installed: the kernel's source is unpacked from a Debian package."
done

deb=$("$(dirname "$0")/fetch-package.sh" "linux-source-$version" "$suite")

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
	missing "could not unpack $deb"
basename "$deb" >"$target.part/.complete"
rm -rf "$target"
mv "$target.part" "$target"
echo "$target"
