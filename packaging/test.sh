#!/usr/bin/env bash
# Sets up what is missing and runs every check: format, lint, types, import rules, tests with coverage.
# Arguments pass on to pytest.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh" test
cd "$here"
export QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-offscreen}" OMP_WAIT_POLICY=PASSIVE
bin="$here/.venv/bin"
"$bin/ruff" format --check -q .
"$bin/ruff" check -q .
"$bin/mypy"
"$bin/lint-imports"
exec "$bin/pytest" --cov --cov-report=term:skip-covered "$@"
