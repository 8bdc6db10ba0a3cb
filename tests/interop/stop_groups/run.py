"""SIGTERM where a few routes lead over groups of two circuits: they go with their groups, and the next hops after them,
with a backup as with load sharing."""
from circuits import BGP, AwsSide, Site, expect_equal, wait_until

PREFIXES = [f"172.31.{number}.0/24" for number in range(5)]


def run(lab):
    site = Site(lab, circuits=2)
    sides = [AwsSide(circuit.aws, circuit.vif(f"dx{number}", announce=PREFIXES)).start()
             for number, circuit in enumerate(site.circuits, 1)]
    neighbors = [side.neighbor(name) for side in sides for name in side.sessions]

    def has_groups():
        objects = site.router.ip_json("nexthop", "show")
        return len(site.router.routes(BGP)) == len(PREFIXES) and any(len(each.get("group", [])) == 2 for each in objects)
    for paths in (1, 2):
        router = site.dxrouted(site.config(*neighbors, fib={"maximum-paths": paths})).start()
        wait_until("all routes are there, over two ways", has_groups, 20)
        expect_equal(router.stop(), 0, f"the exit code with maximum-paths {paths}")
        expect_equal(site.router.routes(BGP), {}, "routes left")
        expect_equal(site.router.ip_json("nexthop", "show"), [], "nexthop objects left")
