#!/usr/bin/env python3
"""What a packet pays for the way its route is written: next hop in the route, nexthop object, resilient group.

    forwarding_cost.py [--rounds N] [--packets N] [--routes N]      as root

A router namespace forwards between two others; frames are sent into it from every CPU at once, and the kernel
forwards them in the sender's own time. So the sender's CPU time a packet is the cost of forwarding (and of sending,
which is the same for all), on a busy machine too. The forms take turns, in another order each round; medians count."""

import argparse
import ctypes
import json
import os
import random
import socket
import statistics
import struct
import subprocess
import sys
import time

NAME = f"fwdcost{os.getpid()}"
SOURCE, ROUTER, SINK = f"{NAME}s", f"{NAME}r", f"{NAME}d"
FAMILIES = {"4": ("198.18.{}.{}", 24), "6": ("2001:db8:{}::{}", 64)}
FRAMES = 64  # in a sendmmsg


def run(*words, text=None):
    return subprocess.run(words, check=True, input=text, text=True, stdout=subprocess.PIPE).stdout


def ip(namespace, *words):
    return run("ip", "-n", namespace, *words)


def address(family, network, host):
    return FAMILIES[family][0].format(network, host)


# --- The namespaces: s0 - r0 | router | a0 - a1, b0 - b1 ---

LINKS = (("s0", SOURCE, "r0", ROUTER, 9), ("a1", SINK, "a0", ROUTER, 0), ("b1", SINK, "b0", ROUTER, 1))


def build():
    for namespace in (SOURCE, ROUTER, SINK):
        run("ip", "netns", "add", namespace)
    for near, near_space, far, far_space, network in LINKS:
        run("ip", "link", "add", near, "netns", near_space, "type", "veth", "peer", "name", far, "netns", far_space)
        for name, namespace, host in ((near, near_space, 2), (far, far_space, 1)):
            ip(namespace, "link", "set", name, "up")
            for family, (_, length) in FAMILIES.items():
                nodad = ["nodad"] if family == "6" else []
                ip(namespace, "addr", "add", f"{address(family, network, host)}/{length}", "dev", name, *nodad)
    for setting in ("ipv4.ip_forward=1", "ipv6.conf.all.forwarding=1", "ipv4.conf.all.rp_filter=0", "ipv4.conf.r0.rp_filter=0"):
        run("ip", "netns", "exec", ROUTER, "sysctl", "-qw", f"net.{setting}")
    for number, link in enumerate(("a", "b")):  # the ways out are known beforehand
        mac = mac_of(SINK, f"{link}1")
        for family in FAMILIES:
            ip(ROUTER, "neigh", "replace", address(family, number, 2), "lladdr", mac, "dev", f"{link}0", "nud", "permanent")
    for family in FAMILIES:
        first, second, group = (int(family) * 10 + n for n in (1, 2, 3))
        for id, (number, link) in ((first, (0, "a0")), (second, (1, "b0"))):
            ip(ROUTER, "nexthop", "add", "id", str(id), "via", address(family, number, 2), "dev", link)
        ip(ROUTER, "nexthop", "add", "id", str(group), "group", f"{first},255/{second},1", "type", "resilient",
           "buckets", "64", "idle_timer", "0")


def destroy():
    for namespace in (SOURCE, ROUTER, SINK):
        subprocess.run(["ip", "netns", "del", namespace], stderr=subprocess.DEVNULL, check=False)


def mac_of(namespace, link):
    return json.loads(ip(namespace, "-j", "link", "show", link))[0]["address"]


def received():
    counts = [json.loads(ip(SINK, "-s", "-j", "link", "show", name))[0]["stats64"]["rx"]["packets"] for name in ("a1", "b1")]
    return counts


FORMS = {
    "next hop in the route": lambda family: f"via {address(family, 0, 2)} dev a0",
    "nexthop object": lambda family: f"nhid {family}1",
    "resilient group": lambda family: f"nhid {family}3",
}


def prefix(family, number):
    return f"10.{number >> 8}.{number & 255}.0/24" if family == "4" else f"2001:db8:1{number:03x}::/48"


def write_routes(family, routes, form):
    way = FORMS[form](family)
    run("ip", f"-{family}", "-n", ROUTER, "-batch", "-",
        text="".join(f"route replace {prefix(family, n)} {way}\n" for n in range(routes)))


# --- The sender, in the source's namespace ---

class Iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]


class Msghdr(ctypes.Structure):
    _fields_ = [("name", ctypes.c_void_p), ("name_size", ctypes.c_uint32), ("iov", ctypes.POINTER(Iovec)), ("iov_count", ctypes.c_size_t),
                ("control", ctypes.c_void_p), ("control_size", ctypes.c_size_t), ("flags", ctypes.c_int)]


class Mmsghdr(ctypes.Structure):
    _fields_ = [("header", Msghdr), ("sent", ctypes.c_uint)]


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xffff) + (total >> 16)
    return ~((total & 0xffff) + (total >> 16)) & 0xffff


def frame(family, macs, number, port):
    udp = struct.pack("!HHHH", port, 9, 26, 0) + bytes(18)
    if family == "4":
        start = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0)
        ends = socket.inet_aton(address("4", 9, 2)) + socket.inet_aton(f"10.{number >> 8}.{number & 255}.1")
        start = start[:10] + struct.pack("!H", checksum(start + ends))
        return macs + b"\x08\x00" + start + ends + udp
    ends = socket.inet_pton(socket.AF_INET6, address("6", 9, 2)) + socket.inet_pton(socket.AF_INET6, f"2001:db8:1{number:03x}::1")
    return macs + b"\x86\xdd" + struct.pack("!IHBB", 6 << 28, len(udp), 17, 64) + ends + udp


def send(family, cpu, packets, routes, to, own):
    """Sends the packets from that CPU; prints the nanoseconds of CPU they took."""
    os.sched_setaffinity(0, {cpu})
    macs = bytes.fromhex((to + own).replace(":", ""))
    dice = random.Random(cpu)
    frames = [frame(family, macs, dice.randrange(routes), dice.randrange(1024, 65536)) for _ in range(16 * FRAMES)]
    buffers = [ctypes.create_string_buffer(one, len(one)) for one in frames]
    messages = (Mmsghdr * len(frames))()
    for message, buffer in zip(messages, buffers):
        message.header.iov = ctypes.pointer(Iovec(ctypes.addressof(buffer), len(buffer)))
        message.header.iov_count = 1
    out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    out.bind(("s0", 0))
    sendmmsg = ctypes.CDLL(None, use_errno=True).sendmmsg
    step = ctypes.sizeof(Mmsghdr) * FRAMES
    first = ctypes.addressof(messages)
    before = time.thread_time_ns()
    for turn in range(packets // FRAMES):
        if sendmmsg(out.fileno(), ctypes.c_void_p(first + turn % 16 * step), FRAMES, 0) != FRAMES:
            sys.exit(f"sendmmsg: {os.strerror(ctypes.get_errno())}")
    print(time.thread_time_ns() - before)


def measure(family, options):
    """Nanoseconds of CPU a packet."""
    macs = mac_of(ROUTER, "r0"), mac_of(SOURCE, "s0")
    before = received()
    senders = [subprocess.Popen(["ip", "netns", "exec", SOURCE, sys.executable, "-B", __file__, "--send", family, str(cpu),
                                 str(options.packets), str(options.routes), *macs], stdout=subprocess.PIPE, text=True)
               for cpu in sorted(os.sched_getaffinity(0))]
    spent = [int(sender.communicate()[0]) for sender in senders]
    sent = len(senders) * (options.packets // FRAMES) * FRAMES
    by_a, by_b = (now - then for now, then in zip(received(), before))
    if by_a < sent * 0.98 or by_b > 100:
        sys.exit(f"forwarding_cost.py: of {sent} packets {by_a} went the way of the best and {by_b} the other")
    return sum(spent) / sent


def main():
    if sys.argv[1:2] == ["--send"]:
        family, cpu, packets, routes, to, own = sys.argv[2:]
        return send(family, int(cpu), int(packets), int(routes), to, own)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--packets", type=int, default=400000, help="a round and CPU")
    parser.add_argument("--routes", type=int, default=1000)
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("forwarding_cost.py: namespaces need root")
    try:
        build()
        print(f"{'':6}{'':24}{'ns a packet':>12}{'quartiles':>18}{'against plain':>16}   ({options.rounds} rounds, {options.routes} routes)")
        for family in FAMILIES:
            costs = {form: [] for form in FORMS}
            for turn in range(options.rounds):
                for form in random.Random(turn).sample(list(FORMS), len(FORMS)):
                    write_routes(family, options.routes, form)
                    costs[form].append(measure(family, options))
            plain = costs["next hop in the route"]
            for form, each in costs.items():
                low, middle, high = statistics.quantiles(each, n=4)
                more = statistics.median(mine / its for mine, its in zip(each, plain)) - 1
                print(f"IPv{family:3}{form:24}{middle:12.0f}{low:10.0f} ..{high:6.0f}{more:+16.1%}")
    finally:
        destroy()
    return 0


if __name__ == "__main__":
    sys.exit(main())
