#!/usr/bin/env bash
# Installs what it needs, builds, and runs the tests. Needs root: the tests make network namespaces.
#   tests/run.sh          what CI runs: every check, g++ release, clang with sanitizers, the demo
#   tests/run.sh --all    the same, with every scenario under every sanitizer and long fuzzing
#   tests/run.sh --quick  the release build and its tests only
set -euo pipefail
cd "$(dirname "$0")/.."

mode=${1:-ci}
case $mode in
  ci | --all | --quick) ;;
  *) echo "usage: tests/run.sh [--all|--quick]" >&2; exit 2 ;;
esac
jobs=2
fuzz_seconds=15
if [[ $mode == --all ]]; then
  fuzz_seconds=300
  export DX_SEED=${DX_SEED:-random}  # each scenario that goes by chance prints its own
fi

stage() {  # stage NAME COMMAND…: runs it and says how long it took
  local name=$1 start=$SECONDS
  shift
  echo "=== $name"
  "$@"
  echo "=== $name: $((SECONDS - start)) s"
}

build() {  # build CONFIGURE-PRESET [BUILD-PRESET]
  cmake --preset "$1" -Wno-dev >/dev/null
  cmake --build --preset "${2:-$1}" -- --quiet
}

# Sanitized programs stop at the first finding; a leak at the end is one.
export ASAN_OPTIONS=abort_on_error=1:detect_leaks=1:strict_string_checks=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1

with_sanitizers() {
  stage "build with ASan and UBSan" build asan
  if [[ $mode == --all ]]; then
    stage "tests under ASan and UBSan" ctest --preset asan -j $jobs
  else
    stage "tests under ASan and UBSan" ctest --preset asan -j $jobs -L 'unit|sim|smoke'
  fi
  for fuzzer in build/asan/tests/fuzz/fuzz_*; do
    local name=${fuzzer##*/fuzz_} findings
    # That what is imported is a good configuration is a question of meaning, not of memory: 15 s find
    # now and then what takes hours to be through with. Here its corpus is replayed.
    [[ $name == import && $mode != --all ]] && continue
    findings=$(mktemp -d)
    stage "fuzz $name" "$fuzzer" -max_total_time=$fuzz_seconds -verbosity=0 -print_final_stats=1 \
      -artifact_prefix="$findings/" "$findings" "tests/fuzz/corpus/$name"
    rm -rf "$findings"
  done
  if [[ $mode == --all ]]; then
    stage "build with TSan" build tsan
    stage "tests under TSan" ctest --preset tsan -j $jobs
  else
    stage "build with TSan" build tsan tsan-threads
    stage "tests under TSan" ctest --preset tsan -j $jobs -L 'threads|smoke'
  fi
}

tidy() {
  git ls-files 'libfib/*.cpp' 'libbgp/*.cpp' 'daemon/*.cpp' 'cli/*.cpp' |
    xargs -P $jobs -n 4 clang-tidy-19 --quiet -p build/asan
}

package() {
  rm -f build/release/dxrouted_*.deb
  (cd build/release && cpack >/dev/null)
  lintian --fail-on error,warning build/release/dxrouted_*.deb
}

other_release() {  # of the two that packages are made for, the one that this machine is not
  local codename
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  [[ $codename == trixie ]] && echo bookworm || echo trixie
}

container_test() {  # container_test NAME [WORD]; 77: it cannot run here (no way to a Debian mirror)
  local status=0 name=$1
  shift
  "tests/container/$name.py" "$@" || status=$?
  ((status == 0 || status == 77))
}

stage "install" bash packaging/install-deps.sh test
if command -v ccache >/dev/null; then  # one cache for every checkout
  export CMAKE_CXX_COMPILER_LAUNCHER=ccache CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
fi
stage "format" bash tests/check_format.sh
stage "include directions" python3 tests/include_direction.py
stage "build release" build release
if [[ $mode != --quick ]]; then
  stage "instructions a route" python3 -B tests/bench/cost.py build/release/tests/bench/route_cost
  with_sanitizers
  stage "demo" env DXROUTED="$PWD/build/release/dxrouted" DXCTL="$PWD/build/release/dxctl" \
    bash packaging/demo.sh
fi
if [[ $mode != --quick ]]; then stage "package" package; fi
if [[ $mode == --all ]]; then
  stage "clang-tidy" tidy
  stage "beside systemd-networkd" container_test networkd_restart
  other=$(other_release)
  rm -f build/package-"$other"/dxrouted_*.deb
  stage "package for $other" container_test build_package "$other"
  for deb in build/release/dxrouted_*.deb build/package-"$other"/dxrouted_*.deb; do
    [[ -e $deb ]] || continue
    export DXROUTED_DEB=$deb
    stage "the package's life: ${deb##*/}" container_test package_life
    stage "every command: ${deb##*/}" container_test every_command
  done
  unset DXROUTED_DEB
  stage "kill -9" env DX_KILLS=32 DX_KILL_ROUTES=100000 DXROUTED="$PWD/build/release/dxrouted" \
    DXCTL="$PWD/build/release/dxctl" python3 -B tests/interop/run.py kills
  for scenario in any_order any_order_ipv6 any_order_pair; do
    stage "${scenario//_/ }" env DX_STEPS=150 DX_SEED=random DXROUTED="$PWD/build/release/dxrouted" \
      DXCTL="$PWD/build/release/dxctl" python3 -B tests/interop/run.py $scenario
  done
fi
stage "tests" ctest --preset release -j $jobs | tee build/ctest.log
# The runner's closing lines once more, as the last thing said.
grep -E 'tests passed|tests failed' build/ctest.log
