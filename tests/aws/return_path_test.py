#!/usr/bin/env python3
"""The order in which AWS prefers routes, as rows."""
import unittest

from return_path import Accepted, best


def route(session, prefix="10.0.0.0/16", path=(65000,), med=None, communities=(), type_="private",
          home=True):
    return Accepted(prefix, session, type_, list(path), "192.168.1.2", med, list(communities), [], home)


HIGH, MEDIUM, LOW = ["7224:7300"], ["7224:7200"], ["7224:7100"]

ROWS = [
    ("equal routes share", [route("a"), route("b")], ["a", "b"], "ECMP"),
    ("the AS numbers of equally long paths do not matter",
     [route("a", path=[65000]), route("b", path=[65001])], ["a", "b"], "ECMP"),
    ("the longest prefix comes before all",
     [route("a", communities=HIGH), route("b", "10.0.1.0/24", communities=LOW)], ["b"],
     "longest prefix"),
    ("a more specific route on VPN beats Direct Connect",
     [route("a"), route("b", "10.0.1.0/24", type_="vpn")], ["b"], "longest prefix"),
    ("Direct Connect comes before VPN, however long its path",
     [route("a", path=[65000] * 5), route("b", type_="vpn")], ["a"], "Direct Connect before VPN"),
    ("the community comes before the path",
     [route("a", communities=HIGH, path=[65000] * 5), route("b", communities=LOW)], ["a"],
     "local preference community"),
    ("without a community the own Region is medium, another is low",
     [route("a"), route("b", home=False)], ["a"], "local preference community"),
    ("without a community it is like 7200", [route("a", communities=MEDIUM), route("b")], ["a", "b"],
     "ECMP"),
    ("the shorter path wins", [route("a"), route("b", path=[65000, 65000])], ["a"], "AS_PATH length"),
    ("the lower MED wins, and none is 0", [route("a", med=10), route("b")], ["b"], "MED"),
    ("a prepended private AS is lost on public virtual interfaces",
     [route("a", path=[65000] * 3, type_="public"), route("b", type_="public")], ["a", "b"], "ECMP"),
    ("a prepended public AS counts there",
     [route("a", path=[64496] * 3, type_="public"), route("b", path=[64496], type_="public")], ["b"],
     "AS_PATH length"),
    ("what covers nothing is no way", [route("a", "10.9.0.0/16")], [], "no route"),
]


class ReturnPath(unittest.TestCase):
    def test_rows(self):
        for title, routes, sessions, decided in ROWS:
            for given in (routes, routes[::-1]):
                with self.subTest(title):
                    found = best(given, "10.0.1.1", public=routes[0].type == "public")
                    self.assertEqual((found["sessions"], found["decided"]), (sessions, decided))

    def test_public_routes_are_no_way_into_a_vpc(self):
        self.assertEqual(best([route("a", type_="public")], "10.0.1.1")["sessions"], [])


if __name__ == "__main__":
    unittest.main()
