"""Which way AWS sends back, and which way we send: preference on two Direct Connect circuits, AS_PATH,
GRACEFUL_SHUTDOWN, VPN tunnels behind them, and the MED that AWS lowers while it works at a tunnel."""
from circuits import (OUR_NETWORK, AwsSide, Site, aws_address, expect_equal,
                      wait_until)

VPC, HOST = "172.31.0.0/16", "172.31.0.1"
PREPEND = {"longer": [{"set": {"as-path-prepend": 2}, "then": "accept"}]}


def run(lab):
    site = Site(lab, circuits=4, aws=lab.namespace("aws"))
    dx1, dx2, tunnel1, tunnel2 = site.circuits
    aws = AwsSide(dx1.aws, dx1.vif("dx1", announce=[VPC]), dx2.vif("dx2", "transit", announce=[VPC]),
                  tunnel1.vif("tunnel1", "vpn", announce=[VPC]),
                  tunnel2.vif("tunnel2", "vpn", announce=[VPC])).start()
    config = site.config(aws.neighbor("dx1"), aws.neighbor("dx2"), aws.neighbor("tunnel1"),
                         aws.neighbor("tunnel2"), policies=PREPEND)
    config["neighbors"][2]["timers"]["hold"] = "90s"  # AWS proposes less
    router = site.dxrouted(config).start()
    aws.wait_established()
    expect_equal((aws.state("tunnel1")["hold"], aws.state("tunnel2")["keepalive"]), (30, 10),
                 "hold time and keepalive of the tunnels")

    def change(number, **told):
        config["neighbors"][number].update(told)
        router.write(config)
        router.ctl("reload")

    def returns(*wanted, by):
        def seen():
            found = aws.return_path(OUR_NETWORK)
            return (found["sessions"], found["decided"]) == (list(wanted), by)
        wait_until(f"AWS sends back by {', '.join(wanted)}, by {by}", seen)

    returns("dx1", "dx2", by="ECMP")
    change(1, export="longer")
    returns("dx1", by="AS_PATH length")
    change(0, preference="low")
    returns("dx2", by="local preference community")
    site.wait_way(HOST, aws_address(2))
    change(0, preference="high")
    returns("dx1", by="local preference community")
    site.wait_way(HOST, aws_address(1))
    for on, number in ((True, 2), (False, 1)):
        aws.ask("graceful-shutdown", session="dx1", on=on)
        site.wait_way(HOST, aws_address(number))

    aws.ask("notify", session="dx1", code=6, subcode=2, idle=0)
    returns("dx2", by="Direct Connect before VPN")
    site.wait_way(HOST, aws_address(2))
    aws.ask("notify", session="dx2", code=6, subcode=2, idle=0)
    returns("tunnel1", "tunnel2", by="ECMP")
    maintenance(site, aws)
    for name in ("dx1", "dx2"):
        aws.ask("clear", session=name)
    aws.wait_established()
    returns("dx1", by="local preference community")
    site.wait_way(HOST, aws_address(1))


def maintenance(site, aws):
    """AWS lowers the MED on the tunnel that stays, and we follow."""
    site.wait_way(HOST, aws_address(3))
    expect_equal(aws.ask("maintenance", session="tunnel1")["lowered"], ["tunnel2"],
                 "tunnels with a lower MED")
    site.wait_way(HOST, aws_address(4))
    aws.ask("maintenance", session="tunnel1", on=False)
    site.wait_way(HOST, aws_address(3))
