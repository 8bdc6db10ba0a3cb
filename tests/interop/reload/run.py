"""Reload, by dxctl and by SIGHUP: only the neighbor that changed is touched, and a bad
configuration changes nothing."""
import copy

from circuits import OUR_NETWORK, Site, aws_address, expect, expect_equal, stays, wait_until


def run(lab):
    site = Site(lab, circuits=3)
    peers = [circuit.peer("bird", announce=[f"172.{16 + circuit.number}.0.0/16"]).start()
             for circuit in site.circuits]
    config = site.config(*(circuit.neighbor() for circuit in site.circuits[:2]))
    router = site.dxrouted(config).start()
    router.wait_established(aws_address(1), aws_address(2))
    peers[0].wait_learned(OUR_NETWORK)

    def sessions():
        return [router.neighbor(aws_address(n))["connectionsEstablished"] for n in (1, 2)]
    expect_equal(sessions(), [1, 1], "sessions at the start")

    # Live: nobody is reset.
    config["neighbors"][1]["description"] = "a new text"
    config["networks"].append("10.7.0.0/16")
    apply(router, config)
    for peer in peers[:2]:
        peer.wait_learned("10.7.0.0/16")
    expect_equal(sessions(), [1, 1], "sessions after a live change")

    # A policy: sent anew, nobody is reset.
    config["policies"] = {"some": [{"match": {"prefix": [OUR_NETWORK]}, "then": "accept"}]}
    config["neighbors"][1]["export"] = "some"
    apply(router, config)
    peers[1].wait_forgotten("10.7.0.0/16")
    expect("10.7.0.0/16" in peers[0].learned(), "the other neighbor lost a route")
    expect_equal(sessions(), [1, 1], "sessions after a change of policy")

    # The password of one: only that one.
    config["neighbors"][1]["password"] = "a-new-key"
    peers[1].sessions[0].password = "a-new-key"
    peers[1].reconfigure()
    apply(router, config)
    wait_until("the changed neighbor has a second session", lambda: sessions() == [1, 2], 30)
    router.wait_logged("192.168.2.1.password (resets the neighbor)")

    check_bad_configurations(router, config, sessions, site)

    # A neighbor more, by SIGHUP; a neighbor less.
    config["neighbors"].append(site.circuits[2].neighbor())
    router.write(config)
    router.sighup()
    wait_until("the new neighbor is there", lambda: router.established(aws_address(3)), 20)
    site.wait_route("172.19.0.0/16")
    del config["neighbors"][1]
    apply(router, config)
    site.wait_no_route("172.18.0.0/16")
    wait_until("the removed neighbor hears it", lambda: not peers[1].established("192.168.2.2"))
    expect_equal(router.neighbor(aws_address(1))["connectionsEstablished"], 1,
                 "sessions of the untouched neighbor")
    expect_equal(router.neighbor(aws_address(3))["connectionsEstablished"], 1,
                 "sessions of the added neighbor")
    check_network_with_route(site, router, config, peers[0])
    check_control_socket(router, config)
    check_reset_of_all(router, config, (peers[0], peers[2]))


def apply(router, config):
    router.write(config)
    router.ctl("reload")


def check_network_with_route(site, router, config, peer):
    """A network that is to follow the route table is not withdrawn while its route is there."""
    site.router.ip("route", "add", "blackhole", "10.7.0.0/16")
    peer.wait_learned("10.7.0.0/16")

    def updates_sent():
        return router.neighbor(aws_address(1))["messageStats"]["updatesSent"]
    before = updates_sent()
    config["networks"] = [OUR_NETWORK, {"prefix": "10.7.0.0/16", "when": "route"}]
    apply(router, config)
    stays("nothing is sent", lambda: updates_sent() == before, 1)
    site.router.ip("route", "del", "blackhole", "10.7.0.0/16")
    peer.wait_forgotten("10.7.0.0/16")


def check_control_socket(router, config):
    """At another path the clients are answered there, and no longer at the old one."""
    old = router.socket
    router.socket = old.with_name("moved.sock")
    router.write(config)
    router.sighup()
    wait_until("the socket answers at its new path", lambda: router.socket.exists() and
               router.neighbor(aws_address(1)))
    expect(not old.exists(), "the old socket is still there")
    router.socket = router.config_path / "dxrouted.sock"  # which is no directory
    router.write(config)
    router.sighup()
    wait_until("the log says why", lambda: "it stays at" in router.process.log())
    router.socket = old.with_name("moved.sock")
    expect(router.established(aws_address(1)), "the socket at the old path no longer answers")


def check_reset_of_all(router, config, peers):
    config["router"]["router-id"] = "192.168.1.77"
    apply(router, config)
    router.wait_logged("down: sent NOTIFICATION Cease/Other Configuration Change: router.router-id changed")
    for peer in peers:
        wait_until("the peer hears why",
                   lambda box=peer: "Other configuration change" in box.process.log(), 5)
    router.wait_established(aws_address(1), aws_address(3))


def check_bad_configurations(router, config, sessions, site):
    before = sessions()
    for change in ({"neighbours": []}, {"router": {"asn": "many"}}, {"networks": ["10.0.0.0/99"]}):
        router.write({**copy.deepcopy(config), **change})
        code, said = router.ctl_refused("reload")
        expect(code in (1, 2) and said.strip(), f"reload took {change}: exit {code}, {said}")
        router.sighup()
        stays("the daemon runs and the sessions stay",
              lambda: router.running() and sessions() == before, 0.7)
    router.config_path.write_text("router: [1, 2\n  asn: }")
    expect(router.ctl_refused("reload")[0] != 0, "reload took what is no YAML")
    expect(site.router.route("172.17.0.0/16") is not None, "a route was lost")
    router.write(config)
    router.ctl("reload")
    expect_equal(sessions(), before, "sessions after the bad configurations")
