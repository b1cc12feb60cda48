#!/bin/sh
# Leaves Temporal's two PostgreSQL databases at the schema of these tools' version. Run again, it changes nothing: what is there
# is kept, and the recorded version is never put back.
set -eu

SQL_PASSWORD=$(cat "$SQL_PASSWORD_FILE")
export SQL_PASSWORD SQL_PLUGIN=postgres12 SQL_PORT="${SQL_PORT:-5432}"
tool=${SQL_TOOL:-temporal-sql-tool}

tries=0
until "$tool" --database "$SQL_USER" create-database --defaultdb postgres; do
  tries=$((tries + 1))
  [ "$tries" -lt 30 ] || { echo "PostgreSQL at $SQL_HOST does not take the password, or does not answer" >&2; exit 1; }
  sleep 2
done

for database in temporal temporal_visibility; do
  kind=temporal
  [ "$database" = temporal ] || kind=visibility
  "$tool" --database "$database" create-database --defaultdb postgres
  "$tool" --database "$database" setup-schema --version 0.0
  "$tool" --database "$database" update-schema --schema-name "postgresql/v12/$kind"
done
echo "the schema is that of this version"
