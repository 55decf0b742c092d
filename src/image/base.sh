#!/bin/sh
# Writes the least that a Java runtime stands on, the C library out of Debian's package, as an image without a name: base.sh TARBALL
# Nothing is installed, and nobody need be root. The same version of the package gives the same bytes.
set -eu
export LC_ALL=C
tarball=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

download() { apt-get -qq -o APT::Sandbox::User="$(id -un)" download libc6; }
download || { apt-get -qq update && download; }
dpkg-deb --extract libc6_*.deb package
dpkg-deb --control libc6_*.deb control

# A package may keep its libraries below /lib, or below /usr/lib with /lib a link to it: images that lie on this one see them in both places.
mkdir -p root/usr root/etc root/tmp root/usr/share/doc/libc6 root/var/lib/dpkg/status.d
for part in package/lib package/usr/lib package/lib64 package/usr/lib64; do
  [ ! -d "$part" ] || { to=root/usr/${part##*/}; mkdir -p "$to" && cp -a "$part/." "$to/"; }
done
for lib in root/usr/lib*; do ln -s "usr/${lib##*/}" "root/${lib##*/}"; done
rm -rf root/usr/lib/*/gconv root/usr/lib/*/audit # tables of old character sets, and an auditor of the loader

# The licence, and what a scanner for vulnerabilities asks: which distribution, which package.
cp package/usr/share/doc/libc6/copyright root/usr/share/doc/libc6/
cp control/control root/var/lib/dpkg/status.d/libc6
cp /etc/os-release root/etc/os-release

echo 'hosts: files dns' > root/etc/nsswitch.conf
printf '%s\n' 'root:x:0:0:root:/:/sbin/nologin' 'datachunk:x:10100:10100::/tmp:/sbin/nologin' > root/etc/passwd
printf '%s\n' 'root:x:0:' 'datachunk:x:10100:' > root/etc/group
chmod -R u=rwX,go=rX root
chmod 1777 root/tmp

archive() { (cd "$1" && tar --format=ustar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$2" -- *); }
mkdir image
archive root "$work/image/layer.tar"
digest=$(sha256sum < image/layer.tar | cut -d ' ' -f 1)
cat > image/config.json <<JSON
{"architecture": "$(dpkg --print-architecture)", "os": "linux", "created": "1970-01-01T00:00:00Z", "config": {},
 "rootfs": {"type": "layers", "diff_ids": ["sha256:$digest"]}}
JSON
echo '[{"Config": "config.json", "RepoTags": ["datachunk-base:1"], "Layers": ["layer.tar"]}]' > image/manifest.json
mkdir -p "$(dirname "$tarball")"
archive image "$tarball"
