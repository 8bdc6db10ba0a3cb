"""What the operator drained stays so over a restart of dxrouted, however it ended: the neighbor is drained from the
start, has no session in between, and `undrain` gives it back for good. One that left the configuration is forgotten."""
import json

from circuits import Dxrouted, Site, aws_address, expect, expect_equal, stays, wait_until

VPC, HOST = "172.31.0.0/16", "172.31.0.1"


def run(lab):
    site = Site(lab, circuits=2)
    sides, config = site.preferring_the_first(VPC, HOST)
    router = site.dxrouted(config).start()
    router.wait_established(aws_address(1), aws_address(2), timeout=40)

    router.ctl("drain", "dx1", "wait", "0s")
    wait_until("it is drained", lambda: drain_of(router) == "drained")
    for end in (Dxrouted.stop, Dxrouted.kill):
        restarted(router, end)
        is_drained_from_the_start(site, router, sides[0])
    ended_while_its_traffic_is_led_away(site, router, sides[0])
    undrain_is_for_good(site, router)
    is_forgotten_without_the_neighbor(router, config)


def drain_of(router):
    return router.neighbor(aws_address(1)).get("drain")


def kept(router):
    file = router.directory / "dxrouted.yaml.state" / "drained.json"
    return json.loads(file.read_text())["drained"] if file.exists() else []


def restarted(router, end, drained=("dx1",)):
    """The file follows what the operator is told by some milliseconds."""
    wait_until("the file says what is drained", lambda: kept(router) == list(drained), 5)
    end(router)
    router.start()


def is_drained_from_the_start(site, router, side):
    expect_equal(drain_of(router), "drained", "what is shown when it is ready")
    expect("drained before the restart" in router.process.log(), "the log says so")
    router.wait_established(aws_address(2), timeout=40)
    site.wait_way(HOST, aws_address(2), 20)
    stays("the neighbor is down", lambda: not router.established(aws_address(1)), 3)
    expect_equal(router.neighbor(aws_address(1))["connectionsEstablished"], 0, "its sessions since the start")
    expect(not side.established("dx1"), "AWS has a session")


def ended_while_its_traffic_is_led_away(site, router, side):
    router.ctl("undrain", "dx1")
    router.wait_established(aws_address(1), timeout=40)
    site.wait_way(HOST, aws_address(1), 20)
    waiting = router.box.start(router.client, "--socket", router.socket, "drain", "dx1", "wait", "60s")
    site.wait_way(HOST, aws_address(2), 20)
    expect_equal(drain_of(router), "leadingAway", "its traffic is led away")
    restarted(router, Dxrouted.kill)
    waiting.stop()
    is_drained_from_the_start(site, router, side)


def undrain_is_for_good(site, router):
    router.ctl("undrain", "dx1")
    restarted(router, Dxrouted.kill, drained=())
    router.wait_established(aws_address(1), timeout=40)
    site.wait_way(HOST, aws_address(1), 20)


def is_forgotten_without_the_neighbor(router, config):
    router.ctl("drain", "dx1", "wait", "0s")
    router.write({**config, "neighbors": config["neighbors"][1:]})
    router.ctl("reload")
    router.write(config)
    restarted(router, Dxrouted.stop, drained=())
    expect(drain_of(router) is None, "a neighbor that was removed is drained when it is back")
    router.wait_established(aws_address(1), timeout=40)
