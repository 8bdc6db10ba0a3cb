"""From AWS's JSON to routes in one command: what `dxctl import aws` writes runs as it is, with the addresses
of its networkd unit on the interface that the unit names, against the stand-in for AWS; `dxctl export aws`
gives the virtual interface back, and `dxctl verify aws` finds what AWS and the router do not agree about."""
import json
import re
import subprocess

from circuits import (BGP, AwsSide, Dxrouted, aws_address, expect, expect_equal, our_address, vif, wait_until)

OUR_AS, AMAZON_AS, MTU = 65000, 64512, 1500
KEYS = {"ipv4": "0xC_fake.key_of.v4", "ipv6": "0xD_fake key with blanks"}
VPC, VPC6 = "172.31.0.0/16", "2001:db8:9::/48"
OUR_NETWORKS = ["10.0.0.0/16", "2001:db8:100::/48"]
ID = "dxvif-ffabc001"
FAMILIES = {"ipv4": (4, 30), "ipv6": (6, 125)}


def peer(family):
    number, length = FAMILIES[family]
    return {"bgpPeerId": f"dxpeer-{family}", "asn": OUR_AS, "asnLong": OUR_AS, "addressFamily": family,
            "authKey": KEYS[family], "amazonAddress": f"{aws_address(1, number)}/{length}",
            "customerAddress": f"{our_address(1, number)}/{length}", "bgpPeerState": "available"}


def virtual_interfaces():
    first = peer("ipv4")
    return {"virtualInterfaces": [{
        "virtualInterfaceId": ID, "connectionId": "dxcon-fg111111", "location": "EqFA5",
        "virtualInterfaceType": "private", "virtualInterfaceName": "prod", "vlan": 100, "asnLong": OUR_AS,
        "amazonSideAsn": AMAZON_AS, "virtualInterfaceState": "available", "mtu": MTU,
        "prefixPoolAllocatedCountIpv4": 250, "prefixPoolAllocatedCountIpv6": 100,
        "authKey": first["authKey"], "amazonAddress": first["amazonAddress"],
        "customerAddress": first["customerAddress"], "addressFamily": "ipv4",
        "bgpPeers": [first, peer("ipv6")]}]}


def imported(router):
    """The router's configuration is what the import wrote; the addresses that its unit gives to eth0.100."""
    source, directory = router.directory / "vifs.json", router.directory / "imported"
    source.write_text(json.dumps(virtual_interfaces()))
    done = subprocess.run([str(router.client), "import", "aws", str(source), "interface", "eth0", "networks",
                           ",".join(OUR_NETWORKS), "to", str(directory)], capture_output=True, text=True, timeout=30)
    expect_equal((done.returncode, done.stderr), (0, ""), "the import")
    router.config_path = directory / "dxrouted.yaml"
    with router.config_path.open("a") as config:
        config.write(f"\ncontrol: {{socket: {router.socket}}}\n")
    unit = (directory / "systemd/network/30-dx-eth0.100.network").read_text()
    expect("Name=eth0.100\n" in unit, f"the unit is another interface's:\n{unit}")
    return re.findall(r"^Address=(.+)$", unit, re.M)


def run(lab):
    box, edge = lab.namespace("router"), lab.namespace("aws")
    router = Dxrouted(box, {})
    addresses = imported(router)
    lab.link(box, "eth0.100", addresses, edge, "aws0", [peer(family)["amazonAddress"] for family in FAMILIES])
    sessions = [vif(family, aws_address(1, number), our_address(1, number), "private", KEYS[family],
                    announce=[VPC if number == 4 else VPC6]) for family, (number, _) in FAMILIES.items()]
    aws = AwsSide(edge, *sessions).start()
    router.start()
    aws.wait_established()
    for family, network in zip(FAMILIES, OUR_NETWORKS):
        aws.wait_routes(family, [network])
    wait_until("the routes are in the kernel",
               lambda: box.gateways(VPC) == {aws_address(1)} and VPC6 in box.routes(BGP, 6))
    gives_back(router)
    agrees(router)


def gives_back(router):
    """The request has what AWS said, but for what a router cannot know."""
    request = json.loads(router.ctl("export", "aws", "prod"))
    expect_equal(request["connectionId"], "dxcon-fg111111", "the connection")
    said = virtual_interfaces()["virtualInterfaces"][0]
    made = dict(request["newPrivateVirtualInterface"])
    expect_equal(made, {key: said[key] for key in made}, "the virtual interface")
    expect("authKey" not in made, "a key was printed")


def agrees(router):
    def verify(*routes):
        path = router.directory / "routes.json"
        path.write_text(json.dumps({"virtualInterfaceId": ID, "routes": [
            {"cidr": cidr, "routeDirection": direction} for direction, cidr in routes]}))
        done = subprocess.run([str(router.client), "--socket", str(router.socket), "verify", "aws", str(path)],
                              capture_output=True, text=True, timeout=30)
        return done.returncode, done.stdout, done.stderr
    right = [("accepted", prefix) for prefix in OUR_NETWORKS] + [("advertised", VPC), ("advertised", VPC6)]
    code, said, errors = verify(*right)
    expect_equal((code, errors, said.count("the same")), (0, "", 2), f"what agrees\n{said}")
    code, said, errors = verify(*right[1:], ("advertised", "172.16.0.0/16"))
    expect_equal((code, errors), (1, "dxctl: AWS and dxrouted do not agree about 2 routes\n"), "what differs")
    expect(f"sent by us, not accepted by AWS:\n    {OUR_NETWORKS[0]}\n" in said, said)
    expect("advertised by AWS, not received by us:\n    172.16.0.0/16\n" in said, said)
