# Sets up `.venv` beside this folder; sourced by run.sh and test.sh. Does nothing when all is there.
# Usage: . packaging/env.sh [EXTRA]      (EXTRA: an extra of pyproject.toml, for example "test")
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
extra="${1:-}"
venv="$here/.venv"
say() { printf '%s\n' "dinodesk: $*" >&2; }

# ── a Python from 3.11 to 3.13 that can make virtual environments ────────────────────────────────
find_python() {
  local name
  for name in "${DINODESK_PYTHON:-}" python3.12 python3.13 python3.11 python3 python; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
    "$name" -c 'import sys, ensurepip, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
      >/dev/null 2>&1 || continue
    command -v "$name"; return 0
  done
  return 1
}

# ── system packages (Debian and Ubuntu; elsewhere they are usually there) ────────────────────────
missing_packages() {
  command -v dpkg-query >/dev/null 2>&1 || return 0
  local wanted="libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libxcb-cursor0 libxcb-icccm4
    libxcb-keysyms1 libxcb-image0 libxcb-render-util0 libxcb-randr0 libxcb-shape0 libxcb-xkb1
    libxkbcommon-x11-0 libwayland-cursor0"
  find_python >/dev/null || wanted="$wanted python3 python3-venv"
  command -v c++ >/dev/null 2>&1 || wanted="$wanted g++ python3-dev"
  local package
  for package in $wanted; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || printf '%s ' "$package"
  done
  # the same library has two names in Debian 12 and 13
  dpkg-query -W -f '${Status}' libglib2.0-0 2>/dev/null | grep -q 'ok installed' ||
    dpkg-query -W -f '${Status}' libglib2.0-0t64 2>/dev/null | grep -q 'ok installed' || printf 'libglib2.0-0 '
}

install_packages() {
  local missing; missing="$(missing_packages)"
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" = 0 ]; then
    say "installing system packages: $missing"
    apt-get update -qq >&2 || true
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
      say "some system packages could not be installed; going on"
  else
    say "these system packages are missing; if the window does not open, run:"
    say "  sudo apt-get install -y $missing"
  fi
}

# ── torch: a local wheel where pip knows one, CUDA where there is a driver, else the CPU build ───
install_torch() {
  local range='torch>=2.6,<2.14'
  if "$venv/bin/pip" install -q --no-index --no-deps "$range" >/dev/null 2>&1; then
    "$venv/bin/pip" install -q "$range"
  elif [ "$(uname -s)" != Linux ]; then
    "$venv/bin/pip" install -q "$range"
  elif command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi >/dev/null 2>&1; then
    say "NVIDIA driver found: installing torch with CUDA (some gigabytes)"
    "$venv/bin/pip" install -q "$range"
  else
    "$venv/bin/pip" install -q --index-url https://download.pytorch.org/whl/cpu "$range" ||
      "$venv/bin/pip" install -q "$range"
  fi
}

install_program() {
  local target="$here${extra:+[$extra]}"
  # hnswlib compiles; without -march=native what is built here also runs on another machine
  export HNSWLIB_NO_NATIVE=1
  "$venv/bin/pip" install -q -e "$target" && return 0
  say "installing failed (see above); trying without hnswlib, which needs a C++ compiler: exact search serves"
  "$venv/bin/python" - "$here/pyproject.toml" "$extra" >"$venv/wanted.txt" <<'PY'
import sys, tomllib
project = tomllib.load(open(sys.argv[1], "rb"))["project"]
wanted = project["dependencies"] + project["optional-dependencies"].get(sys.argv[2], [])
print("\n".join(name for name in wanted if not name.startswith("hnswlib")))
PY
  "$venv/bin/pip" install -q -r "$venv/wanted.txt"
  "$venv/bin/pip" install -q -e "$here" --no-deps
}

install_packages
if ! python="$(find_python)"; then
  say "no Python 3.11, 3.12 or 3.13 with venv was found; install one, or name it in DINODESK_PYTHON"
  exit 3
fi
# the folder is part of the stamp: an environment that was moved or copied does not work any more
stamp="$("$python" - "$here" "$extra" <<'PY'
import hashlib, pathlib, sys
text = pathlib.Path(sys.argv[1], "pyproject.toml").read_bytes()
print(hashlib.sha256(text + f"{sys.version}{sys.argv[1]}".encode()).hexdigest())
PY
)"
marker="$venv/.dinodesk-stamp${extra:+-$extra}"
if [ "$(cat "$marker" 2>/dev/null)" != "$stamp" ]; then
  say "setting up $venv (once; some minutes)"
  # an environment of another folder or Python is made anew, our own is brought up to date
  if ! [ -x "$venv/bin/python" ] || [ "$(sed -n 's/^command = .* -m venv //p' "$venv/pyvenv.cfg")" != "$venv" ]; then
    rm -rf "$venv"
    "$python" -m venv "$venv"
  fi
  "$venv/bin/python" -c 'import torch' >/dev/null 2>&1 || install_torch
  install_program
  printf '%s\n' "$stamp" >"$marker"
fi
