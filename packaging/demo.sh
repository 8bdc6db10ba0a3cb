#!/usr/bin/env bash
# The main job of dxrouted in under a minute: two Direct Connect circuits with MD5, routes in the
# kernel, a failover and the way back. Installs what it needs, builds, and runs in network namespaces
# of its own, with BIRD standing in for the AWS side. It ends by itself and leaves nothing behind.
#
#   sudo bash packaging/demo.sh            # DXROUTED and DXCTL name other programs than those it builds
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
if [[ $(id -u) != 0 ]]; then
  echo "demo.sh: needs root, for packages and network namespaces: sudo bash $0" >&2
  exit 1
fi

# ---- narration --------------------------------------------------------------------------------

bold='' dim='' plain=''
if [[ -t 1 ]]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; fi

chapter() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
say() { printf '%s\n' "$*"; }

# Shows a command as it would be typed on the router, and runs it there.
on_router() {
  printf '\n%srouter#%s %s\n' "$bold" "$plain" "$*"
  case $1 in
    dxctl) shift; ip netns exec "$router" "$DXCTL" --socket "$work/dxrouted.sock" "$@" ;;
    *) ip netns exec "$router" "$@" ;;
  esac
}

# ---- the stage, and how it is cleared ---------------------------------------------------------

router=dxdemo-$$-router
aws=(dxdemo-$$-aws1 dxdemo-$$-aws2)
work=$(mktemp -d)
chmod 755 "$work"
declare -A pids=()

clear_stage() {
  local status=$?
  trap - EXIT
  if ((status != 0)) && [[ -s $work/dxrouted.log ]]; then
    echo "demo.sh: did not go as it should; the log of dxrouted:" >&2
    tail -n 20 "$work/dxrouted.log" >&2
  fi
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  for box in "$router" "${aws[@]}"; do ip netns delete "$box" 2>/dev/null || true; done
  rm -rf "$work"
  exit "$status"
}
trap clear_stage EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

build() {
  if [[ -n ${DXROUTED:-} && -n ${DXCTL:-} ]]; then
    bash "$root/packaging/install-deps.sh" demo
    return
  fi
  chapter "Installing what is needed and building (build/demo)"
  bash "$root/packaging/install-deps.sh" demo
  cmake -S "$root" -B "$root/build/demo" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DBUILD_TESTING=OFF >"$work/cmake.log" || { cat "$work/cmake.log" >&2; exit 1; }
  cmake --build "$root/build/demo" --target dxrouted dxctl
  DXROUTED=$root/build/demo/dxrouted
  DXCTL=$root/build/demo/dxctl
}

# Circuit N: 192.168.N.0/30, AWS is .1 and we are .2.
make_circuit() {
  local n=$1 box=${aws[$1 - 1]}
  ip netns add "$box"
  ip -n "$box" link set lo up
  ip -n "$router" link add "dx$n" type veth peer name aws0 netns "$box"
  ip -n "$router" address add "192.168.$n.2/30" dev "dx$n"
  ip -n "$router" link set "dx$n" up
  ip -n "$box" address add "192.168.$n.1/30" dev aws0
  ip -n "$box" link set aws0 up
}

start_aws() {
  local n=$1 box=${aws[$1 - 1]}
  cat >"$work/aws$n.conf" <<BIRD
log "$work/aws$n.log" all;
router id 192.0.2.$n;
protocol device { scan time 1; }
protocol static vpc { ipv4; route 172.31.0.0/16 blackhole; route 172.30.0.0/16 blackhole; }
protocol bgp customer {
  local 192.168.$n.1 as 64512;
  neighbor 192.168.$n.2 as 65000;
  password "optional-bgp-key-$n";
  connect delay time 1; connect retry time 2; error wait time 1, 2;
  ipv4 { import all; export where source = RTS_STATIC; };
}
BIRD
  ip netns exec "$box" bird -f -c "$work/aws$n.conf" -s "$work/aws$n.ctl" &
  pids[aws$n]=$!
}

start_dxrouted() {
  ip netns exec "$router" "$DXROUTED" --config "$work/dxrouted.yaml" >"$work/dxrouted.log" 2>&1 &
  pids[dxrouted]=$!
}

# await SECONDS WHAT COMMAND…: until the command succeeds.
await() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= deadline)); then
      echo "demo.sh: waited in vain: $what" >&2
      exit 1
    fi
    sleep 0.05
  done
}

established() {
  ip netns exec "$router" "$DXCTL" --socket "$work/dxrouted.sock" show ip bgp summary |
    grep -E "^192\.168\.$1\.1 .* [1-9][0-9]*$"
}

down() { ! established "$1"; }

goes_via() { ip -n "$router" route get 172.31.0.1 | grep -q "via 192\.168\.$1\.1 "; }

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

# ---- the play ---------------------------------------------------------------------------------

build

chapter "The site: one router, two Direct Connect circuits"
say "Each circuit ends at a stand-in for AWS (BIRD, AS 64512) with an MD5 key of its own."
ip netns add "$router"
ip -n "$router" link set lo up
ip -n "$router" address add 10.0.0.1/16 dev lo
for n in 1 2; do make_circuit "$n"; start_aws "$n"; done

cat >"$work/dxrouted.yaml" <<YAML
router:
  asn: 65000
networks:
  - 10.0.0.0/16
neighbors:
  - name: dx-primary
    address: 192.168.1.1
    remote-as: 64512
    password: optional-bgp-key-1
    profile: aws-private
    preference: high
    bfd: false
    import: accept-all
    export: own
  - name: dx-secondary
    address: 192.168.2.1
    remote-as: 64512
    password: optional-bgp-key-2
    profile: aws-private
    preference: low
    bfd: false
    import: accept-all
    export: own
policies:
  own:
    - match: {prefix: [10.0.0.0/16]}
      then: accept
static-routes:
  - {prefix: 10.1.0.0/16, via: 192.168.1.1}
control:
  socket: $work/dxrouted.sock
YAML
chmod 600 "$work/dxrouted.yaml"
say "The router's configuration:"
printf '%s' "$dim"
sed -e '/^control:/,$d' -e 's/^/    /' "$work/dxrouted.yaml"
printf '%s' "$plain"

chapter "dxrouted starts"
started=$(milliseconds)
start_dxrouted
await 30 "both sessions Established" established 1
await 30 "both sessions Established" established 2
await 10 "the route in the kernel" goes_via 1
say "Both sessions are up, and the routes are in the kernel, after $(($(milliseconds) - started)) ms."
on_router dxctl show ip bgp summary
on_router dxctl show ip bgp
on_router dxctl show ip route bgp
on_router ip route
say
say "What AWS learnt over the second circuit (7224:7100 asks it to prefer the first):"
birdc -s "$work/aws2.ctl" show route all protocol customer | grep -E '10\.0\.0\.0|community|as_path'

chapter "The first circuit is cut"
on_router ip route get 172.31.0.1
started=$(milliseconds)
ip -n "${aws[0]}" link set aws0 down
await 10 "traffic on the second circuit" goes_via 2
say
say "… and $(($(milliseconds) - started)) ms after its link went, traffic takes the second:"
on_router ip route get 172.31.0.1
await 5 "the session of the first circuit down" down 1
on_router dxctl show ip bgp summary

chapter "The first circuit returns"
started=$(milliseconds)
ip -n "${aws[0]}" link set aws0 up
await 30 "the session of the first circuit" established 1
await 20 "traffic on the first circuit" goes_via 1
say "$(($(milliseconds) - started)) ms later its session is up and the traffic back:"
on_router ip route get 172.31.0.1

chapter "dxrouted stops"
kill "${pids[dxrouted]}"
wait "${pids[dxrouted]}" || { echo "demo.sh: dxrouted ended with $?" >&2; exit 1; }
unset 'pids[dxrouted]'
say "It said goodbye to both neighbors (Cease) and took its routes out of the kernel:"
on_router ip route
if ip -n "$router" route show proto bgp | grep -q .; then
  echo "demo.sh: routes were left behind" >&2
  exit 1
fi
chapter "That was all; nothing is left behind"
