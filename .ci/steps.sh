# What `.ci/lane`, `.ci/run` and `.ci/full` share: the environment, timed steps, and the installation of tools. To be sourced from the root.

export CARGO_TERM_COLOR=never RUSTFLAGS="-D warnings" RUSTDOCFLAGS="-D warnings" CARGO_INCREMENTAL=0
# Tests provoke panics on purpose.
export RUST_BACKTRACE=0
# The tests with a PostgreSQL of their own fail if it is missing.
export SDK_JOURNAL_POSTGRES=required
unset NO_COLOR
shared="${SHARED:-$PWD/../shared}"
target="${CARGO_TARGET_DIR:-$PWD/target}"
tools="$target/ci-tools"
python="$tools/python/bin/python"
prism="$tools/node_modules/@stoplight/prism-cli/dist/index.js"
# The generator as the tests build it: optimised, with checks for overflow.
xtask="$target/debug/xtask"
examples="$target/debug/examples"
# C code is compiled once, not once per set of features and target folder.
export CC="ccache cc" CXX="ccache c++" CCACHE_DIR="$tools/ccache"
mkdir -p "$tools"
times=()

# Runs a command as a step: `step NAME COMMAND..`.
step() {
  local name="$1" start=$SECONDS
  shift
  printf '\n=== %s\n' "$name"
  "$@"
  times+=("$(printf '%5d s  %s' $((SECONDS - start)) "$name")")
}

# Prints the seconds of each step, the longest first, and their sum.
print_times() {
  printf '\n=== seconds of each step\n'
  printf '%s\n' "${times[@]}" | sort -rn
  printf '%5d s  %d steps\n' $SECONDS ${#times[@]}
}

# Runs a command if a file or folder of public data exists; says what is left out if not: `with DATA COMMAND..`.
with() {
  local data="$1"
  shift
  if [ -e "$data" ]; then "$@"; else echo "$data is missing: this step is left out"; fi
}

# Installs Debian packages: `debian PROGRAM=PACKAGE..`, those whose program is missing.
debian() {
  local pair missing=()
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null || ls /usr/lib/postgresql/*/bin/"${pair%%=*}" >/dev/null 2>&1 || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} -eq 0 ] && return
  local root=()
  [ "$(id -u)" = 0 ] || root=(sudo)
  "${root[@]}" apt-get update -qq && "${root[@]}" apt-get install -y -qq "${missing[@]}"
}

system_packages() {
  debian ccache=ccache cmake=cmake c++=g++ initdb=postgresql pgbouncer=pgbouncer
}

# Installs the tools of `.ci/run` and `.ci/full`.
tools() {
  system_packages
  debian jq=jq protoc=protobuf-compiler
  [ -x "$python" ] || python3 -m venv "$tools/python"
  "$tools/python/bin/pip" install --quiet --disable-pip-version-check -r .ci/requirements.txt
  cp .ci/package.json .ci/package-lock.json "$tools/"
  (cd "$tools" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  rust_tool cargo-deny 0.20.2
}

# Installs a program of a crate, not optimised: `rust_tool CRATE VERSION [OPTION..]`.
rust_tool() {
  local crate="$1" version="$2"
  shift 2
  [ -x "$tools/bin/$crate" ] && grep -q "\"$crate $version " "$tools/.crates.toml" && return
  RUSTFLAGS= cargo install --quiet --locked --debug "$crate" --version "$version" --root "$tools" --target-dir "$tools/build" "$@"
  rm -rf "$tools/build"
}
