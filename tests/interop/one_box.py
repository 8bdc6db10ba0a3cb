"""Two circuits and a VPN at one box, for the scenarios any_order and any_order_ipv6."""
import copy
import time

from circuits import Site
from play import Play


class OneBox(Play):
    def __init__(self, lab, chance, family=4):
        site = Site(lab, circuits=3)
        for box in (site.router, *(circuit.aws for circuit in site.circuits)):
            box.sysctl("net.ipv6.conf.all.keep_addr_on_down", 1)  # else nobody gives them back with the link
        super().__init__(site.circuits, chance, family)
        self.events.append(self.trial)
        self.trial_ends = 0
        self.site = site
        self.router = site.dxrouted(self.config(None)).start()
        self.routers = [self.router]

    def router_of(self, _name):
        return self.router

    def config(self, _router):
        return self.site.config(*map(self.neighbor, self.names), **self.sections())

    def expected(self, _router):
        by = {prefix: self.best(prefix, self.usable()) for prefix in self.prefixes.all()}
        return {prefix: self.address(name) for prefix, name in by.items() if name}

    def change(self, name):
        self.wait_for_trial()
        return super().change(name)

    def has_told(self):
        self.wait_for_trial()
        super().has_told()

    def trial(self, name):
        """A change that has to be confirmed: it is, or it is not, or the router is killed before."""
        self.wait_for_trial()
        before = copy.copy(self.__dict__)
        what = self.alter()
        candidate = self.router.config_path.with_name("candidate.yaml")
        self.router.write(self.config(self.router), candidate)
        self.router.ctl("config", "apply", str(candidate), "confirm", "1s")
        if self.chance.random() < 0.4:
            self.router.ctl("config", "confirm")
            return f"another {what}, confirmed"
        self.__dict__.update(before)
        self.trial_ends = time.monotonic() + 2
        if self.chance.random() < 0.3:
            self.crash(name)
            return f"another {what}, killed before it was confirmed"
        return f"another {what}, not confirmed"

    def wait_for_trial(self):
        time.sleep(max(0, self.trial_ends - time.monotonic()))
