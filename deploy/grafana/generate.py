#!/usr/bin/python3
"""Write the Grafana dashboard from the table below.

  generate.py           write deploy/helm/yinhu/dashboards/overview.json
  generate.py --check   exit 1 unless it is current

A row is a title; a panel is a title, a unit, and its (legend, query) pairs.
"""
import json
import sys
from pathlib import Path

OUT = (Path(__file__).resolve().parents[1] /
       "helm/yinhu/dashboards/overview.json")
RATE = "[$__rate_interval]"


def rate(metric, by=""):
    return f"sum{by and f' by ({by})'} (rate({metric}{RATE}))"


def quantile(q, metric):
    return (f"histogram_quantile({q}, sum by (le) "
            f"(rate({metric}_bucket{RATE})))")


def share(part, whole):
    return f"{rate(part)} / {rate(whole)}"


ROWS = (
    ("Calls", (
        ("Calls that are up", "short",
         (("{{instance}}", "yinhu_dialer_calls"),)),
        ("Attempts a second", "ops",
         (("attempts", rate("yinhu_dialer_attempts_total")),)),
        ("Terminal records a second", "ops",
         (("{{disposition}}", rate("yinhu_campaign_terminal_records_total",
                                   "disposition")),)),
    )),
    ("Speech", (
        ("Turn latency: end of speech to first packet", "s",
         (("p50", quantile(0.5, "yinhu_dialer_turn_latency_seconds")),
          ("p99", quantile(0.99, "yinhu_dialer_turn_latency_seconds")))),
    )),
    ("Recognition and API", (
        ("End of speech to transcript", "s",
         (("p50", quantile(0.5, "yinhu_asr_final_latency_seconds")),
          ("p99", quantile(0.99, "yinhu_asr_final_latency_seconds")))),
        ("Utterances a second", "ops",
         (("all", rate("yinhu_asr_utterances_total")),
          ("not understood", rate("yinhu_asr_not_understood_total")))),
        ("API requests a second", "ops",
         (("all", rate("yinhu_gateway_requests_total")),
          ("errors", rate("yinhu_gateway_errors_total")))),
    )),
    ("Compliance", (
        ("Findings a second, by rule", "ops",
         (("{{rule}}", rate("yinhu_qa_findings_total", "rule")),)),
        ("Utterance to finding", "s",
         (("p50", quantile(0.5, "yinhu_qa_finding_latency_seconds")),
          ("p99", quantile(0.99, "yinhu_qa_finding_latency_seconds")))),
        ("Attempts refused by a guard a second", "ops",
         (("{{guard}}", rate("yinhu_campaign_guard_refusals_total",
                             "guard")),)),
        ("PostgreSQL reachable (the ledger; 0 stops dialling)", "short",
         (("{{instance}}", "yinhu_campaign_pg_up"),)),
    )),
    ("Processes", (
        ("CPU", "percentunit",
         (("{{job}} {{instance}}",
           f"rate(process_cpu_seconds_total{{job=~\".*yinhu.*\"}}{RATE})"),)),
        ("Memory", "bytes",
         (("{{job}} {{instance}}",
           "process_resident_memory_bytes{job=~\".*yinhu.*\"}"),)),
        ("Open files", "short",
         (("{{job}} {{instance}}", "process_open_fds{job=~\".*yinhu.*\"}"),)),
    )),
)

DATASOURCE = {"type": "prometheus", "uid": "${DS_PROMETHEUS}"}


def panel(ident, title, unit, queries, place):
    return {
        "id": ident, "type": "timeseries", "title": title,
        "datasource": DATASOURCE, "gridPos": place,
        "fieldConfig": {"defaults": {"unit": unit, "min": 0},
                        "overrides": []},
        "options": {"legend": {"displayMode": "list",
                               "placement": "bottom"},
                    "tooltip": {"mode": "multi"}},
        "targets": [{"refId": chr(65 + i), "expr": expr,
                     "legendFormat": legend, "datasource": DATASOURCE}
                    for i, (legend, expr) in enumerate(queries)],
    }


def panels():
    found, y = [], 0
    for title, row in ROWS:
        found.append({"id": len(found) + 1, "type": "row", "title": title,
                      "collapsed": False, "panels": [],
                      "gridPos": {"x": 0, "y": y, "w": 24, "h": 1}})
        width = 24 // len(row)
        for i, (name, unit, queries) in enumerate(row):
            place = {"x": i * width, "y": y + 1, "w": width, "h": 8}
            found.append(panel(len(found) + 1, name, unit, queries, place))
        y += 9
    return found


def dashboard():
    return {
        "uid": "yinhu-overview", "title": "Yinhu: overview",
        "description": "Calls, speech, compliance and processes.",
        "tags": ["yinhu"], "schemaVersion": 38, "version": 1,
        "editable": False, "timezone": "browser", "refresh": "10s",
        "time": {"from": "now-1h", "to": "now"},
        "templating": {"list": [{
            "name": "DS_PROMETHEUS", "label": "Data source",
            "type": "datasource", "query": "prometheus", "refresh": 1,
            "hide": 0, "current": {}}]},
        "annotations": {"list": []}, "links": [], "panels": panels(),
    }


def main():
    text = json.dumps(dashboard(), indent=1) + "\n"
    if sys.argv[1:] == ["--check"]:
        return 0 if OUT.exists() and OUT.read_text() == text else 1
    OUT.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
