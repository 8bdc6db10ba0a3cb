"""RFC 9234 5, all of it: what the OTC attribute does for every role, on the way in and out."""
import bgp_speaker as bgp
from harness import OUR_AS, case, ibgp, learns, never_learns, pair, peer, same

PEER_AS, ELSEWHERE = 64512, 64777
ROLES = ("provider", "customer", "peer", "rs-server", "rs-client")
ABOVE_OR_BESIDE = ("customer", "peer", "rs-client")  # our role: the peer is a provider, peer or RS
BELOW_OR_BESIDE = ("provider", "peer", "rs-server")  # the peer is a customer, peer or RS-client
MARKS = {"without_otc": None, "with_an_otc_of_the_peer": PEER_AS,
         "with_an_otc_of_another": ELSEWHERE}


def _after_import(role, mark):
    """OTC of the route in our table; "leak" where it must not get there."""
    if role in ("provider", "rs-server"):
        return "leak" if mark else None
    if role == "peer" and mark not in (None, PEER_AS):
        return "leak"
    return mark or PEER_AS


def _after_export(role, mark):
    if mark and role in ABOVE_OR_BESIDE:
        return "leak"
    return mark or (OUR_AS if role in BELOW_OR_BESIDE else None)


def _check(t, mark, wanted):
    sender, observer = pair(t)
    sender.announce(t.net(1), extra=[bgp.otc(mark)] if mark else [])
    if wanted == "leak":
        never_learns(observer, t.net(1), after=sender)
    else:
        same(learns(observer, t.net(1)).number(bgp.OTC), wanted, "OTC")


def _in(role, words, mark):
    def function(t):
        _check(t, mark, _after_import(role, mark))
    function.__name__ = f"as_{role}_we_take_a_route_{words}".replace("-", "_")
    case("RFC 9234 5", peer(PEER_AS, bgp_role=role), peer(64601))(function)


def _out(role, words, mark):
    def function(t):
        _check(t, mark, _after_export(role, mark))
    function.__name__ = f"as_{role}_we_pass_on_a_route_{words}".replace("-", "_")
    case("RFC 9234 5", peer(PEER_AS), peer(64601, bgp_role=role))(function)


for _role in ROLES:
    for _words, _mark in MARKS.items():
        _in(_role, _words, _mark)
        _out(_role, _words, _mark)


@case("RFC 9234 5", ibgp(), peer(64601, bgp_role="provider"))
def an_otc_from_inside_goes_to_a_customer_as_it_is(t):
    sender, observer = pair(t)
    sender.announce(t.net(1), path=[5], extra=[bgp.local_pref(100), bgp.otc(5)])
    same(learns(observer, t.net(1)).number(bgp.OTC), 5, "OTC")


@case("RFC 9234 5", ibgp(), peer(64601, bgp_role="peer"))
def an_otc_from_inside_keeps_the_route_from_a_peer(t):
    sender, observer = pair(t)
    sender.announce(t.net(1), path=[5], extra=[bgp.local_pref(100), bgp.otc(5)])
    never_learns(observer, t.net(1), after=sender)
