"""The same link-local address on two links, each with a key of its own, and on a third without one:
both sides dial, and nobody gets in with the key of another link. With the capabilities of the
service, which has no CAP_NET_RAW."""
from circuits import AWS_AS, KEY, Session, Site, expect, neighbor, stays, wait_until
from circuits import PEERS

OURS, THEIRS = "fe80::2", "fe80::1"
ANNOUNCED = [f"2001:db8:{number}::/48" for number in range(1, 4)]
CAPABILITIES = "-all,+net_admin,+net_bind_service"


def run(lab):
    site = Site(lab, circuits=3)
    keys = ["one key", "another key", None]
    peers = [play(circuit, key, we_dial=circuit.number == 1)
             for circuit, key in zip(site.circuits, keys)]
    entries = [neighbor(THEIRS, AWS_AS, name=f"link{circuit.number}", interface=circuit.interface,
                        password=key, passive=circuit.number != 1, timers={"connect-retry": "1s"})
               for circuit, key in zip(site.circuits, keys)]
    config = site.config(*entries)
    router = site.dxrouted(config).start(through=("setpriv", f"--bounding-set={CAPABILITIES}"))

    def up(number):
        return router.show("bgp ipv6 summary")["ipv6Unicast"]["peers"][
            f"{THEIRS}%dx{number}"]["state"] == "Established"
    for number, prefix in enumerate(ANNOUNCED, 1):
        wait_until(f"the session over link {number}", lambda n=number: up(n), 30)
        site.wait_route(prefix, THEIRS)
        expect(site.router.way_to(prefix.split("/")[0] + "1") == (THEIRS, f"dx{number}"),
               f"{prefix} does not go over its own link")
    for peer in peers:
        peer.wait_learned("2001:db8:100::/48")

    # The link goes and comes again as another interface of the same name.
    site.router.ip("link", "delete", "dx2")
    wait_until("the session over link 2 ends", lambda: not up(2), 3)
    lab.link(site.router, "dx2", [f"{OURS}/64"], site.circuits[1].aws, "aws0", [f"{THEIRS}/64"])
    wait_until("the session over link 2 is back", lambda: up(2), 30)

    # The key of another link, and none.
    for key in (keys[0], None):
        peers[1].sessions[0].password = key
        peers[1].reconfigure()
        wait_until(f"the session over link 2 ends with {key}", lambda: not up(2))
        stays(f"it stays down with {key}", lambda: not up(2), 4)
    peers[1].sessions[0].password = keys[1]
    peers[1].reconfigure()
    wait_until("with its own key it is back", lambda: up(2), 30)
    expect(up(1) and up(3), "the others were touched")

    # Another key, by reload.
    config["neighbors"][1]["password"] = KEY
    router.write(config)
    router.ctl("reload")
    wait_until("the session over link 2 ends", lambda: not up(2), 3)
    peers[1].sessions[0].password = KEY
    peers[1].reconfigure()
    wait_until("with the new key it is back", lambda: up(2), 30)


def play(circuit, key, we_dial):
    circuit.ours.add_address(circuit.interface, f"{OURS}/64")
    circuit.aws.add_address("aws0", f"{THEIRS}/64")
    session = Session(THEIRS, OURS, password=key, interface="aws0", passive=we_dial)
    return PEERS["bird"](circuit.aws, [session], announce=[ANNOUNCED[circuit.number - 1]],
                         router_id=f"192.0.2.{circuit.number}").start()
