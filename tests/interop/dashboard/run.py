"""Grafana's dashboard and the alert rules against a real Prometheus that scrapes a running dxrouted: each query is taken,
and has had a value above 0 where something has happened. Grafana itself is not there: what it does is choosing the variables and
drawing. It is skipped without Prometheus."""
import json
import pathlib
import shutil
import time

from circuits import Failed, Site, Skipped, aws_address, expect, expect_equal, wait_until

PACKAGING = pathlib.Path(__file__).resolve().parents[3] / "packaging"
DASHBOARD = json.loads((PACKAGING / "grafana/dxrouted.json").read_text())
RULES = PACKAGING / "prometheus/dxrouted.rules.yml"
BFD = {"interval": "50ms", "multiplier": 3}
ROUTES = ["172.30.0.0/16", "172.31.0.0/16"]
API = "http://127.0.0.1:9090/api/v1"
# What Grafana puts in for its variables: of one with several values a group, of the interval four scrapes.
VARIABLES = {"$__rate_interval": "8s", "$instance": "(127.0.0.1:9179)", "$neighbor": "(dx1|dx2)"}
# What the scenario does not bring about: nothing there, or 0. Each other query has to find more.
NOTHING_THERE = {"dxrouted_neighbor_prefixes_held_back"}
ZERO = {"conflict|failed|unresolved", "dxrouted_fib_pending_changes", "dxrouted_fib_kernel_errors_total",
        "dxrouted_fib_resyncs_total", "dxrouted_fib_monitor_overruns_total"}


def run(lab):
    prometheus = shutil.which("prometheus")
    if not prometheus:
        raise Skipped("no prometheus")
    site = Site(lab, circuits=2)
    peers = [circuit.peer("bird", announce=ROUTES, bfd=(50, 3)).start() for circuit in site.circuits]
    router = site.dxrouted(site.config(
        *(circuit.neighbor(name=f"dx{circuit.number}", profile="aws-private", bfd=dict(BFD)) for circuit in site.circuits),
        static_routes=[{"prefix": "10.1.0.0/16", "via": aws_address(1), "track": {"interval": "200ms", "misses": 3}}],
        http={"listen": "127.0.0.1:9179"})).start()
    router.wait_established(aws_address(1), aws_address(2))
    start_prometheus(lab, site, prometheus)
    began = time.time()

    def ask(expression):
        return query(site, expression)
    wait_until("it is scraped", lambda: ask("dxrouted_bfd_session_up == 1"), 30)
    # Changes that an increase can be seen of, which takes two scrapes.
    site.router.ip("route", "del", ROUTES[0])
    site.circuits[0].black_hole()
    router.wait_down(aws_address(1))
    site.circuits[0].black_hole(False)
    router.wait_established(aws_address(1))
    peers[1].stop()
    router.wait_down(aws_address(2))
    shows_what_happened(site, began)
    offers_choices(ask)
    rules_are_evaluated(site)


def start_prometheus(lab, site, program):
    directory = pathlib.Path(lab.directory) / "prometheus"
    directory.mkdir()
    (directory / "prometheus.yml").write_text(json.dumps({  # which is YAML
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"}, "rule_files": [str(RULES)],
        "scrape_configs": [{"job_name": "dxrouted", "static_configs": [{"targets": ["127.0.0.1:9179"]}]}]}))
    site.router.start(program, f"--config.file={directory}/prometheus.yml", f"--storage.tsdb.path={directory}/data",
                      "--web.listen-address=127.0.0.1:9090", "--log.level=warn")


def get(site, path, *arguments):
    text = site.router.run("curl", "-sS", "-G", f"{API}/{path}", *arguments, check=False)
    return json.loads(text) if text.startswith("{") else {"status": "not there yet"}


def query(site, expression, path="query", *when):
    """What it finds; a query that is none fails."""
    answer = get(site, path, "--data-urlencode", f"query={expression}", *when)
    expect(answer["status"] != "error", f"{expression}: {answer.get('error')}")
    return answer.get("data", {}).get("result", [])


def values_since(site, expression, began):
    """Each second's, of all series: what an increase has shown may be over."""
    when = ("-d", f"start={began:.3f}", "-d", f"end={time.time():.3f}", "-d", "step=1")
    return [float(value) for series in query(site, expression, "query_range", *when) for _, value in series["values"]]


def queries():
    """(panel, query) with the variables chosen, the annotations' too."""
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], chosen(target["expr"])
    for each in DASHBOARD["annotations"]["list"]:
        yield each["name"], chosen(each["expr"])


def chosen(expression):
    for variable, value in VARIABLES.items():
        expression = expression.replace(variable, value)
    expect("$" not in expression, f"another variable: {expression}")
    return expression


def shows_what_happened(site, began):
    waiting = list(queries())
    expect(len(waiting) > 30, "the dashboard has queries")

    def is_missed(expression):
        values = values_since(site, expression, began)
        if any(name in expression for name in NOTHING_THERE):
            return False
        return not (values if any(name in expression for name in ZERO) else any(value > 0 for value in values))

    def all_were_seen():
        waiting[:] = [(panel, each) for panel, each in waiting if is_missed(each)]
        return not waiting
    try:
        wait_until("each panel has shown something", all_were_seen, 20, every=0.5)
    except Failed:
        raise Failed(f"nothing, or 0 alone, is to be seen of {waiting}") from None


def offers_choices(ask):
    for variable in DASHBOARD["templating"]["list"]:
        if variable["type"] == "query":
            name = variable["definition"].removeprefix("label_values(").rsplit(",", 1)[0]
            found = ask(chosen(name))
            expect(found and all(variable["name"] in each["metric"] for each in found), f"choices: {variable['name']}")


def rules_are_evaluated(site):
    def rules():
        groups = get(site, "rules").get("data", {}).get("groups", [])
        return [rule for group in groups for rule in group["rules"]]
    wait_until("each rule is evaluated", lambda: rules() and all(rule["health"] != "unknown" for rule in rules()), 10)
    wrong = {rule["name"]: rule.get("lastError") for rule in rules() if rule["health"] != "ok"}
    expect_equal(wrong, {}, "rules that cannot be evaluated")
    wait_until("the neighbor that is down is about to alert",
               lambda: any(rule["name"] == "DxroutedNeighborDown" and rule["state"] == "pending" for rule in rules()), 10)
