import { Alert, Button, Card, Input, Modal, Select, Space, Tabs } from "antd";
import { useCallback, useState } from "react";
import { actor } from "../actor";
import {
  api,
  collectionOf,
  type Script,
  type ScriptCheck as Check,
} from "../api";
import { useWords } from "../i18n";
import { Failure } from "../parts/Failure";
import { RuleTrial } from "../parts/RuleTrial";
import { ScriptChat } from "../parts/ScriptChat";
import { ScriptCheck } from "../parts/ScriptCheck";
import { ScriptHistory } from "../parts/ScriptHistory";
import { ScriptStateTag } from "../parts/ScriptStateTag";
import { SourceView } from "../parts/SourceView";
import { VersionDiff } from "../parts/VersionDiff";
import { usePolled } from "../usePolled";

type Verb = "submit" | "approve" | "reject" | "publish" | "rollback";

const verbs: Record<Script["state"], Verb[]> = {
  DRAFT: ["submit"],
  IN_REVIEW: ["approve", "reject"],
  APPROVED: ["publish", "rollback", "reject"],
  REJECTED: ["submit"],
};

/** What a step is called: a pack is in force for all calls. */
const wordOf = (verb: Verb, of: Script) =>
  collectionOf(of.name) === "packs" && /publish|rollback|reject/.test(verb)
    ? `do.${verb}.packs`
    : `do.${verb}`;

/** A step wants a reason, and a script a campaign where it is put in force. */
function Step({
  of,
  verb,
  onDone,
}: {
  of: Script;
  verb: Verb;
  onDone: () => void;
}) {
  const t = useWords();
  const [reason, setReason] = useState("");
  const [campaign, setCampaign] = useState<string>();
  const [error, setError] = useState("");
  const places =
    collectionOf(of.name) === "scripts" &&
    (verb === "publish" || verb === "rollback");
  const load = useCallback(
    () => (places ? api.campaigns() : Promise.resolve([])),
    [places],
  );
  const { value: campaigns } = usePolled(load, 10000);
  const fits = campaigns?.filter(
    (c) =>
      c.script.startsWith(`scripts/${of.scriptId}@`) &&
      c.state !== "STOPPED" &&
      c.state !== "COMPLETED",
  );
  const act = async () => {
    const name = verb === "rollback" ? of.name.split("@")[0] : of.name;
    try {
      await api.stepScript(name, verb, { reason, campaign });
      onDone();
    } catch (err) {
      setError(err instanceof Error ? err.message : String(err));
    }
  };

  return (
    <Modal
      open
      title={`${t(wordOf(verb, of))} · ${of.title} v${of.version}`}
      okText={t(wordOf(verb, of))}
      okButtonProps={{
        danger: verb === "reject" || verb === "rollback",
        disabled: (verb === "reject" && !reason) || (places && !campaign),
      }}
      onOk={() => void act()}
      onCancel={onDone}
    >
      <Space direction="vertical" style={{ width: "100%" }}>
        {error && <Alert type="error" message={error} />}
        {places && (
          <Select
            style={{ width: "100%" }}
            placeholder={t("do.where")}
            value={campaign}
            onChange={setCampaign}
            options={fits?.map((c) => ({
              value: c.name,
              label: `${c.displayName} · ${c.script.split("@")[1]} · ${t(c.state)}`,
            }))}
          />
        )}
        <Input.TextArea
          rows={3}
          maxLength={160}
          placeholder={t(verb === "reject" ? "do.whyMust" : "do.why")}
          value={reason}
          onChange={(e) => setReason(e.target.value)}
        />
      </Space>
    </Modal>
  );
}

function Actions({ of, onDone }: { of: Script; onDone: () => void }) {
  const t = useWords();
  const [verb, setVerb] = useState<Verb>();
  const own = of.author === actor() || of.submitter === actor();
  return (
    <Space>
      {verbs[of.state].map((v) => (
        <Button
          key={v}
          type={v === "approve" || v === "submit" || v === "publish" ? "primary" : "default"}
          danger={v === "reject"}
          disabled={!actor() || (v === "approve" && own)}
          title={v === "approve" && own ? t("do.notOwn") : undefined}
          onClick={() => setVerb(v)}
        >
          {t(wordOf(v, of))}
        </Button>
      ))}
      {verb && (
        <Step
          of={of}
          verb={verb}
          onDone={() => {
            setVerb(undefined);
            onDone();
          }}
        />
      )}
    </Space>
  );
}

function Versions({ of, all }: { of: Script; all: Script[] }) {
  const t = useWords();
  return (
    <div className="versions">
      {all.map((v) => (
        <a
          key={v.name}
          href={`#/${v.name}`}
          className={v.name === of.name ? "now" : ""}
        >
          <b>v{v.version}</b> <ScriptStateTag state={v.state} />
          {v.campaigns > 0 && (
            <div className="meta">
              {t("script.inForce")} × {v.campaigns}
            </div>
          )}
          <div className="meta">
            {v.author}
            {v.reviewer && ` → ${v.reviewer}`}
          </div>
        </a>
      ))}
    </div>
  );
}

function Signed({ of }: { of: Script }) {
  const t = useWords();
  if (of.state === "REJECTED")
    return (
      <Alert
        type="error"
        message={`${of.reviewer}: ${of.review}`}
        style={{ marginBottom: 12 }}
      />
    );
  if (of.state !== "APPROVED") return null;
  return (
    <p className="meta">
      {of.author} → {of.reviewer} · {t("script.signature")}{" "}
      <code>{of.signature.slice(0, 16)}…</code> · SHA-256{" "}
      <code>{of.sha256.slice(0, 16)}…</code>
    </p>
  );
}

export function ScriptPage({ name }: { name: string }) {
  const t = useWords();
  const parent = name.split("@")[0];
  const collection = collectionOf(name);
  const loadOne = useCallback(() => api.script(name), [name]);
  const loadAll = useCallback(
    () => api.scripts(collection, parent.split("/")[1]),
    [collection, parent],
  );
  const loadEvents = useCallback(() => api.scriptEvents(parent), [parent]);
  const { value: script, error, refresh } = usePolled(loadOne, 5000);
  const { value: all, refresh: refreshAll } = usePolled(loadAll, 5000);
  const { value: events, refresh: refreshEvents } = usePolled(loadEvents, 5000);
  const [check, setCheck] = useState<Check>();
  const [tab, setTab] = useState("source");
  const [line, setLine] = useState(0);

  if (error && !script) return <Failure why={error} />;
  if (!script || !all || !events) return <Card loading />;
  const refreshed = () => {
    void refresh();
    void refreshAll();
    void refreshEvents();
  };
  const toLine = (at: number) => {
    setTab("source");
    setLine(at);
  };

  return (
    <div className="script">
      <Card
        size="small"
        title={
          collection === "packs" ? (
            <a href="#/rules">← {t("rules")}</a>
          ) : (
            <a href="#/scripts">← {t("scripts")}</a>
          )
        }
      >
        <Versions of={script} all={all} />
      </Card>
      <Card
        title={
          <Space>
            {script.title} <b>v{script.version}</b>
            <ScriptStateTag state={script.state} />
          </Space>
        }
        extra={<Actions of={script} onDone={refreshed} />}
      >
        <Signed of={script} />
        <ScriptCheck name={script.name} onCheck={setCheck} onLine={toLine} />
        <Tabs
          activeKey={tab}
          onChange={setTab}
          items={[
            {
              key: "source",
              label: t("tab.source"),
              children: (
                <SourceView
                  source={script.source}
                  faults={check?.faults ?? []}
                  at={line}
                />
              ),
            },
            {
              key: "diff",
              label: t("tab.diff"),
              children: <VersionDiff key={script.name} of={script} versions={all} />,
            },
            collection === "packs"
              ? {
                  key: "trial",
                  label: t("rules.try"),
                  children: <RuleTrial source={script.source} />,
                }
              : {
                  key: "chat",
                  label: t("tab.chat"),
                  children: <ScriptChat key={script.name} of={script} />,
                },
            {
              key: "history",
              label: t("tab.history"),
              children: <ScriptHistory events={events} />,
            },
          ]}
        />
      </Card>
    </div>
  );
}
