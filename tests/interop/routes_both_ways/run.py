"""With each peer: a session with MD5, its routes in our kernel, our network at its side."""
from circuits import BGP, OUR_AS, OUR_NETWORK, Site, expect, expect_equal


def run(lab, peer):
    site = Site(lab)
    announced = [f"172.{n}.0.0/16" for n in range(16, 26)] + ["0.0.0.0/0", "100.64.1.128/25"]
    aws = site.circuit.peer(peer, announce=announced).start()
    router = site.dxrouted(site.config(site.circuit.neighbor())).start()
    router.wait_established("192.168.1.1")
    aws.wait_established()

    learned = aws.wait_learned(OUR_NETWORK)
    expect_equal(learned[OUR_NETWORK]["path"], [OUR_AS], "the path that AWS sees")
    expect_equal(learned[OUR_NETWORK]["next_hop"], "192.168.1.2", "the next hop that AWS sees")
    for prefix in announced:
        site.wait_route(prefix, "192.168.1.1")
    expect_equal(set(site.router.routes(BGP)), set(announced), "our routes in the kernel")
    # The session is signed for real: the peer's own key is what opens it (see wrong_key).
    aws.announce("172.30.0.0/16")
    site.wait_route("172.30.0.0/16", "192.168.1.1")
    aws.withdraw("172.16.0.0/16")
    site.wait_no_route("172.16.0.0/16")
    expect(router.established("192.168.1.1"), "the session did not last")
    aws.stop()
    for prefix in announced:
        site.wait_no_route(prefix)
