# The lanes of the four products: packages, test programs and steps of each. To be sourced after `steps.sh`.

all_lanes=(generate changes journal sandbox)
declare -A packages=(
  [generate]="sdkwright-description sdkwright-json sdkwright-signing sdkwright-runtime sdkwright-server sdkwright-contract sdkwright-picture sdkwright-codegen sdkwright xtask
    oceafin-partner parcels-partner sdkwright-misuse sdkwright-watch sdkwright-benches sdkwright-tests"
  [changes]="sdkwright-changes sdkwright sdkwright-tests"
  [journal]="sdkwright-journal sdkwright-durable sdkwright-world sdkwright-crash sdkwright-tests"
  [sandbox]="sdkwright-sandbox-server sdkwright-certify sdkwright-sandbox sdkwright-heard oceafin-examples oceafin-quick-start
    oceafin-examples-tests sdkwright-tests"
)
# Programs of integration tests. `words` checks the layers and manifests of all crates.
declare -A programs=(
  [generate]="it memory drift ui generator contract wire words"
  [changes]="it words"
  [journal]="it words"
  [sandbox]="it kills wire words"
)
# Tests of the program `generator` that belong to the lane `changes`.
differ=(changes:: change_edits:: change_laws:: wire_pairs::)

# Prints the lanes that a change of a file needs. The crates of `generate` are below all others, and unknown files may change everything.
lanes_of() {
  case "$1" in
    docs/generate/changes.md) echo generate changes ;;
    docs/generate/sandbox.md | docs/use/sandbox*.md | docs/use/certify.md) echo generate sandbox ;;
    changes/* | tests/changes/* | tests/it/generator/change* | tests/it/generator/wire_pairs.rs) echo changes ;;
    # The examples and the tests on the wire use the journal, and the crash test uses the local sandbox.
    journal/* | durable/* | world/* | tests/crash/*) echo journal sandbox ;;
    sandbox/*) echo sandbox journal ;;
    examples/* | tests/heard/*) echo sandbox ;;
    tests/it/wire/*) echo generate sandbox ;;
    tests/cases/* | tests/rejections/* | tests/lints/* | tests/ui/* | tests/it/generator/* | tests/it/contract/*) echo generate ;;
    docs/* | *.md) echo generate ;;
    *) echo "${all_lanes[@]}" ;;
  esac
}

# Prints the lanes that the changes since a revision need, as a list in JSON; all lanes if the revision is unknown.
changed_lanes() {
  local file lane changed chosen=" ${all_lanes[*]} "
  if changed="$(git diff --name-only "$1...HEAD" 2>/dev/null || git diff --name-only "$1" HEAD 2>/dev/null)"; then
    chosen=" $(while IFS= read -r file; do [ -z "$file" ] || lanes_of "$file"; done <<<"$changed" | tr '\n' ' ') "
  fi
  for lane in "${all_lanes[@]}"; do [[ "$chosen" != *" $lane "* ]] || printf '"%s"\n' "$lane"; done | paste -sd, | sed 's/.*/[&]/'
}

format() {
  cargo fmt --all --check
  cargo fmt --manifest-path fuzz/Cargo.toml --check
  cargo fmt --manifest-path examples/transport/Cargo.toml --check
  cargo fmt --manifest-path examples/durable/temporal/Cargo.toml --check
  cargo fmt --manifest-path examples/durable/restate/Cargo.toml --check
  cargo fmt --manifest-path examples/durable/dbos/Cargo.toml --check
  .ci/budget
  # `.ci/full` searches with each of these faults.
  local patch
  for patch in world/mutants/*.patch examples/durable/mutants/*.patch; do git apply --check "$patch"; done
}

# Fails if a package of the workspace is in no lane.
complete() {
  python3 - "${packages[@]}" <<'END'
import json, subprocess, sys
shown = subprocess.run(["cargo", "metadata", "--no-deps", "--format-version=1"], capture_output=True, check=True).stdout
missing = {package["name"] for package in json.loads(shown)["packages"]} ^ set(" ".join(sys.argv[1:]).split())
sys.exit(f"packages of .ci/lanes.sh: {sorted(missing)}" if missing else 0)
END
}

# A fixed seed and a fresh one, which each search prints. `.ci/full` searches all histories.
world() {
  local fresh=$((RANDOM * 32768 + RANDOM))
  "$examples/search" one random 18 1
  "$examples/search" one random 18 "$fresh"
  "$examples/search" two random 18 "$fresh"
  "$examples/search" flow random 18 "$fresh"
}

generated_files() {
  "$xtask" generate --check
  "$xtask" lint
  "$xtask" release --check
}

# Tests the packages of the lanes. All commands select the same packages, so that cargo builds each dependency once.
tests() {
  if [ "$selection" = --workspace ]; then
    .ci/leaks --target "$target"
    return
  fi
  local options=("${selection[@]}" --lib --bins --examples) program
  for program in $(printf '%s\n' "$@" | sort -u); do options+=(--test "$program"); done
  # The differ makes no calls, so it logs nothing.
  if [ "$lanes" = changes ]; then cargo test --quiet "${options[@]}"; else .ci/leaks --target "$target" -- "${options[@]}"; fi
  [[ " $lanes " != *" changes "* || " $lanes " == *" generate "* ]] || cargo test --quiet "${selection[@]}" --test generator -- "${differ[@]}"
  cargo test --quiet "${selection[@]}" --doc
}

# Runs the steps of lanes: `lanes NAME..`.
lanes() {
  local lane package lanes="$*" selection=() tested=()
  for lane in "$@"; do
    [ -n "${packages[$lane]:-}" ] || { echo "there is no lane $lane: ${all_lanes[*]}" >&2; return 2; }
    tested+=(${programs[$lane]})
    for package in ${packages[$lane]}; do selection+=(-p "$package"); done
  done
  [ "$lanes" != "${all_lanes[*]}" ] || selection=(--workspace)
  complete
  step "format" format
  step "clippy" cargo clippy --quiet "${selection[@]}" --all-targets -- -D warnings
  step "tests, with the search for secrets" tests "${tested[@]}"
  [[ " $lanes " != *" journal "* ]] || step "simulated world" world
  [[ " $lanes " != *" generate "* ]] || step "generated files" generated_files
  step "documentation" cargo doc --quiet "${selection[@]}" --no-deps
}
