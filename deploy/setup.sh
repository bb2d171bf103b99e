#!/usr/bin/env bash
# Installs what the project needs, step by step. A step whose input has not changed since it
# last succeeded is skipped, so a repeated run takes a moment.
#
#   deploy/setup.sh          everything, as `make test` needs it
#   deploy/setup.sh serve    without the database servers and the browser of the tests
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-test}
stamps=var/stamps
venv=var/venv
mkdir -p "$stamps"

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }

# A step is done when its stamp holds the hash of the files it was made from.
hash_of() { cat "$@" | sha256sum | cut -d' ' -f1; }
is_done() { [ "$(cat "$stamps/$1" 2>/dev/null)" = "$2" ]; }

find_python() {
  local candidate
  for candidate in python3 python3.13 python3.12 python3.11; do
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
    echo "$candidate"
    return
  done
}

# --- System packages: asked for by what is absent, not by name, so other installations count.
any() { compgen -G "$1" >/dev/null; }
has_library() { any "/usr/lib/*/$1" || any "/usr/lib/$1" || any "/usr/local/lib/$1" || any "/usr/lib64/$1"; }
postgres_major() {
  ls /usr/lib/postgresql 2>/dev/null | sort -n | tail -1 | grep . ||
    apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p' | grep . ||
    echo 15
}
missing_packages() {
  [ -n "$(find_python)" ] || echo python3
  [ -x "$venv/bin/python" ] || "$(find_python)" -c 'import ensurepip' 2>/dev/null || echo python3-venv
  command -v npm >/dev/null || echo nodejs npm
  has_library 'mod_spatialite.so' || echo libsqlite3-mod-spatialite
  command -v openssl >/dev/null || echo openssl
  [ "$purpose" = test ] || return 0
  any '/usr/lib/postgresql/*/bin/initdb' || command -v initdb >/dev/null || echo "postgresql-$(postgres_major)"
  any '/usr/share/postgresql/*/extension/postgis.control' || any '/usr/share/pgsql/extension/postgis.control' ||
    echo "postgresql-$(postgres_major)-postgis-3"
  command -v redis-server >/dev/null || echo redis-server
  command -v chromium >/dev/null || command -v google-chrome >/dev/null || echo chromium
  any '/usr/share/fonts/*/noto/NotoSansCJK*' || any '/usr/share/fonts/*/*/NotoSansCJK*' || echo fonts-noto-cjk
  has_library 'libpango-1.0.so.0' || echo libpango-1.0-0
  has_library 'libpangoft2-1.0.so.0' || echo libpangoft2-1.0-0
}
system_packages() {
  local missing sudo=""
  missing=$(missing_packages | tr ' \n' '  ')
  [ -n "${missing// /}" ] || return 0
  local command="apt-get install -y --no-install-recommends $missing"
  if ! command -v apt-get >/dev/null; then
    say "These are missing, under the names Debian gives them: $missing"
    exit 1
  fi
  if [ "$(id -u)" != 0 ]; then
    sudo=sudo
    if ! sudo -n true 2>/dev/null; then
      say "Some system packages are missing. Please run this line, then try again:"
      echo "  sudo apt-get update && sudo $command"
      exit 1
    fi
  fi
  say "Installing system packages: $missing"
  $sudo apt-get update -q
  missing=$(missing_packages | tr ' \n' '  ')
  # shellcheck disable=SC2086
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
}

# --- Python: uv comes by pip, from the same hashed list as everything else.
python_packages() {
  local stamp
  stamp=$(hash_of requirements-dev.txt)
  is_done python "$stamp" && [ -x "$venv/bin/python" ] && return 0
  say "Installing Python packages into $venv"
  [ -x "$venv/bin/python" ] || "$(find_python)" -m venv "$venv"
  awk '/^[^ #]/ { wanted = /^uv==/ } wanted' requirements-dev.txt >"$stamps/uv.txt"
  "$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "$stamps/uv.txt"
  "$venv/bin/uv" pip install -q --compile-bytecode --python "$venv/bin/python" --require-hashes -r requirements-dev.txt
  echo "$stamp" >"$stamps/python"
}

# --- The browser's libraries.
npm_packages() {
  local stamp
  stamp=$(hash_of package.json package-lock.json)
  is_done npm "$stamp" && [ -d node_modules ] && return 0
  say "Installing the browser's libraries"
  npm ci --ignore-scripts --no-fund --no-audit --loglevel=error
  echo "$stamp" >"$stamps/npm"
}
vendor_files() {
  local stamp
  stamp=$(hash_of package-lock.json deploy/vendor.py deploy/icons.txt)
  is_done vendor "$stamp" && [ -d static/vendor ] && return 0
  "$venv/bin/python" deploy/vendor.py
  echo "$stamp" >"$stamps/vendor"
}

# --- Our own modules, so that no start waits for it; quick when nothing has changed.
own_modules() {
  "$venv/bin/python" -m compileall -q relief_ops maps shelters stockpile damage_reports wsgi.py
}

system_packages
python_packages
own_modules
npm_packages
vendor_files
