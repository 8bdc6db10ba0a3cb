#!/usr/bin/env python3
"""The dashboard and the alert rules use only metrics and labels that docs/metrics.md has (which a unit test compares with
the daemon), each alert has a test, and the dashboard's expressions are PromQL where promtool is there to say so."""
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = (ROOT / "packaging/prometheus/dxrouted.rules.yml").read_text()
RULE_TESTS = (ROOT / "tests/monitoring/rules_test.yml").read_text()
DASHBOARD = json.loads((ROOT / "packaging/grafana/dxrouted.json").read_text())
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| ([^|]*) \|", re.MULTILINE)
METRIC = re.compile(r"\b(?:dxrouted|process)_\w+")
SELECTOR = re.compile(r"\b((?:dxrouted|process)_\w+)\{([^}]*)\}")
ADDED = {"instance", "job"}  # by Prometheus


def exported():
    """{name as a query has it: its labels}"""
    series = {}
    for name, kind, labels in ROW.findall((ROOT / "docs/metrics.md").read_text()):
        endings = ("_bucket", "_sum", "_count") if kind == "histogram" else ("",)
        for ending in endings:
            series[name + ending] = set(re.findall(r"`(\w+)`", labels)) | ADDED
    return series


def panels():
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def expressions():
    queries = [target["expr"] for panel in panels() for target in panel["targets"]]
    return queries + [each["expr"] for each in DASHBOARD["annotations"]["list"]]


class MetricsExist(unittest.TestCase):
    def check(self, text):
        series = exported()
        self.assertGreater(len(series), 50)
        for name in METRIC.findall(text):
            self.assertIn(name, series)
        for name, labels in SELECTOR.findall(text):
            for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", labels):
                self.assertIn(label, series[name], f"label of {name}")

    def test_alert_rules_use_metrics_that_exist(self):
        self.check(RULES)
        self.check(RULE_TESTS)

    def test_each_alert_has_a_test_in_which_it_fires(self):
        alerts = re.findall(r"- alert: (\w+)", RULES)
        self.assertGreater(len(alerts), 10)
        for alert in alerts:
            self.assertRegex(RULE_TESTS, rf"alertname: {alert}\n +exp_alerts:", f"{alert} is not tested")

    def test_dashboard_uses_metrics_that_exist(self):
        self.check("\n".join(expressions() + [each.get("definition", "") for each in DASHBOARD["templating"]["list"]]))

    def test_dashboard_is_laid_out(self):
        identifiers = [panel["id"] for panel in DASHBOARD["panels"]]
        self.assertEqual(len(set(identifiers)), len(identifiers))
        taken = set()
        for panel in DASHBOARD["panels"]:
            place = panel["gridPos"]
            self.assertLessEqual(place["x"] + place["w"], 24, panel["title"])
            cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                     for y in range(place["y"], place["y"] + place["h"])}
            self.assertFalse(cells & taken, f"{panel['title']} lies over another panel")
            taken |= cells

    def test_dashboard_is_one_that_grafana_takes(self):
        self.assertGreaterEqual(DASHBOARD["schemaVersion"], 36)  # data sources by type and uid
        self.assertNotIn("id", DASHBOARD)  # of one installation; given at the import
        self.assertTrue(DASHBOARD["uid"] and DASHBOARD["title"])
        kinds = {each["name"]: each["type"] for each in DASHBOARD["templating"]["list"]}
        self.assertEqual(kinds["datasource"], "datasource")
        for variable in {word for text in expressions() for word in re.findall(r"\$(\w+)", text)}:
            self.assertTrue(variable in kinds or variable.startswith("__"), variable)
        for panel in panels():
            references = [target["refId"] for target in panel["targets"]]
            self.assertEqual(len(set(references)), len(references), panel["title"])
            for target in panel["targets"]:
                self.assertEqual(target["datasource"], panel["datasource"], panel["title"])

    def test_dashboard_takes_the_chosen_data_source_and_routers(self):
        for panel in panels():
            self.assertEqual(panel["datasource"]["uid"], "${datasource}", panel["title"])
        for expression in expressions():
            self.assertIn("$instance", expression)

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not there")
    def test_dashboard_speaks_promql(self):
        chosen = {"$__rate_interval": "5m", "$instance": ".*", "$neighbor": ".*"}
        rules = []
        for number, expression in enumerate(expressions()):
            for variable, value in chosen.items():
                expression = expression.replace(variable, value)
            rules.append({"record": f"panel_{number}", "expr": expression})
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            json.dump({"groups": [{"name": "dashboard", "rules": rules}]}, file)  # which is YAML
            file.flush()
            done = subprocess.run(["promtool", "check", "rules", file.name], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
