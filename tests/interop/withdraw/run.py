"""Announcements and withdrawals, single and by hundreds: the kernel follows in both directions."""
from circuits import BGP, OUR_NETWORK, Site, aws_address, expect_equal, wait_until


def run(lab):
    site = Site(lab)
    aws = site.circuit.peer("bird", announce=["172.31.0.0/16"]).start()
    config = site.config(site.circuit.neighbor())
    router = site.dxrouted(config).start()
    router.wait_established(aws_address(1))
    site.wait_route("172.31.0.0/16")

    many = [f"100.{64 + n // 256}.{n % 256}.0/24" for n in range(500)]
    aws.announce(*many)
    wait_until("all 501 are in the kernel", lambda: len(site.router.routes(BGP)) == 501)
    aws.withdraw(*many[::2])
    wait_until("the withdrawn ones are gone",
               lambda: set(site.router.routes(BGP)) == {"172.31.0.0/16", *many[1::2]})
    aws.withdraw("172.31.0.0/16", *many[1::2])
    wait_until("all are gone", lambda: not site.router.routes(BGP))
    for _ in range(5):
        aws.announce("172.31.0.0/16")
        aws.withdraw("172.31.0.0/16")
    aws.announce("172.31.0.0/16")
    site.wait_route("172.31.0.0/16", aws_address(1))

    # Our own networks, withdrawn and announced by a reload.
    aws.wait_learned(OUR_NETWORK)
    config["networks"] = ["10.5.0.0/16"]
    router.write(config)
    router.ctl("reload")
    aws.wait_learned("10.5.0.0/16")
    aws.wait_forgotten(OUR_NETWORK)
    expect_equal(router.neighbor(aws_address(1))["connectionsEstablished"], 1, "sessions made")
