"""What a session announces: routes as settings and commands give them, and the UPDATEs for them."""
import ipaddress

import bgp_speaker as bgp
from settings import GRACEFUL_SHUTDOWN, Mistake

ORIGINS = {"region": ["7224:8100"], "continent": ["7224:8200"], "elsewhere": []}
LOWERED_MED = 50  # of the other tunnel, during maintenance
KEYS = {"prefix", "path", "med", "communities", "origin"}


class Announcement:
    """The routes of one session, and what changes all of them at once."""

    def __init__(self, settings):
        self.settings = settings
        self.routes = {}  # prefix -> (path behind Amazon's AS, MED, communities)
        self.graceful_shutdown = False
        self.med_lowered = False
        self.add(settings.announce)

    def add(self, routes):
        """Replaces those of the same prefix; the prefixes."""
        made = [self._made(route) for route in routes]
        self.routes.update(made)
        return [prefix for prefix, _ in made]

    def remove(self, prefixes):
        return [prefix for prefix in prefixes if self.routes.pop(prefix, None)]

    def _made(self, route):
        route = {"prefix": route} if isinstance(route, str) else route
        unknown = set(route) - KEYS
        if unknown or "prefix" not in route:
            raise Mistake(f"a route has `prefix` and of {', '.join(sorted(KEYS))}: {route}")
        if ipaddress.ip_network(route["prefix"]).version != self.settings.version:
            raise Mistake(f"{route['prefix']} is not of the session's family")
        communities = [bgp.community(value) for value in route.get("communities", [])]
        if self.settings.type == "public":
            communities += [bgp.NO_EXPORT, *ORIGINS[route.get("origin", "elsewhere")]]
        path = route.get("path", self.settings.path)
        med = route.get("med", self.settings.med)
        return route["prefix"], (tuple(path), med, tuple(communities))

    def updates(self, connection, prefixes=None):
        """UPDATEs for some of the routes, or for all, as few as hold them."""
        chosen = self.routes if prefixes is None else prefixes
        alike = {}
        for prefix in chosen:
            alike.setdefault(self.routes[prefix], []).append(prefix)
        for (path, med, communities), members in alike.items():
            attributes = self._attributes(connection, path, med, communities)
            for part in bgp.packed(members, 3500):
                yield self._update(attributes, part)

    def _attributes(self, connection, path, med, communities):
        """In the order of their types, NEXT_HOP or MP_REACH_NLRI left out."""
        if self.med_lowered:
            med = LOWERED_MED
        if self.graceful_shutdown:
            communities = (*communities, GRACEFUL_SHUTDOWN)
        return [bgp.origin(), connection.path([self.settings.amazon_asn, *path]),
                *([] if med is None else [bgp.med(med)]),
                *([bgp.communities(*communities)] if communities else [])]

    def _update(self, attributes, prefixes):
        if self.settings.version == 6:
            return bgp.update([*attributes, bgp.mp_reach(prefixes, self.settings.local)])
        hop = bgp.next_hop(self.settings.local)
        return bgp.update([*attributes[:2], hop, *attributes[2:]], prefixes)

    def withdrawals(self, prefixes):
        for part in bgp.packed(prefixes, 3500):
            if self.settings.version == 6:
                yield bgp.update([bgp.mp_unreach(part)])
            else:
                yield bgp.update(withdrawn=part)
