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


def share(part, whole, by=""):
    return f"{rate(part, by)} / {rate(whole, by)}"


def abandoned(window):
    lost, given = (f"sum(increase(yinhu_dialer_{metric}_total{window}))"
                   for metric in ("abandoned", "agent_calls"))
    return f"{lost} / ({lost} + {given})"


def accuracy():
    """Each replica tells the counts of all: not summed over them."""
    yes, no = (f"max by (rule) (yinhu_campaign_findings_{what})"
               for what in ("confirmed", "rejected"))
    return f"{yes} / ({yes} + {no})"


def both_quantiles(metric):
    return (("p50", quantile(0.5, metric)), ("p99", quantile(0.99, metric)))


ROWS = (
    ("Calls", (
        ("Calls that are up", "short",
         (("{{instance}}", "yinhu_dialer_calls"),)),
        ("Attempts a second", "ops",
         (("attempts", rate("yinhu_dialer_attempts_total")),
          ("answered", rate("yinhu_dialer_answered_total")))),
        ("Terminal records a second", "ops",
         (("{{disposition}}", rate("yinhu_campaign_terminal_records_total",
                                   "disposition")),)),
        ("Who was there (call progress), a second", "ops",
         (("{{verdict}}", rate("yinhu_dialer_progress_total", "verdict")),)),
    )),
    ("Trunks", (
        ("Trunk answers (0: nothing is dialled on it)", "short",
         (("{{instance}} {{trunk}}", "yinhu_dialer_trunk_up"),)),
        ("Calls on a trunk", "short",
         (("{{trunk}}", "sum by (trunk) (yinhu_dialer_trunk_calls)"),)),
        ("Calls that a trunk failed, of those placed", "percentunit",
         (("{{trunk}}", share("yinhu_dialer_trunk_failures_total",
                              "yinhu_dialer_trunk_attempts_total",
                              "trunk")),)),
        ("SIP responses a second", "ops",
         (("{{class}}", rate("yinhu_dialer_sip_responses_total", "class")),)),
    )),
    ("Media", (
        ("Busiest media thread", "percentunit",
         (("{{instance}}", "yinhu_dialer_media_busy_ratio"),)),
        ("Packets sent late, and received ones lost", "percentunit",
         (("late", share("yinhu_dialer_rtp_late_packets_total",
                         "yinhu_dialer_rtp_sent_packets_total")),
          ("lost", share("yinhu_dialer_rtp_lost_packets_total",
                         "yinhu_dialer_rtp_received_packets_total")))),
        ("Share of time without new calls, by reason", "percentunit",
         (("{{reason}}", rate("yinhu_dialer_shed_seconds_total",
                              "reason")),)),
        ("Calls in which nobody was heard, a second", "ops",
         (("{{cause}}", rate("yinhu_dialer_calls_without_audio_total",
                             "cause")),)),
        ("MOS: the worst twentieth, and the median", "short",
         (("p5", quantile(0.05, "yinhu_dialer_mos")),
          ("p50", quantile(0.5, "yinhu_dialer_mos")))),
    )),
    ("Conversation", (
        ("Turn latency: end of speech to first packet", "s",
         both_quantiles("yinhu_dialer_turn_latency_seconds")),
        ("Barge-in: callee's voice to the last packet", "s",
         both_quantiles("yinhu_dialer_barge_in_stop_seconds")),
        ("Interruptions a second", "ops",
         (("for good", rate("yinhu_dialer_barge_ins_total")),
          ("false, resumed", rate("yinhu_dialer_false_interruptions_total")))),
        ("Ends of conversations a second", "ops",
         (("{{disposition}}", rate("yinhu_dialog_dispositions_total",
                                   "disposition")),)),
    )),
    ("Speech", (
        ("End of speech to transcript", "s",
         both_quantiles("yinhu_asr_final_latency_seconds")),
        ("Utterances a second, by what heard them", "ops",
         (("{{level}}", rate("yinhu_asr_level_total", "level")),
          ("not understood", rate("yinhu_asr_not_understood_total")))),
        ("Prompt: request to sound", "s",
         both_quantiles("yinhu_tts_prompt_seconds")),
        ("Utterances a second, by emotion", "ops",
         (("{{emotion}}", rate("yinhu_asr_emotions_total", "emotion")),)),
    )),
    ("Human agents", (
        ("Answers without an agent, of those that needed one", "percentunit",
         (("abandoned", abandoned("[30m]")),)),
        ("Answer to the agent", "s",
         both_quantiles("yinhu_dialer_agent_wait_seconds")),
        ("Transfers a second", "ops",
         (("{{result}}", rate("yinhu_dialer_transfers_total", "result")),)),
    )),
    ("Compliance", (
        ("Findings a second, by rule", "ops",
         (("{{rule}}", rate("yinhu_qa_findings_total", "rule")),)),
        ("Utterance to finding", "s",
         both_quantiles("yinhu_qa_finding_latency_seconds")),
        ("Findings that reviewers confirmed, of those reviewed, by rule",
         "percentunit", (("{{rule}}", accuracy()),)),
        ("Findings that wait for a verdict", "short",
         (("pending", "max(yinhu_campaign_findings_pending)"),)),
        ("Attempts refused by a guard a second", "ops",
         (("{{guard}}", rate("yinhu_campaign_guard_refusals_total",
                             "guard")),)),
        ("PostgreSQL reachable (the ledger; 0 stops dialling)", "short",
         (("{{instance}}", "yinhu_campaign_pg_up"),)),
        ("Dialling halted by the global switch", "short",
         (("halted", "max(yinhu_campaign_dialing_halted)"),)),
    )),
    ("API and other channels", (
        ("API requests a second", "ops",
         (("all", rate("yinhu_gateway_requests_total")),
          ("errors", rate("yinhu_gateway_errors_total")))),
        ("Hand-overs to other channels a second", "ops",
         (("delivered", rate("yinhu_notifier_delivered_total")),
          ("failed tries", rate("yinhu_notifier_failures_total")),
          ("given up", rate("yinhu_notifier_dead_letters_total")))),
        ("Calls scored a second", "ops",
         (("scored", rate("yinhu_scorer_scores_total")),)),
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
