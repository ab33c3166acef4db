import {
  Alert,
  Button,
  Card,
  Progress,
  Space,
  Statistic,
  Table,
  Tag,
} from "antd";
import { useCallback, useState } from "react";
import { api, type Call, type Campaign } from "../api";
import { useWords } from "../i18n";
import { CampaignHistory } from "../parts/CampaignHistory";
import { DispositionChart } from "../parts/DispositionChart";
import { Failure } from "../parts/Failure";
import { Refusals } from "../parts/Refusals";
import { StateTag } from "../parts/StateTag";
import { usePolled } from "../usePolled";

const verbs = {
  DRAFT: ["start"],
  RUNNING: ["pause", "stop"],
  PAUSED: ["resume", "stop"],
  STOPPED: [],
  COMPLETED: [],
} as const;

function Actions({ of, onDone }: { of: Campaign; onDone: () => void }) {
  const t = useWords();
  const [error, setError] = useState("");
  const act = async (verb: "start" | "pause" | "resume" | "stop") => {
    try {
      await api.act(of.name, verb);
      setError("");
      onDone();
    } catch (err) {
      setError(String(err));
    }
  };
  return (
    <Space>
      {error && <Alert type="error" message={error} />}
      {verbs[of.state].map((verb) => (
        <Button
          key={verb}
          danger={verb === "stop"}
          type={verb === "stop" ? "default" : "primary"}
          onClick={() => void act(verb)}
        >
          {t(verb)}
        </Button>
      ))}
    </Space>
  );
}

function Stats({ of }: { of: Campaign }) {
  const t = useWords();
  const keys = [
    "contacts",
    "done",
    "inProgress",
    "answered",
    "inspected",
    "findings",
  ] as const;
  return (
    <div className="stats">
      {keys.map((key) => (
        <Card key={key} size="small">
          <Statistic title={t(key)} value={of.stats?.[key] ?? 0} />
        </Card>
      ))}
    </div>
  );
}

function Calls({ of }: { of: Call[] | undefined }) {
  const t = useWords();
  return (
    <Table<Call>
      rowKey="name"
      size="small"
      dataSource={of}
      pagination={{ pageSize: 15, hideOnSinglePage: true }}
      columns={[
        {
          title: t("number"),
          render: (_, c) => <a href={`#/${c.name}`}>{c.maskedPhone}</a>,
        },
        { title: t("line"), render: (_, c) => t(c.outcome) },
        {
          title: t("disposition"),
          render: (_, c) => c.disposition && <Tag>{t(c.disposition)}</Tag>,
        },
        { title: t("turns"), dataIndex: "turns" },
        {
          title: t("talk"),
          render: (_, c) => `${(c.talkMs / 1000).toFixed(0)} s`,
        },
        {
          title: t("findings"),
          render: (_, c) => c.quality?.findings.length ?? "–",
        },
        {
          title: t("score"),
          render: (_, c) =>
            c.score ? `${(100 * c.score.conversion).toFixed(0)} %` : "–",
        },
      ]}
    />
  );
}

export function CampaignPage({ name }: { name: string }) {
  const t = useWords();
  const loadCampaign = useCallback(() => api.campaign(name), [name]);
  const loadCalls = useCallback(() => api.calls(name), [name]);
  const { value: campaign, error, refresh } = usePolled(loadCampaign, 1000);
  const { value: calls } = usePolled(loadCalls, 2000);
  const loadEvents = useCallback(() => api.campaignEvents(name), [name]);
  const { value: events } = usePolled(loadEvents, 2000);

  if (error && !campaign) return <Failure why={error} />;
  if (!campaign) return <Card loading />;

  const stats = campaign.stats!;
  return (
    <>
      <Card
        title={
          <Space>
            {campaign.displayName}
            <StateTag state={campaign.state} />
          </Space>
        }
        extra={<Actions of={campaign} onDone={() => void refresh()} />}
      >
        {campaign.stateReason && (
          <Alert type="warning" message={campaign.stateReason} />
        )}
        <Progress
          percent={Math.round((100 * stats.done) / Math.max(stats.contacts, 1))}
          success={{
            percent: (100 * stats.answered) / Math.max(stats.contacts, 1),
          }}
          format={() => `${stats.done} / ${stats.contacts}`}
        />
      </Card>
      <Stats of={campaign} />
      <div className="two">
        <Card title={t("calls")}>
          <Calls of={calls} />
        </Card>
        <div className="pair">
          <Card title={t("dispositions")}>
            <DispositionChart counts={stats.dispositions} />
          </Card>
          <Card title={t("refusals")}>
            <Refusals counts={stats.guardRefusals} />
          </Card>
          <Card title={t("tab.history")}>
            <CampaignHistory events={events ?? []} />
          </Card>
        </div>
      </div>
    </>
  );
}
