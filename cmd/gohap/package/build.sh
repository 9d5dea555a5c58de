#!/bin/sh
# Builds the Debian package into a directory:
#
#     cmd/gohap/package/build.sh VERSION [DIRECTORY]
#
# ARCH is the Go name of the machine (default: this one). BINARY is a program
# to pack instead of a newly built one.
set -eu

NFPM=github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.0

[ $# -ge 1 ] && [ $# -le 2 ] || {
	echo "usage: $0 VERSION [DIRECTORY]" >&2
	exit 2
}
here="$(cd "$(dirname "$0")" && pwd)"
VERSION="${1#v}"
mkdir -p "${2:-.}"
out="$(cd "${2:-.}" && pwd)"
: "${ARCH:=$(go env GOARCH)}"

STAGE="$(mktemp -d)"
trap 'rm -rf "$STAGE"' EXIT
trap 'exit 1' HUP INT TERM

# The same sources give the same package.
: "${SOURCE_DATE_EPOCH:=$(git -C "$here" log -1 --format=%ct 2>/dev/null || date +%s)}"

if [ -z "${BINARY:-}" ]; then
	BINARY="$STAGE/gohap"
	(cd "$here" && CGO_ENABLED=0 GOOS=linux GOARCH="$ARCH" \
		go build -trimpath -ldflags "-s -w -X main.version=$VERSION" -o "$BINARY" ..)
fi
gzip -9 -n -c "$here/man/gohap.1" > "$STAGE/gohap.1.gz"

export VERSION ARCH STAGE BINARY SOURCE_DATE_EPOCH
cd "$here"
# Not for the target: nfpm runs here.
GOFLAGS= go run "$NFPM" package --config nfpm.yaml --packager deb \
	--target "$out/gohap_${VERSION}_$ARCH.deb"
