#!/bin/sh
# Leaves Temporal with Slipway's namespace. Run again, it changes nothing: a retention that somebody has set stays.
set -eu
: "${TEMPORAL_ADDRESS:?}" "${TEMPORAL_NAMESPACE:?}" "${RETENTION:?}"
temporal=${TEMPORAL_CLI:-temporal}

# Asked as runs are: "namespace describe" looks into the database, and says so before the server itself knows it.
there() {
  "$temporal" operator search-attribute list --address "$TEMPORAL_ADDRESS" --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1
}

# A server that has just been started may answer before it can create anything.
tries=0
until there; do
  tries=$((tries + 1))
  if [ "$tries" -gt 30 ]; then
    echo "the namespace $TEMPORAL_NAMESPACE can't be made at $TEMPORAL_ADDRESS: $why" >&2
    exit 1
  fi
  why=$("$temporal" operator namespace create --address "$TEMPORAL_ADDRESS" --namespace "$TEMPORAL_NAMESPACE" \
    --retention "$RETENTION" 2>&1) || sleep 2
done
echo "the namespace $TEMPORAL_NAMESPACE is there"
