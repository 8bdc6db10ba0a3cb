"""Whatever happens, in any order, at a site of two boxes with iBGP between them: a circuit at one, the other circuit and
the VPN at the other. After every few events both kernels have exactly what a model of the site expects, and each circuit
and tunnel was sent what the configuration says."""
from chance import seeded
from circuits import KEY, OUR_AS, Circuit, Dxrouted, neighbor
from play import Play

ONE, TWO = "10.200.0.1", "10.200.0.2"
AT = {"dx1": ONE, "dx2": TWO, "vpn": TWO}


def run(lab):
    TwoBoxes(lab, seeded()).go_on()


class TwoBoxes(Play):
    def __init__(self, lab, chance):
        one, two = self.boxes = [lab.namespace("one"), lab.namespace("two")]
        lab.link(one, "lan", [f"{ONE}/24"], two, "lan", [f"{TWO}/24"])
        for box in self.boxes:
            box.sysctl("net.ipv4.ip_forward", 1)
        super().__init__([Circuit(lab, 1, one), Circuit(lab, 2, two), Circuit(lab, 3, two)], chance)
        self.apart = False
        self.events.append(self.lan)
        self.routers = [Dxrouted(box, self.config_at(box)) for box in self.boxes]
        for router in self.routers:
            router.start()

    def router_of(self, name):
        return self.routers[(ONE, TWO).index(AT[name])]

    def config(self, router):
        return self.config_at(router.box)

    def config_at(self, box):
        here = self.address_of(box)
        other = TWO if here == ONE else ONE
        return {"router": {"asn": OUR_AS, "router-id": here},
                "neighbors": [*(self.neighbor(name) for name in self.names if AT[name] == here),
                              neighbor(other, OUR_AS, name="other", password=KEY, timers={"connect-retry": "1s"})],
                **self.sections()}

    def address_of(self, box):
        return ONE if box is self.boxes[0] else TWO

    def expected(self, router):
        here = self.address_of(router.box)
        names = [name for name in self.usable() if AT[name] == here or not self.apart]
        by = {prefix: self.best(prefix, names) for prefix in self.prefixes.all()}
        return {prefix: self.address(name) if AT[name] == here else AT[name] for prefix, name in by.items() if name}

    def is_calm(self):
        return super().is_calm() and (self.apart or all(router.established(TWO if router is self.routers[0] else ONE)
                                                        for router in self.routers))

    def lan(self, _name):
        self.apart = not self.apart
        self.boxes[0].ip("link", "set", "lan", "down" if self.apart else "up")
        return f"the boxes are {'apart' if self.apart else 'together'}"

    def all_is_well_again(self):
        if self.apart:
            self.lan(None)
        super().all_is_well_again()

    def described(self):
        return f"{super().described()}, apart {self.apart}"
