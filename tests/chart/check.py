#!/usr/bin/python3
"""The chart and the plain manifests, checked: lint, schemas, our own rules.

Started by tests/chart/run.sh, which builds the tools first.
"""
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "deploy/helm/yinhu"
TOOLS = ROOT / "build/tools"
BIN = ROOT / "build/bin"
VALUES = sorted((ROOT / "tests/chart/values").glob("*.yaml"))
KUBE_VERSIONS = sorted(p.name for p in (TOOLS / "schemas").glob("v*"))
SERVICES = {"gateway", "campaign", "dialer", "asr-gateway", "tts-gateway",
            "dialog", "qa-inspector", "scorer", "notifier"}
# Kinds whose schemas are not Kubernetes' own.
FOREIGN = {"ServiceMonitor", "PrometheusRule"}


def call(*args, text=None):
    return subprocess.run([str(a) for a in args], input=text, text=True,
                          capture_output=True, check=False, cwd=ROOT)


def template(*args):
    return call(TOOLS / "helm", "template", "yinhu", CHART, "--namespace",
                "yinhu", *args)


def load(text):
    return [d for d in yaml.safe_load_all(text) if d]


class Rendered:
    """The objects of one rendering, by kind."""

    def __init__(self, text):
        self.text = text
        self.objects = load(text)

    def kind(self, *kinds):
        return [o for o in self.objects if o["kind"] in kinds]

    def config(self, service):
        """The settings that a service is given."""
        config, = (o for o in self.kind("ConfigMap")
                   if o["metadata"]["name"].endswith("-config"))
        return yaml.safe_load(config["data"][f"{service}.yaml"])

    def pods(self):
        """(owner's name, pod template) of all that runs."""
        for obj in self.kind("Deployment", "StatefulSet"):
            yield obj["metadata"]["name"], obj["spec"]["template"]
        for obj in self.kind("Pod"):
            yield obj["metadata"]["name"], obj


def renderings():
    """(name, Rendered) of each value set, of k8s/base and its overlays."""
    for path in VALUES:
        for extra in ((), ("--api-versions", "monitoring.coreos.com/v1")):
            done = template("--values", path, *extra)
            if done.returncode:
                sys.exit(f"helm template {path}:\n{done.stderr}")
            name = path.stem + ("+monitoring" if extra else "")
            yield name, Rendered(done.stdout)
    for place in ("base", "overlays/dc-a", "overlays/dc-b"):
        done = call(TOOLS / "kustomize", "build", f"k8s/{place}")
        if done.returncode:
            sys.exit(f"kustomize build k8s/{place}:\n{done.stderr}")
        yield f"k8s/{place}", Rendered(done.stdout)


ALL = dict(renderings())


def conform(text, version):
    return call(TOOLS / "kubeconform", "-strict", "-summary", "-skip",
                ",".join(FOREIGN | {"Namespace"}), "-schema-location",
                f"{TOOLS}/schemas/{version}/"
                "{{.ResourceKind}}{{.KindSuffix}}.json", "-", text=text)


class HelmTest(unittest.TestCase):
    def test_lint_finds_nothing(self):
        for path in VALUES:
            done = call(TOOLS / "helm", "lint", "--strict", CHART, "--values",
                        path)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_plain_manifests_are_current(self):
        done = call("k8s/render.sh", "--check")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_second_rendering_is_the_same(self):
        for path in VALUES:
            self.assertEqual(template("--values", path).stdout,
                             template("--values", path).stdout)


class SchemaTest(unittest.TestCase):
    def test_manifests_conform_to_kubernetes(self):
        for name, rendered in ALL.items():
            for version in KUBE_VERSIONS:
                with self.subTest(name=name, version=version):
                    done = conform(rendered.text, version)
                    self.assertEqual(done.returncode, 0, done.stdout)
                    self.assertIn("Errors: 0", done.stdout)
                    self.assertNotIn("Valid: 0", done.stdout)

    def test_the_check_itself_refuses_what_is_wrong(self):
        for good, bad in (("replicas: 2", "replicas: two"),
                          ("maxSurge:", "maxSurgee:"),
                          ("endPort:", "lastPort:")):
            text = ALL["default"].text.replace(good, bad)
            self.assertNotEqual(text, ALL["default"].text)
            for version in KUBE_VERSIONS:
                self.assertNotEqual(conform(text, version).returncode, 0, bad)


class ValuesTest(unittest.TestCase):
    """Rows: what is set, and the key that the refusal has to name."""

    BAD = (
        ("imgae.tag=1", "imgae"),  # a slip of the pen
        ("image.tag=latest", "image.tag"),
        ("services.dialler.replicas=2", "dialler"),
        ("services.dialer.replicas=-1", "replicas"),
        ("services.dialer.replicas=two", "replicas"),
        ("services.dialer.strategy.maxSurge=lots", "maxSurge"),
        ("services.dialer.terminationGracePeriodSeconds=5",
         "terminationGracePeriodSeconds"),
        ("services.dialer.resources.limits.cpu=fast", "limits.cpu"),
        ("services.dialer.digest=sha256:12", "digest"),
        ("services.dialer.uses={mysql}", "uses"),
        ("services.campaign.files[0].password=x", "files"),
        # neither from a Secret nor a ConfigMap; a file without its key
        ("services.dialer.files[0].setting=trunks_file", "files"),
        ("services.dialer.files[0].setting=trunks_file,"
         "services.dialer.files[0].secret=trunks", "files"),
        ("defaults.resources.limits=null", "limits"),
        ("sip.port=70000", "sip.port"),
        ("networkPolicy.sbcCidrs={10.0.0.1}", "sbcCidrs"),
        ("bundled.nats.image=nats:latest", "bundled.nats.image"),
        ("bundled.nats.image=nats", "bundled.nats.image"),
        # passwords and tokens in the open
        ("connections.nats.url=nats://token@nats:4222", "nats.url"),
        ("connections.redis.url=redis://:secret@redis:6379", "redis.url"),
        ("connections.postgresql.url=postgresql://u:secret@pg/yinhu",
         "postgresql.url"),
    )

    def test_bad_values_are_refused_by_name(self):
        for setting, key in self.BAD:
            with self.subTest(setting=setting):
                done = template("--set", setting)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(key, done.stderr)

    def test_good_ones_next_to_them_are_taken(self):
        for setting in ("image.tag=1.2.3", "services.dialer.replicas=0",
                        "services.dialer.strategy.maxSurge=1",
                        "services.dialer.config.drain_ms=2000000",
                        "connections.nats.url=nats://nats:4222",
                        "connections.postgresql.url="
                        "postgresql://u@pg/yinhu?sslmode=require"):
            with self.subTest(setting=setting):
                done = template("--set", setting)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_big_numbers_reach_a_service_as_they_are(self):
        text = template("--set", "services.dialer.config.drain_ms=2000000")
        self.assertIn("drain_ms: 2000000\n", text.stdout)

    def test_a_service_s_own_setting_stands_if_it_is_no_or_0(self):
        done = template("--set", "config.flag=true,config.n=7", "--set",
                        "services.dialer.config.flag=false,"
                        "services.dialer.config.n=0")
        rendered = Rendered(done.stdout)
        for name, flag, n in (("dialer", False, 0), ("dialog", True, 7)):
            config = rendered.config(name)
            self.assertEqual((config["flag"], config["n"]), (flag, n), name)


class PolicyTest(unittest.TestCase):
    """Our own rules, over every rendering."""

    def each(self, what):
        """Run `what` on each rendering; subtests name it."""
        for name, rendered in ALL.items():
            with self.subTest(rendering=name):
                what(rendered)

    def test_every_service_has_its_objects(self):
        def rule(r):
            for kind in ("Deployment", "Service", "ServiceAccount",
                         "PodDisruptionBudget"):
                named = {o["metadata"]["labels"]["app.kubernetes.io/component"]
                         for o in r.kind(kind)}
                self.assertLessEqual(SERVICES, named, kind)
        self.each(rule)

    def test_names_are_unique(self):
        def rule(r):
            seen = [(o["kind"], o["metadata"]["name"]) for o in r.objects]
            self.assertEqual(len(seen), len(set(seen)))
        self.each(rule)

    def test_deployments_roll(self):
        def rule(r):
            for obj in r.kind("Deployment"):
                strategy = obj["spec"]["strategy"]
                self.assertEqual(strategy["type"], "RollingUpdate")
                rolling = strategy["rollingUpdate"]
                self.assertNotEqual((rolling["maxUnavailable"],
                                     rolling["maxSurge"]), (0, 0))
        self.each(rule)
        for obj in ALL["default"].kind("Deployment"):
            self.assertEqual(obj["spec"]["strategy"]["rollingUpdate"],
                             {"maxUnavailable": "25%", "maxSurge": "25%"})

    def test_selectors_are_stable_and_meet_their_pods(self):
        allowed = {"app.kubernetes.io/name", "app.kubernetes.io/instance",
                   "app.kubernetes.io/component"}

        def rule(r):
            pods = [p["metadata"]["labels"] for _, p in r.pods()]
            for obj in r.kind("Deployment", "StatefulSet",
                              "PodDisruptionBudget", "Service"):
                selector = obj["spec"]["selector"]
                labels = selector.get("matchLabels", selector)
                self.assertEqual(set(labels), allowed)
                hits = [p for p in pods if labels.items() <= p.items()]
                self.assertEqual(len(hits), 1, obj["metadata"]["name"])
        self.each(rule)

    def test_labels_are_the_recommended_ones(self):
        def rule(r):
            for obj in r.objects:
                if obj["kind"] == "Namespace":
                    continue
                labels = obj["metadata"]["labels"]
                for label in ("name", "instance", "component", "version",
                              "managed-by", "part-of"):
                    self.assertIn(f"app.kubernetes.io/{label}", labels)
                self.assertIn("helm.sh/chart", labels)
        self.each(rule)

    def test_pods_are_restricted(self):
        def rule(r):
            for name, pod in r.pods():
                spec = pod["spec"]
                self.assertIs(spec["automountServiceAccountToken"], False)
                context = spec["securityContext"]
                self.assertIs(context["runAsNonRoot"], True, name)
                self.assertGreater(context["runAsUser"], 0)
                self.assertEqual(context["seccompProfile"]["type"],
                                 "RuntimeDefault")
                for container in spec["containers"]:
                    own = container["securityContext"]
                    self.assertIs(own["allowPrivilegeEscalation"], False)
                    self.assertIs(own["readOnlyRootFilesystem"], True)
                    self.assertEqual(own["capabilities"], {"drop": ["ALL"]})
                for volume in spec.get("volumes", []):
                    self.assertNotIn("hostPath", volume)
        self.each(rule)

    def test_requests_and_limits_are_set(self):
        def rule(r):
            for name, pod in r.pods():
                for container in pod["spec"]["containers"]:
                    for part in ("requests", "limits"):
                        self.assertEqual(set(container["resources"][part]),
                                         {"cpu", "memory"}, name)
        self.each(rule)

    def test_probes_ask_the_admin_port(self):
        def rule(r):
            for obj in r.kind("Deployment"):
                container, = obj["spec"]["template"]["spec"]["containers"]
                paths = {"startupProbe": "/healthz",
                         "livenessProbe": "/healthz",
                         "readinessProbe": "/readyz"}
                for probe, path in paths.items():
                    self.assertEqual(container[probe]["httpGet"],
                                     {"path": path, "port": "admin"})
                port, = (p["containerPort"] for p in container["ports"]
                         if p["name"] == "admin")
                config = r.config(container["name"])
                self.assertEqual(config["admin_addr"], f"0.0.0.0:{port}")
        self.each(rule)

    def test_images_have_a_fixed_version(self):
        def rule(r):
            for name, pod in r.pods():
                for container in pod["spec"]["containers"]:
                    image = container["image"]
                    self.assertRegex(image, r"(:[^:/@]+|@sha256:[0-9a-f]{64})$",
                                     name)
                    self.assertNotRegex(image, r":latest$")
        self.each(rule)

    def test_a_registry_stands_before_every_image(self):
        for name, pod in ALL["production"].pods():
            for container in pod["spec"]["containers"]:
                self.assertTrue(container["image"].startswith(
                    "harbor.bank.example/yinhu/"), name)

    def test_no_secret_is_in_the_manifests(self):
        def rule(r):
            self.assertEqual(r.kind("Secret"), [])
            for name, pod in r.pods():
                for container in pod["spec"]["containers"]:
                    for var in container.get("env", []):
                        if re.search("PASSWORD|TOKEN|KEY$|SECRET",
                                     var["name"]):
                            self.assertIn("valueFrom", var, name)
                        self.assertNotRegex(var.get("value", ""),
                                            r"://[^/@]*:[^/@]*@")
        self.each(rule)

    def test_service_ports_are_open_in_their_pods(self):
        def rule(r):
            pods = [p for _, p in r.pods()]
            for service in r.kind("Service"):
                selector = service["spec"]["selector"]
                pod, = (p for p in pods if selector.items() <=
                        p["metadata"]["labels"].items())
                open_ports = {p["name"] for c in pod["spec"]["containers"]
                              for p in c["ports"]}
                for port in service["spec"]["ports"]:
                    self.assertIn(port["targetPort"], open_ports)
        self.each(rule)

    def test_mounted_files_exist(self):
        def rule(r):
            maps = {o["metadata"]["name"]: o["data"]
                    for o in r.kind("ConfigMap")}
            for name, pod in r.pods():
                volumes = {v["name"] for v in pod["spec"].get("volumes", [])}
                for container in pod["spec"]["containers"]:
                    mounts = {m["name"]
                              for m in container.get("volumeMounts", [])}
                    self.assertLessEqual(mounts - {"data"}, volumes, name)
                for volume in pod["spec"].get("volumes", []):
                    for item in volume.get("configMap", {}).get("items", []):
                        data = maps[volume["configMap"]["name"]]
                        self.assertIn(item["key"], data)
        self.each(rule)

    def test_a_drain_ends_before_the_kill(self):
        def rule(r):
            config, = (o["data"] for o in r.kind("ConfigMap")
                       if o["metadata"]["name"].endswith("-config"))
            for obj in r.kind("Deployment"):
                component = obj["metadata"]["labels"][
                    "app.kubernetes.io/component"]
                drain_ms = yaml.safe_load(config[f"{component}.yaml"])[
                    "drain_ms"]
                grace_s = obj["spec"]["template"]["spec"][
                    "terminationGracePeriodSeconds"]
                self.assertLess(drain_ms, grace_s * 1000)
        self.each(rule)


class BinaryTest(unittest.TestCase):
    """The services themselves read what the chart would give them."""

    def test_services_take_the_settings_of_the_chart(self):
        built = [n for n in sorted(SERVICES) if (BIN / n).exists()]
        if not built:
            self.skipTest("no service is built")
        for rendering in ("default", "production"):
            config, = (o["data"] for o in ALL[rendering].kind("ConfigMap")
                       if o["metadata"]["name"].endswith("-config"))
            for name in built:
                with self.subTest(service=name, rendering=rendering):
                    self.take(name, config[f"{name}.yaml"])

    def test_files_are_settings_of_their_service(self):
        rows = [(o["metadata"]["labels"]["app.kubernetes.io/component"],
                 var["name"], var["value"])
                for o in ALL["production"].kind("Deployment")
                for c in o["spec"]["template"]["spec"]["containers"]
                for var in c["env"]
                if var.get("value", "").startswith("/etc/yinhu-files/")]
        self.assertIn(("dialer", "YH_TRUNKS_FILE",
                       "/etc/yinhu-files/trunks_file/trunks.yaml"), rows)
        self.assertIn(("dialer", "YH_SIP_TLS_DIR",
                       "/etc/yinhu-files/sip_tls_dir"), rows)
        for service, name, value in rows:
            if not (BIN / service).exists():
                continue
            with self.subTest(service=service, setting=name):
                done = subprocess.run([BIN / service, "--print-config"],
                                      env={name: value}, text=True, cwd=ROOT,
                                      capture_output=True, check=False)
                self.assertIn(value, done.stdout, done.stderr)

    def take(self, name, text):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(text)
            file.flush()
            done = call(BIN / name, "--config", file.name, "--print-config")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("drain_ms", done.stdout)


class ComposeTest(unittest.TestCase):
    def test_every_service_is_there_and_restricted(self):
        compose = yaml.safe_load((ROOT / "docker/compose.yaml").read_text())
        services = compose["services"]
        self.assertLessEqual(SERVICES, services.keys())
        for name in SERVICES:
            self.assertIs(services[name]["read_only"], True)
            self.assertEqual(services[name]["cap_drop"], ["ALL"])
            self.assertTrue(services[name]["image"].startswith(
                f"yinhu/{name}:"))


class NetworkTest(unittest.TestCase):
    def policies(self, name):
        return {o["metadata"]["name"].removeprefix("yinhu-"): o["spec"]
                for o in ALL[name].kind("NetworkPolicy")}

    def test_all_is_denied_that_is_not_named(self):
        deny = self.policies("default")["default-deny"]
        self.assertEqual(set(deny["policyTypes"]), {"Ingress", "Egress"})
        self.assertNotIn("ingress", deny)
        self.assertNotIn("egress", deny)
        for _, pod in ALL["default"].pods():
            self.assertLessEqual(
                deny["podSelector"]["matchLabels"].items(),
                pod["metadata"]["labels"].items())

    def test_only_the_dialer_reaches_the_sbc(self):
        for name, spec in self.policies("production").items():
            self.assertEqual("10.8.0.0/24" in json.dumps(spec),
                             name == "dialer", name)

    def test_the_port_of_tls_is_open_where_there_is_one(self):
        for name, count in (("production", 2), ("default", 0)):
            text = json.dumps(self.policies(name)["dialer"])
            self.assertEqual(text.count("5061"), count, name)

    def test_only_speech_gateways_reach_the_engines(self):
        for name, spec in self.policies("production").items():
            self.assertEqual("10.10.0.0/24" in json.dumps(spec),
                             name in ("asr-gateway", "tts-gateway"), name)

    def test_only_dialog_asks_for_a_second_opinion(self):
        for name, spec in self.policies("production").items():
            self.assertEqual("10.12.0.0/24" in json.dumps(spec),
                             name == "dialog", name)

    def test_a_dns_cache_on_the_nodes_is_reached(self):
        rule, = self.policies("production")["common"]["egress"]
        self.assertIn({"ipBlock": {"cidr": "169.254.20.10/32"}}, rule["to"])
        self.assertEqual(len(rule["to"]), 2)

    def test_only_the_gateway_is_open_to_others(self):
        """Beside the admin port, the SBC's way in, and helm's own test."""
        for name, spec in self.policies("default").items():
            if "ingress" in spec and name not in ("common", "test"):
                self.assertIn(name, ("gateway", "dialer"))

    def test_databases_are_reached_by_their_users_only(self):
        for name, spec in self.policies("default").items():
            ports = {p.get("port") for rule in spec.get("egress", [])
                     for p in rule.get("ports", [])}
            # A feed (lib/calllog) keeps what it has read in Redis.
            for port, words in ((5432, ["yh_pg_open"]),
                                (6379, ["yh_redis_open", "yh_feed_open"])):
                self.assertEqual(port in ports, self.calls(name, *words), name)

    @staticmethod
    def calls(service, *functions):
        """Does the source of a service call one of these functions of lib/?"""
        return any(f"{function}(" in path.read_text()
                   for path in (ROOT / "services" / service).glob("*.c")
                   for function in functions)


class MonitoringTest(unittest.TestCase):
    # What Prometheus or the process itself provides.
    STANDARD = re.compile(r"^(up|process_[a-z_]+)$")
    METRIC = re.compile(r"\b([a-z][a-z0-9]*(?:_[a-z0-9]+)+|up)\b(?=[\s{\[)]|$)")

    @classmethod
    def setUpClass(cls):
        cls.known = set()
        for path in ROOT.glob("services/*/metrics.def"):
            cls.known |= set(re.findall(r'"(yinhu_[a-z0-9_]+)"',
                                        path.read_text()))

    def check_metrics(self, query):
        text = re.sub(r"\{\{.*?\}\}|\"[^\"]*\"", "", query)
        text = re.sub(r"\b(by|without)\s*\([^)]*\)", "", text)
        text = re.sub(r"histogram_quantile", "", text)
        names = set(self.METRIC.findall(text))
        self.assertTrue(names, query)
        for name in names:
            if self.STANDARD.match(name):
                continue
            self.assertTrue(name.startswith("yinhu_"), name)
            base = re.sub(r"_(bucket|sum|count)$", "", name)
            self.assertTrue(self.known & {name, base},
                            f"no service has the metric {name}")

    def test_dashboards_ask_for_metrics_that_exist(self):
        for path in (CHART / "dashboards").glob("*.json"):
            board = json.loads(path.read_text())
            self.assertTrue(board["uid"].startswith("yinhu-"))
            ids = [p["id"] for p in board["panels"]]
            self.assertEqual(len(ids), len(set(ids)))
            for panel in board["panels"]:
                for target in panel.get("targets", []):
                    with self.subTest(panel=panel["title"]):
                        self.check_metrics(target["expr"])

    def test_dashboard_is_current(self):
        done = call("deploy/grafana/generate.py", "--check")
        self.assertEqual(done.returncode, 0, "run deploy/grafana/generate.py")

    def test_dashboard_is_in_its_configmap(self):
        boards = [o for o in ALL["default"].kind("ConfigMap")
                  if o["metadata"]["labels"].get("grafana_dashboard") == "1"]
        self.assertEqual(len(boards), 1)
        for name, text in boards[0]["data"].items():
            self.assertEqual(json.loads(text), json.loads(
                (CHART / "dashboards" / name).read_text()))

    def test_alerts_ask_for_metrics_that_exist(self):
        rules = yaml.safe_load((CHART / "rules/yinhu.yaml").read_text())
        for group in rules["groups"]:
            for rule in group["rules"]:
                with self.subTest(alert=rule["alert"]):
                    self.check_metrics(rule["expr"])
                    self.assertIn("action", rule["annotations"])

    def test_alerts_fire_when_they_should(self):
        with tempfile.TemporaryDirectory() as tmp:
            for path in (CHART / "rules/yinhu.yaml",
                         ROOT / "tests/chart/rules_test.yaml"):
                (Path(tmp) / path.name).write_text(path.read_text())
            done = call("promtool", "test", "rules", f"{tmp}/rules_test.yaml")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_monitors_come_only_where_the_cluster_knows_them(self):
        self.assertEqual(ALL["default"].kind(*FOREIGN), [])
        found = ALL["default+monitoring"].kind(*FOREIGN)
        self.assertEqual({o["kind"] for o in found}, FOREIGN)
        self.assertEqual(ALL["minimal+monitoring"].kind(*FOREIGN), [])
        rule, = (o for o in found if o["kind"] == "PrometheusRule")
        self.assertTrue(rule["spec"]["groups"][0]["rules"])


def main():
    done = unittest.TextTestRunner(verbosity=2).run(
        unittest.defaultTestLoader.loadTestsFromModule(
            sys.modules["__main__"]))
    bad = len({getattr(t, "test_case", t).id()
               for t, _ in done.failures + done.errors})
    print(f"{done.testsRun - bad - len(done.skipped)} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
