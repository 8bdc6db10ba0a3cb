"""RFC 4271 9.1.2: which of two paths is used, seen in what a third peer is sent."""
import bgp_speaker as bgp
from harness import alive, case, ibgp, learns, peer

TWO = (peer(64512), peer(64513), peer(64601))
SAME_AS = (peer(64512), peer(64512), peer(64601))


def _wins(t, number, *announcements):
    """Each announcement is (path, extra attributes); the one of peers[number] is passed on, in
    whichever order they come."""
    sessions = [one.up() for one in t.peers]
    observer = sessions[-1]
    marks = [f"65000:{n + 1}" for n in range(len(announcements))]
    for step, order in enumerate((range(len(announcements)),
                                  reversed(range(len(announcements))))):
        prefix = t.net(step + 1)
        for n in order:
            path, extra = announcements[n]
            sessions[n].announce(prefix, path=path, extra=[*extra, bgp.communities(marks[n])])
            alive(sessions[n])
        wanted = [bgp.community(marks[number])]
        learns(observer, prefix)
        observer.read_until(lambda p=prefix, w=wanted: observer.routes[p].communities == w)


@case("RFC 4271 9.1.2.2 a", *TWO)
def the_shorter_path_wins(t):
    _wins(t, 1, ([64512, 64999, 64998], []), ([64513, 64999], []))


@case("RFC 4271 9.1.2.2 a", *TWO)
def the_shorter_path_wins_against_a_lower_med_and_origin(t):
    _wins(t, 1, ([64512, 64999, 64998], [bgp.med(0)]), ([64513, 64999], [bgp.med(100)]))


def _with_origin(session, value):
    return [bgp.origin(value), *session.attributes()[1:]]


@case("RFC 4271 9.1.2.2 b", *TWO)
def the_lower_origin_wins(t):
    first, second, observer = (one.up() for one in t.peers)
    first.send(bgp.update(_with_origin(first, 2), [t.net(1)]))
    learns(observer, t.net(1))
    second.send(bgp.update(_with_origin(second, 1), [t.net(1)]))
    observer.read_until(lambda: observer.routes[t.net(1)].path == [65000, 64513])
    first.send(bgp.update(_with_origin(first, 0), [t.net(1)]))
    observer.read_until(lambda: observer.routes[t.net(1)].path == [65000, 64512])


@case("RFC 4271 9.1.2.2 c", *SAME_AS)
def among_paths_of_one_neighbor_as_the_lower_med_wins(t):
    _wins(t, 1, ([64512, 64999], [bgp.med(20)]), ([64512, 64998], [bgp.med(10)]))


@case("RFC 4271 9.1.2.2 c", *SAME_AS)
def a_missing_med_counts_as_zero(t):
    _wins(t, 1, ([64512, 64999], [bgp.med(1)]), ([64512, 64998], []))


@case("RFC 4271 9.1.2.2 c", *TWO)
def between_different_neighbor_ases_the_med_does_not_count(t):
    # The first has the lower identifier and address, and so wins in spite of its MED.
    _wins(t, 0, ([64512, 64999], [bgp.med(500)]), ([64513, 64998], [bgp.med(1)]))


@case("RFC 4271 9.1.2.2 c", peer(64512), peer(64513), peer(64512), peer(64601))
def the_med_is_compared_within_an_as_whatever_lies_between(t):
    # 1 and 3 are of one AS: 3 removes 1 by its MED; of 2 and 3 then, 2 has the lower identifier.
    # Compared pairwise in this order (1 beats 2 by identifier, 3 beats 1 by MED) 3 would win.
    _wins(t, 1, ([64512, 64999], [bgp.med(20)]), ([64513, 64998], []), ([64512, 64997],
                                                                       [bgp.med(10)]))


@case("RFC 4271 9.1.1", ibgp(), ibgp(), peer(64601))
def the_higher_local_pref_wins_against_a_shorter_path(t):
    _wins(t, 1, ([64999], [bgp.local_pref(100)]),
          ([64998, 64997, 64996], [bgp.local_pref(200)]))


@case("RFC 4271 9.1.2.2 d", ibgp(), peer(64512), peer(64601))
def an_external_path_wins_against_an_internal_one(t):
    _wins(t, 1, ([64999], [bgp.local_pref(100)]), ([64512], []))


@case("RFC 4271 9.1.2.2 f", *TWO)
def the_lower_identifier_wins(t):
    t.peers[0].identifier, t.peers[1].identifier = "9.9.9.9", "1.1.1.1"
    _wins(t, 1, ([64512, 64999], []), ([64513, 64999], []))


@case("RFC 4271 9.1.2.2 g", *TWO)
def with_equal_identifiers_the_lower_address_wins(t):
    t.peers[0].identifier = t.peers[1].identifier = "9.9.9.9"
    _wins(t, 0, ([64512, 64999], []), ([64513, 64999], []))


@case("RFC 4456 9", ibgp(), ibgp(), peer(64601))
def the_originator_id_counts_as_the_identifier(t):
    t.peers[0].identifier, t.peers[1].identifier = "1.1.1.1", "9.9.9.9"
    _wins(t, 1, ([64999], [bgp.local_pref(100), bgp.attribute(0x80, 9, b"\x08\0\0\0"),
                           bgp.attribute(0x80, 10, b"\1\1\1\1")]),
          ([64999], [bgp.local_pref(100), bgp.attribute(0x80, 9, b"\0\0\0\x01"),
                     bgp.attribute(0x80, 10, b"\1\1\1\1")]))


@case("RFC 4456 9", ibgp(), ibgp(), peer(64601))
def the_shorter_cluster_list_wins(t):
    t.peers[0].identifier, t.peers[1].identifier = "9.9.9.9", "1.1.1.1"
    originator = bgp.attribute(0x80, 9, b"\x08\0\0\0")
    _wins(t, 0, ([64999], [bgp.local_pref(100), originator, bgp.attribute(0x80, 10, bytes(4))]),
          ([64999], [bgp.local_pref(100), originator, bgp.attribute(0x80, 10, bytes(8))]))


@case("RFC 4271 9.1.2", *TWO)
def when_the_best_path_goes_the_next_one_is_sent(t):
    first, second, observer = (one.up() for one in t.peers)
    first.announce(t.net(1))
    second.announce(t.net(1), path=[64513, 64999])
    learns(observer, t.net(1))
    observer.read_until(lambda: observer.routes[t.net(1)].path == [65000, 64512])
    first.withdraw(t.net(1))
    observer.read_until(lambda: observer.routes[t.net(1)].path == [65000, 64513, 64999])


@case("RFC 4271 9.1.2", *TWO)
def when_the_best_peer_goes_the_next_path_is_sent_and_never_a_withdrawal(t):
    first, second, observer = (one.up() for one in t.peers)
    first.announce(t.net(1))
    second.announce(t.net(1), path=[64513, 64999])
    alive(second)
    learns(observer, t.net(1))
    first.close()
    observer.read_until(lambda: observer.routes[t.net(1)].path == [65000, 64513, 64999])


@case("RFC 4271 9.1.3", peer(64512), peer(64513))
def the_peer_of_the_best_path_is_sent_nothing_and_gets_a_withdrawal_when_it_becomes_best(t):
    first, second = (one.up() for one in t.peers)
    first.announce(t.net(1), path=[64512, 64999])
    learns(second, t.net(1))
    second.announce(t.net(1), path=[64513])
    learns(first, t.net(1))
    second.read_until(lambda: t.net(1) not in second.routes)


@case("RFC 4271 9.1.2", peer(64512), peer(64601))
def our_own_network_wins_against_one_that_is_learnt(t):
    sender, observer = (one.up() for one in t.peers)
    sender.announce("198.51.100.0/24")
    alive(sender)
    alive(observer)
    observer.read_until(lambda: observer.routes["198.51.100.0/24"].path == [65000])
