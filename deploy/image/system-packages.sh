#!/bin/sh
# system-packages.sh PACKAGE…: Debian packages, those of which the base image brings nothing yet.
set -eu
missing=""
for package in "$@"; do
  # A base that was made from files knows no packages, but has their programs.
  case "$package" in
    git | bubblewrap | python3 | util-linux) program=$(echo "$package" | sed 's/bubblewrap/bwrap/; s/util-linux/unshare/') ;;
    python3-venv) program="" && python3 -c 'import ensurepip, venv' 2>/dev/null && continue ;;
    ca-certificates) program="" && [ -s /etc/ssl/certs/ca-certificates.crt ] && continue ;;
    *) program="$package" ;;
  esac
  [ -n "$program" ] && command -v "$program" >/dev/null && continue
  missing="$missing $package"
done
[ -n "$missing" ] || exit 0
apt-get update
# shellcheck disable=SC2086 # one word a package
apt-get install -y --no-install-recommends $missing
rm -rf /var/lib/apt/lists/*
