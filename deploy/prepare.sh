#!/bin/sh
# deploy/prepare.sh [FOLDER]: makes what docker-compose.yml reads: configuration, keys and passwords, in ./deployment or FOLDER.
# What is there already is never touched, so it may be run again, and after an upgrade.
set -eu
umask 077
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-deployment}
# Slipway's user in its images, who alone reads what this makes; only root can give it files.
user=10001

command -v openssl >/dev/null || { echo "openssl is needed: it makes the key that the API signs with" >&2; exit 1; }

mkdir -p "$folder/secrets/credentials" "$folder/config/projects" "$folder/build-config"
chmod 755 "$folder" "$folder/config" "$folder/config/projects" "$folder/build-config"
chmod 700 "$folder/secrets"

# new FILE MODE: stdin becomes FILE, whole or not at all
new() {
  cat >"$folder/$1.new"
  chmod "$2" "$folder/$1.new"
  mv "$folder/$1.new" "$folder/$1"
  echo "made $folder/$1"
}

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

[ -e "$folder/secrets/postgres-password" ] || random | new secrets/postgres-password 444
[ -e "$folder/secrets/webhook-secret" ] || random | new secrets/webhook-secret 400
[ -e "$folder/secrets/oidc-client-secret" ] || new secrets/oidc-client-secret 400 </dev/null
if [ ! -e "$folder/secrets/signing-key" ]; then
  openssl genpkey -algorithm ed25519 | new secrets/signing-key 400
  openssl pkey -in "$folder/secrets/signing-key" -pubout | new config/signing.pem 644
fi
# The build worker verifies nothing, but reads a file of the same form.
[ -e "$folder/build-config/signing.pem" ] || new build-config/signing.pem 644 <"$folder/config/signing.pem"
for file in config/slipway.yaml build-config/slipway.yaml; do
  [ -e "$folder/$file" ] || new "$file" 644 <"$here/example/$file"
done

if [ "$(id -u)" -eq 0 ]; then
  chown -R "$user:$user" "$folder/secrets/credentials"
  for secret in signing-key webhook-secret oidc-client-secret; do chown "$user:$user" "$folder/secrets/$secret"; done
else
  echo "as root, still: chown -R $user:$user $folder/secrets/credentials $folder/secrets/signing-key $folder/secrets/webhook-secret $folder/secrets/oidc-client-secret" >&2
fi
