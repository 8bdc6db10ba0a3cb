"""A public virtual interface: Amazon's table with its communities is used and goes no further, since all
of it has NO_EXPORT; our scope reaches AWS, and no default route does; hold times and families that AWS refuses are errors."""
from circuits import (BGP, OUR_NETWORK, AwsSide, Circuit, Site, aws_address, expect, expect_equal,
                      neighbor, our_address, stays, wait_until)

AWS, PARTNER, PARTNER_AS = aws_address(1), aws_address(3), 65010
TABLE, VPC, OURS_PUBLIC = 600, "172.31.0.0/16", "198.51.100.0/24"
ORIGINS = {"52.0.0.0/24": ["7224:8100"], "52.0.1.0/24": ["7224:8200"], "52.0.2.0/24": []}
DEFAULT = "0.0.0.0/0"
EXPORT = {"public-only": [{"match": {"prefix": [OURS_PUBLIC]}, "then": "accept"}]}


def run(lab):
    site = Site(lab, circuits=2, aws=lab.namespace("aws"))
    partner = Circuit(lab, 3, site.router)
    public, private = site.circuits
    aws = AwsSide(public.aws, public.vif("public", "public", public_table=TABLE),
                  private.vif("private", announce=[VPC])).start()
    bird = partner.peer("bird", asn=PARTNER_AS, password=None).start()
    config = site.config(aws.neighbor("public", scope="region", export="public-only"),
                         aws.neighbor("private"), neighbor(PARTNER, PARTNER_AS),
                         policies=EXPORT)
    config["networks"].append(OURS_PUBLIC)
    router = site.dxrouted(config).start()
    aws.wait_established()
    router.wait_established(PARTNER)

    table_is_used(site, router)
    sent = aws.wait_routes("public", [OURS_PUBLIC])[OURS_PUBLIC]
    expect_equal((sent["communities"], sent["scope"]), (["7224:9100"], "region"), "our scope at AWS")
    nothing_leaks(site, router, aws, bird)
    no_default_route(router, aws, bird, config)
    what_aws_refuses(router, config)


def table_is_used(site, router):
    wait_until("the whole table is in the kernel", lambda: len(
        [prefix for prefix in site.router.routes(BGP) if prefix.startswith("52.")]) == TABLE)
    for prefix, origin in ORIGINS.items():
        path = router.show(f"ip bgp {prefix}")["paths"][0]
        expect_equal((sorted(path["community"]["list"]), path["aspath"]["string"]),
                     (sorted([*origin, "no-export"]), "7224 16509 16509"), f"{prefix} in our table")


def nothing_leaks(site, router, aws, bird):
    """Both neighbors get everything that has no NO_EXPORT, and keep getting no more."""
    bird.wait_learned(OUR_NETWORK, OURS_PUBLIC, VPC)
    ours = {OUR_NETWORK, OURS_PUBLIC}

    def clean():
        return set(bird.learned()) == ours | {VPC} and set(aws.routes("private")) == ours
    wait_until("the neighbors have our routes and no others", clean)
    router.ctl("clear", "ip", "bgp", "*", "soft")
    aws.ask("announce", session="public", routes=["52.9.0.0/16"])
    site.wait_route("52.9.0.0/16", AWS)
    stays("nothing of Amazon's table goes further", clean, 1.5)


def no_default_route(router, aws, bird, config):
    """It goes out where it may, and never on the public interface, whatever the policy there says."""
    open_config = {**config, "neighbors": [{**config["neighbors"][0], "export": "accept-all"}, *config["neighbors"][1:]]}
    ours = {OUR_NETWORK, OURS_PUBLIC}
    redistributed = {"redistribute": {"static": {"policy": "accept-all"}},
                     "static-routes": [{"prefix": DEFAULT, "via": PARTNER, "distance": 250}]}
    for what, more in (("learnt", {}), ("redistributed", redistributed)):
        bird.announce(DEFAULT) if not more else bird.withdraw(DEFAULT)
        code, said = router.check({**open_config, **more})
        expect(code == 0 and ("would let the redistributed static default route out" in said) == bool(more), said)
        router.write({**open_config, **more})
        router.ctl("reload")
        aws.wait_routes("private", ours | {DEFAULT})
        aws.wait_routes("public", ours)
        stays(f"no {what} default route at AWS's public side", lambda: set(aws.routes("public")) == ours, 1)
        why = router.ctl("why", DEFAULT)
        expect("public: no: a default route, which must not go out on a public virtual interface" in why, why)
    router.write(config)
    router.ctl("reload")


def what_aws_refuses(router, config):
    entry = config["neighbors"][0]
    for what, told, words in (
            ("hold time 0", {"timers": {"hold": "0s"}}, "hold 0 is refused by AWS"),
            ("hold time 2", {"timers": {"hold": "2s"}}, "not possible as a hold time"),
            ("both families", {"families": ["ipv4", "ipv6"]}, "family of its address only"),
            ("ttl-security", {"ttl-security": True}, "AWS sends TTL 1"),
            ("another AS", {"remote-as": 64512}, "expected 7224")):
        code, said = router.check({**config, "neighbors": [{**entry, **told}]})
        expect(code == 2 and words in said, f"--check on {what} ended with {code}:\n{said}")
