#!/usr/bin/env bash
# Sets up what is missing and opens DinoDesk; arguments pass on to `dinodesk`.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh" ""
exec "$here/.venv/bin/dinodesk" "$@"
