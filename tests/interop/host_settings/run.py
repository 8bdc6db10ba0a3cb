"""What the host's settings make of the traffic, whatever BGP says. Two circuits are used together: with the kernel's
default hash two hosts have one circuit for all they send, with fib_multipath_hash_policy=1 both. AWS answers by the
circuit that it prefers: a strict rp_filter takes answers by the circuit in use and by its backup, since both are in
the kernel's route, and drops those by a circuit that does not have the route."""
import time

from circuits import AwsSide, OUR_NETWORK, Site, Skipped, aws_address, expect, expect_equal, wait_until
from packet_stream import Stream

VPC, HOST, CUSTOMER = "172.31.0.0/16", "172.31.0.1", "10.0.1.2"
FLOWS = 64
L3, L4 = 0, 1  # net.ipv4.fib_multipath_hash_policy
STRICT, LOOSE = 1, 2


def run(lab):
    site = Site(lab, circuits=2)
    customer = site.customer()
    set_sysctl(site.router, "net.ipv4.ip_forward", 1)
    sides = []
    for circuit in site.circuits:
        circuit.vpc_host(HOST)
        sides.append(AwsSide(circuit.aws, circuit.vif(f"dx{circuit.number}", announce=[VPC])).start())
    config = site.config(sides[0].neighbor("dx1"), sides[1].neighbor("dx2"), fib={"maximum-paths": 2})
    router = site.dxrouted(config).start()
    router.wait_established(aws_address(1), aws_address(2))
    load_sharing(site, customer)
    return_path(site, customer, router, config, sides)


def load_sharing(site, customer):
    wait_until("both circuits are in the kernel's route", lambda: site.router.gateways(VPC) == {
        aws_address(1), aws_address(2)})
    ends = [circuit.aws for circuit in site.circuits]

    def shares():
        figures = flow(Stream(customer, HOST, *ends, rate=2000, flows=FLOWS))
        expect_equal(figures["lost"], 0, f"packets lost ({figures})")
        return sorted(count / figures["sent"] for count in figures["taken"].values())
    set_sysctl(site.router, "net.ipv4.fib_multipath_hash_policy", L3)
    expect_equal(shares(), [0, 1], "shares of the circuits with a hash of the addresses alone")
    set_sysctl(site.router, "net.ipv4.fib_multipath_hash_policy", L4)
    least = shares()[0]
    expect(0.2 < least, f"with the ports in the hash a circuit has {least:.0%} of {FLOWS} flows")


def return_path(site, customer, router, config, sides):
    """The customer sends by the first circuit; which way AWS answers is AWS's choice."""
    config["fib"] = {}
    config["neighbors"][0]["preference"] = "high"
    config["neighbors"][1]["preference"] = "low"
    router.write(config)
    router.ctl("reload")
    site.wait_way(HOST, aws_address(1))
    for number, (side, preference) in enumerate(zip(sides, ("high", "low")), 1):
        wait_until(f"AWS's preference for circuit {number} is {preference}", lambda s=side, n=number, p=preference:
                   s.routes(f"dx{n}").get(OUR_NETWORK, {}).get("preference") == p)

    def answers(circuit, filtering):
        for interface in ("all", "dx1", "dx2"):
            set_sysctl(site.router, f"net.ipv4.conf.{interface}.rp_filter", filtering)
        figures = flow(Stream(circuit.aws, CUSTOMER, customer, rate=1000, source=HOST))
        expect(figures["lost"] in (0, figures["sent"]), f"some arrived, and some did not: {figures}")
        return figures["lost"] == 0
    first, second = site.circuits
    expect(answers(first, STRICT), "answers by the circuit in use are dropped")
    expect(answers(second, STRICT), "answers by the backup are dropped")
    sides[1].ask("withdraw", prefixes=[VPC])
    wait_until("the second circuit is no backup any more", lambda: site.router.gateways(VPC) == {aws_address(1)})
    expect(not answers(second, STRICT), "a strict filter lets answers by a circuit without the route through")
    expect(answers(second, LOOSE), "a loose filter drops answers")


def flow(stream, seconds=0.6):
    time.sleep(seconds)
    return stream.stop()


def set_sysctl(box, key, value):
    box.sysctl(key, value)
    if box.run("sysctl", "-n", key).strip() != str(value):
        raise Skipped(f"{key} cannot be set here")
