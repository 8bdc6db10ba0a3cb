"""What Prometheus is told: `promtool` finds nothing to complain about, the names are those of docs/metrics.md, and what
happens to sessions, BFD, kernel routes and the configuration can be seen."""
import pathlib
import re
import shutil
import subprocess

from circuits import Site, aws_address, command, expect, expect_equal, wait_until
from exposition import Exposition

ROUTE, OTHER = "172.31.0.0/16", "172.30.0.0/16"
BFD = {"interval": "50ms", "multiplier": 3}
REFERENCE = pathlib.Path(__file__).resolve().parents[3] / "docs" / "metrics.md"


def run(lab):
    site = Site(lab, circuits=2)
    first, second = (circuit.peer("bird", announce=[ROUTE, OTHER], bfd=(50, 3)).start() for circuit in site.circuits)
    config = site.config(
        site.circuits[0].neighbor(name="dx1", profile="aws-private", preference="high", bfd=dict(BFD)),
        site.circuits[1].neighbor(name="dx2", profile="aws-private", preference="low", bfd=dict(BFD)),
        http={"listen": "127.0.0.1:9179"})
    router = site.dxrouted(config).start()
    router.wait_established(aws_address(1), aws_address(2))

    def scrape():
        return Exposition(site.router.run("curl", "-sSf", "http://127.0.0.1:9179/metrics"))

    def reaches(value, name, **labels):
        wait_until(f"{name}{labels} is {value}", lambda: scrape().value(name, **labels) == value)

    reaches(1, "dxrouted_bfd_session_up", neighbor="dx1")
    reaches(1, "dxrouted_bfd_session_up", neighbor="dx2")
    reaches(2, "dxrouted_fib_routes", family="ipv4", state="installed")
    reaches(0, "dxrouted_fib_pending_changes")
    is_well_formed(router, scrape())
    shows_the_sessions(scrape())
    failover(site, scrape, reaches)
    conflict(site, reaches)
    refused_configuration(router, config, scrape, reaches)
    second.stop()
    reaches(1, "dxrouted_neighbor_notifications_received_total", neighbor="dx2", code="Cease")
    reaches(0, "dxrouted_neighbor_up", neighbor="dx2")
    expect(first.process.running(), "BIRD has died")


def is_well_formed(router, scraped):
    documented = set(re.findall(r"^\| `([a-z0-9_]+)` \|", REFERENCE.read_text(), re.MULTILINE))
    expect(scraped.families() <= documented, f"not in {REFERENCE.name}: {scraped.families() - documented}")
    missing = documented - scraped.families()
    only_when_it_happens = {
        "dxrouted_gateway_up", "dxrouted_gateway_static_routes", "dxrouted_config_confirm_until_timestamp_seconds",
        "dxrouted_neighbor_down_total", "dxrouted_neighbor_last_down_timestamp_seconds",
        "dxrouted_neighbor_notifications_received_total", "dxrouted_neighbor_notifications_sent_total",
        "dxrouted_bfd_session_packets_discarded_total", "dxrouted_tcp_md5_rejected_segments_total"}
    expect(missing <= only_when_it_happens, f"documented, and not there: {missing - only_when_it_happens}")
    by_socket = Exposition(command("curl", "-sSf", "--unix-socket", router.socket, "http://dx/metrics"))
    expect_equal(by_socket.families(), scraped.families(), "the same on the control socket")
    if shutil.which("promtool"):
        done = subprocess.run(["promtool", "check", "metrics"], input=scraped.text, text=True, capture_output=True)
        expect(done.returncode == 0 and not done.stderr, f"promtool: {done.stdout}{done.stderr}")


def shows_the_sessions(scraped):
    for name in ("dx1", "dx2"):
        expect_equal(scraped.value("dxrouted_neighbor_up", neighbor=name), 1, f"{name} is up")
        expect_equal(scraped.value("dxrouted_neighbor_prefixes_received", neighbor=name, family="ipv4"), 2, "received")
        expect_equal(scraped.value("dxrouted_neighbor_prefixes_advertised", neighbor=name, family="ipv4"), 1, "sent")
        expect_equal(scraped.value("dxrouted_neighbor_prefix_limit", neighbor=name, family="ipv4", direction="out"),
                     100, "the profile's limit")
        expect(scraped.value("dxrouted_neighbor_received_bytes_total", neighbor=name) > 100, "bytes of an OPEN and more")
        expect_equal(round(scraped.value("dxrouted_bfd_session_detection_time_seconds", neighbor=name), 3), 0.15, "BFD")
    expect(scraped.value("process_resident_memory_bytes") > 2**20, "the process has memory")
    expect_equal({labels["thread"] for labels, _ in scraped.all("dxrouted_thread_response_seconds")},
                 {"routing", "fib", "bfd"}, "threads that answered")


def failover(site, scrape, reaches):
    """The link stays up, so the daemon has to move the traffic, and says how long it took."""
    expect_equal(scrape().value("dxrouted_fib_failover_duration_seconds_count"), 0, "failovers so far")
    site.circuits[0].black_hole()
    reaches(0, "dxrouted_neighbor_up", neighbor="dx1")
    now = scrape()
    expect_equal(now.value("dxrouted_neighbor_down_total", neighbor="dx1", cause="BFD down"), 1, "by cause")
    expect_equal(now.value("dxrouted_bfd_session_downs_total", neighbor="dx1"), 1, "BFD's own count")
    expect_equal(now.value("dxrouted_neighbor_notifications_sent_total", neighbor="dx1", code="Cease",
                           subcode="BFD Down"), 1, "NOTIFICATIONs sent")
    expect_equal(now.value("dxrouted_fib_failover_duration_seconds_count"), 1, "failovers")
    expect(0 < now.value("dxrouted_fib_failover_duration_seconds_sum") < 0.1, "a failover takes some time, and not much")
    site.circuits[0].black_hole(False)
    reaches(1, "dxrouted_neighbor_up", neighbor="dx1")
    expect_equal(scrape().value("dxrouted_neighbor_established_total", neighbor="dx1"), 2, "sessions")


def conflict(site, reaches):
    reaches(0, "dxrouted_fib_routes", family="ipv4", state="conflict")
    site.router.ip("route", "replace", "blackhole", OTHER, "metric", "20")
    reaches(1, "dxrouted_fib_routes", family="ipv4", state="conflict")
    site.router.ip("route", "delete", OTHER, "metric", "20")
    reaches(0, "dxrouted_fib_routes", family="ipv4", state="conflict")
    reaches(2, "dxrouted_fib_routes", family="ipv4", state="installed")


def refused_configuration(router, config, scrape, reaches):
    before = scrape().value("dxrouted_config_last_reload_success_timestamp_seconds")
    router.write("router: {asn: 0}\n")
    router.sighup()
    reaches(0, "dxrouted_config_last_reload_successful")
    expect_equal(scrape().value("dxrouted_config_last_reload_success_timestamp_seconds"), before, "the last good one")
    router.write(config)
    router.sighup()
    reaches(1, "dxrouted_config_last_reload_successful")
    expect(scrape().value("dxrouted_config_last_reload_success_timestamp_seconds") > before, "a newer one is in force")
