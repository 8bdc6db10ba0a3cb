"""Whatever happens, in any order: links, paths, sessions, announcements, operators, changes of the configuration, restarts
and other people's deletions, at two circuits and a VPN of one box. After every few events the kernel has exactly the routes
that a model of the site expects, each by the right neighbor, and each circuit and tunnel has been sent exactly what the
configuration says, within its limit."""
from chance import seeded
from one_box import OneBox


def run(lab):
    OneBox(lab, seeded()).go_on()
