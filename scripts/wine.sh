#!/bin/sh
# Runs a Windows program under wine. What it prints goes through a file: Node under wine can't write to a pipe.
set -eu
if [ ! -e "$WINEPREFIX/system.reg" ]; then
  wine reg add 'HKCU\Software\Wine' /v Version /d win10 /f >/dev/null 2>&1
fi
output=$(mktemp)
trap 'rm -f "$output"' EXIT
status=0
wine "$@" >"$output" 2>"$output.errors" </dev/null || status=$?
tr -d '\r' <"$output"
tr -d '\r' <"$output.errors" >&2
rm -f "$output.errors"
exit "$status"
