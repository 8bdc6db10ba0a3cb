"""Another program has BGP's port and that of the metrics, as FRR has it on a box that moves to dxrouted: dxrouted starts,
dials out, says everywhere that nobody can connect to it, and takes the ports as soon as they are free."""
import socket

from circuits import Site, aws_address, command, expect, expect_equal, wait_until
from exposition import Exposition

HTTP = 9179


def run(lab):
    site = Site(lab)
    site.circuit.peer("bird", announce=["172.31.0.0/16"]).start()
    taken = [occupied(site.router, 179), occupied(site.router, HTTP)]
    router = site.dxrouted(site.config(site.circuit.neighbor(), http={"listen": f"127.0.0.1:{HTTP}"})).start()
    router.wait_established(aws_address(1))
    expect_equal(listeners(router), {"bgp": {0}, "http": {0}}, "the listeners while others have the ports")
    expect("no neighbor can connect to us: cannot listen on" in doctor(router), doctor(router))
    for one in taken:
        one.close()
    wait_until("both listen", lambda: listeners(router) == {"bgp": {1}, "http": {1}}, 5)
    Exposition(site.router.run("curl", "-sSf", f"http://127.0.0.1:{HTTP}/metrics"))
    expect("connections are accepted" in doctor(router), doctor(router))
    expect(router.established(aws_address(1)), "the session is gone")


def doctor(router):
    return command(router.client, "--socket", router.socket, "doctor", check=False)


def occupied(box, port):
    with box.inside():
        return socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)


def listeners(router):
    text = command("curl", "-sSf", "--unix-socket", router.socket, "http://dx/metrics")
    found = {}
    for labels, value in Exposition(text).all("dxrouted_listener_up"):
        found.setdefault(labels["protocol"], set()).add(value)
    return found
