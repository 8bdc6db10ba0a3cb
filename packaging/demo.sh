#!/usr/bin/env bash
# The main job of dxrouted in a minute: two Direct Connect circuits with MD5 and BFD and a VPN behind them, a
# packet stream through the router while one circuit after the other fails, and the way back. Installs what
# it needs, builds, and runs in network namespaces of its own, with tests/aws standing in for AWS. It ends by
# itself and leaves nothing behind.
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
say() { printf '%s\n' "$@"; }

# Shows a command as it would be typed on the router, and runs it there.
on_router() {
  printf '\n%srouter#%s %s\n' "$bold" "$plain" "$*"
  if [[ $1 == dxctl ]]; then "$@"; else ip netns exec "$router" "$@"; fi
}

dxctl() { ip netns exec "$router" "$DXCTL" --socket "$work/dxrouted.sock" "$@"; }
ask_aws() { python3 -B "$root/tests/aws/aws_edge.py" --socket "$work/aws.sock" --ask "$1"; }

# ---- the stage, and how it is cleared ---------------------------------------------------------

site=dxdemo-$$-site router=dxdemo-$$-router aws=dxdemo-$$-aws
vpc_host=172.31.0.1 source=$site
work=$(mktemp -d)
chmod 755 "$work"
declare -A pids=()

clear_stage() {
  local status=$?
  trap - EXIT
  trap '' INT TERM
  if ((status != 0 && status != 130 && status != 143)); then show_logs; fi
  end_processes
  for box in "$site" "$router" "$aws"; do ip netns delete "$box" 2>/dev/null || true; done
  rm -rf "$work"
  exit "$status"
}
trap clear_stage EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

show_logs() {
  for log in "$work"/*.log; do
    [[ -s $log ]] || continue
    echo "demo.sh: did not go as it should; the end of ${log##*/}:" >&2
    tail -n 20 "$log" >&2
  done
}

end_processes() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for _ in {1..100}; do
    jobs -pr | grep -q . || return 0
    sleep 0.05
  done
  for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
}

build() {
  chapter "Installing what is needed"
  bash "$root/packaging/install-deps.sh" demo
  if [[ -n ${DXROUTED:-} && -n ${DXCTL:-} ]]; then return; fi
  chapter "Building (build/demo)"
  cmake -S "$root" -B "$root/build/demo" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DBUILD_TESTING=OFF >"$work/cmake.log" || { cat "$work/cmake.log" >&2; exit 1; }
  cmake --build "$root/build/demo" --target dxrouted dxctl
  DXROUTED=$root/build/demo/dxrouted
  DXCTL=$root/build/demo/dxctl
}

# cable NAME OURS THEIRS: a link between the router and AWS, with the same name at both ends.
cable() {
  ip -n "$router" link add "$1" type veth peer name "$1" netns "$aws"
  ip -n "$router" address add "$2" dev "$1"
  ip -n "$aws" address add "$3" dev "$1"
  ip -n "$router" link set "$1" up
  ip -n "$aws" link set "$1" up
}

set_sysctl() { ip netns exec "$1" sysctl -qw "$2" 2>/dev/null; }

make_stage() {
  for box in "$site" "$router" "$aws"; do
    ip netns add "$box"
    ip -n "$box" link set lo up
  done
  set_sysctl "$router" net.ipv4.ip_forward=1 || source=$router  # read-only: the router sends the packets itself
  set_sysctl "$aws" net.ipv4.conf.all.rp_filter=2 || true  # packets may come by any of the three links
  cable dx1 192.168.1.2/30 192.168.1.1/30
  cable dx2 192.168.2.2/30 192.168.2.1/30
  cable vpn1 169.254.44.2/30 169.254.44.1/30
  ip -n "$aws" address add "$vpc_host/32" dev lo
  ip -n "$aws" route add 10.0.0.0/16 via 192.168.1.2
  ip -n "$router" link add lan type veth peer name eth0 netns "$site"
  ip -n "$router" address add 10.0.0.1/16 dev lan
  ip -n "$router" link set lan up
  ip -n "$site" address add 10.0.0.2/16 dev eth0
  ip -n "$site" link set eth0 up
  ip -n "$site" route add default via 10.0.0.1
}

start_aws() {
  cat >"$work/aws.json" <<JSON
{"sessions": [
  {"name": "dx1", "type": "private", "local": "192.168.1.1", "remote": "192.168.1.2", "retry": 1,
   "password": "optional-bgp-key-1", "announce": ["172.31.0.0/16", "172.30.0.0/16"]},
  {"name": "dx2", "type": "private", "local": "192.168.2.1", "remote": "192.168.2.2", "retry": 1,
   "password": "optional-bgp-key-2", "announce": ["172.31.0.0/16", "172.30.0.0/16"]},
  {"name": "vpn1", "type": "vpn", "local": "169.254.44.1", "remote": "169.254.44.2", "retry": 1,
   "announce": ["172.31.0.0/16", "172.30.0.0/16"]}]}
JSON
  ip netns exec "$aws" python3 -B "$root/tests/aws/aws_edge.py" --config "$work/aws.json" \
    --socket "$work/aws.sock" >"$work/aws.log" 2>&1 &
  pids[aws]=$!
}

write_configuration() {
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
    import: accept-all
    export: own
  - name: dx-secondary
    address: 192.168.2.1
    remote-as: 64512
    password: optional-bgp-key-2
    profile: aws-private
    preference: low
    import: accept-all
    export: own
  - name: vpn
    address: 169.254.44.1
    remote-as: 64512
    profile: aws-vpn
    import: accept-all
    export: own
policies:
  own:
    - match: {prefix: [10.0.0.0/16]}
      then: accept
control:
  socket: $work/dxrouted.sock
YAML
  chmod 600 "$work/dxrouted.yaml"
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

# The state column of a neighbor's line is a number of prefixes once it is Established.
established() { dxctl show ip bgp summary | grep -E "^${1//./\\.} .* [0-9]+$"; }
down() { ! established "$1"; }
goes_by() { ip -n "$router" route get "$vpc_host" | grep -q " dev $1 "; }
bfd_up() { dxctl show bfd peers --json | python3 -c 'import json, sys
sys.exit([peer["status"] for peer in json.load(sys.stdin)] != ["up", "up"])'; }

everything_up() {
  for neighbor in 192.168.1.1 192.168.2.1 169.254.44.1; do
    await 30 "the session with $neighbor" established "$neighbor"
  done
  await 30 "BFD on both circuits" bfd_up
  await 10 "the route in the kernel" goes_by dx1
}

# Everything that goes over the cable is lost from now on, both ways, and its link stays up.
black_hole() {
  ip netns exec "$aws" nft "add table inet $1
    add chain inet $1 in { type filter hook input priority 0; }; add rule inet $1 in iifname $1 drop
    add chain inet $1 out { type filter hook output priority 0; }; add rule inet $1 out oifname $1 drop"
}

# ---- packets through the router, counted -------------------------------------------------------

start_stream() {
  ip netns exec "$source" python3 -B "$root/tests/support/packet_stream.py" "$vpc_host" --to "$aws" \
    --rate 5000 >"$work/stream.txt" &
  pids[stream]=$!
  sleep 1
}

stop_stream() {
  sleep 0.5
  kill "${pids[stream]}"
  wait "${pids[stream]}"
  unset 'pids[stream]'
  printf '\n%s' "$bold"
  sed 's/^/    /' "$work/stream.txt"
  printf '%s' "$plain"
}

# ---- the play ---------------------------------------------------------------------------------

build
make_stage
start_aws
write_configuration

chapter "The site: one router, two Direct Connect circuits, a VPN behind them"
say "AWS (tests/aws) has AS 64512 at the far end of three links: dx1 and dx2 are private virtual interfaces" \
  "with an MD5 key each and BFD, vpn1 stands for the tunnel interface of a Site-to-Site VPN." \
  "The router's configuration; what is not said comes with the profile (timers, BFD, limits, preference):"
printf '%s' "$dim"
sed -e '/^control:/,$d' -e 's/^/    /' -e 's/\(password: \).*/\1…/' "$work/dxrouted.yaml"
printf '%s' "$plain"

chapter "dxrouted starts"
start_dxrouted
everything_up
on_router dxctl show ip bgp summary
say "" "BFD runs as AWS has it, 300 ms x 3; the VPN has none:"
on_router dxctl show bfd peers
say "" "All three offer the same prefixes. The first circuit is used, the kernel has the rest as backup:"
on_router dxctl show ip bgp
on_router ip route
say "" "The way back is AWS's choice. \`preference\` has told it (7224:7300, 7224:7100), and it answers:"
ask_aws "return-path prefix=10.0.0.0/16"

chapter "The first circuit goes silent: its link stays up, and nothing gets through"
say "5000 packets a second flow from the site through the router to $vpc_host, by:"
on_router ip route get "$vpc_host"
detection=$(dxctl show bfd peers --json | python3 -c 'import json, sys
print(json.load(sys.stdin)[0]["detection-time"])')
start_stream
black_hole dx1
await 10 "the traffic on the second circuit" goes_by dx2
stop_stream
say "    BFD's detection time: $detection ms after the last BFD packet, which came some time before the failure"
say "" "Without BFD it would be the hold time, 90 s. The traffic takes the second circuit, and it is said why:"
await 5 "the session of the first circuit down" down 192.168.1.1
on_router ip route get "$vpc_host"
on_router dxctl show ip bgp summary --wide

chapter "The second circuit loses its link"
start_stream
ip -n "$router" link set dx2 down
await 10 "the traffic on the VPN" goes_by vpn1
stop_stream
say "" "The kernel told at once, and the backup was there already. The VPN carries the traffic:"
await 5 "the session of the second circuit down" down 192.168.2.1
on_router ip route get "$vpc_host"
on_router dxctl show ip bgp summary --wide

chapter "Both circuits return"
start_stream
ip -n "$router" link set dx2 up
ip netns exec "$aws" nft delete table inet dx1
everything_up
stop_stream
say "" "The traffic is back on the first circuit, and its return cost nothing:"
on_router ip route get "$vpc_host"

chapter "dxrouted stops"
kill "${pids[dxrouted]}"
wait "${pids[dxrouted]}" || { echo "demo.sh: dxrouted ended with $?" >&2; exit 1; }
unset 'pids[dxrouted]'
say "It said goodbye to its neighbors (Cease) and took its routes out of the kernel:"
on_router ip route
if ip -n "$router" route show proto bgp | grep -q .; then
  echo "demo.sh: routes were left behind" >&2
  exit 1
fi
chapter "That was all; nothing is left behind"
