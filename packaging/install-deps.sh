#!/usr/bin/env bash
# Installs what dxrouted needs on Debian 12 and 13.
#   install-deps.sh [build]   to build the programs (the default)
#   install-deps.sh demo      to build them and run packaging/demo.sh, with tests/aws for the other side
#   install-deps.sh test      to build, test and format them too: the second compiler, the peers, the tools
# This is the only list of packages; CI and the documentation call this script.
set -euo pipefail

what=${1:-build}
case $what in
  build | demo | test) ;;
  *) echo "usage: $0 [build|demo|test]" >&2; exit 2 ;;
esac

. /etc/os-release
case ${VERSION_CODENAME:-} in
  bookworm) boost=(libboost1.81-dev libboost-json1.81-dev libboost-program-options1.81-dev) ;;
  *) boost=(libboost-dev libboost-json-dev libboost-program-options-dev) ;;
esac

packages=(
  g++ cmake ninja-build pkg-config ca-certificates
  "${boost[@]}"
  libspdlog-dev libfmt-dev libyaml-cpp-dev libnl-3-dev libedit-dev prometheus-cpp-dev zlib1g-dev
  scdoc dpkg-dev file
  iproute2 curl procps
)
if [[ $what == demo ]]; then
  packages+=(python3 nftables)
fi
if [[ $what == test ]]; then
  packages+=(
    catch2 libbenchmark-dev ccache git python3 jq kmod valgrind lintian
    clang-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev lld-19
    bird2 frr gobgpd openbgpd nftables
    prometheus prometheus-frr-exporter zsh
  )
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done
if ((${#missing[@]} == 0)); then exit 0; fi

if [[ $(id -u) != 0 ]]; then
  echo "install-deps.sh: needs root to install: ${missing[*]}" >&2
  exit 1
fi

# The peers' packages would start their daemons on this machine; the tests start their own, in namespaces.
policy=/usr/sbin/policy-rc.d
if [[ $what != build && ! -e $policy ]]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
