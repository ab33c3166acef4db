import {
  Alert,
  Button,
  Card,
  Descriptions,
  Empty,
  Input,
  Select,
  Space,
  Table,
  Tag,
} from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import {
  api,
  type FindingFilter,
  type FindingState,
  type ReviewedFinding,
} from "../api";
import { useWords } from "../i18n";
import { clock, severityColor } from "../parts/findings";

const STATES: FindingState[] = ["PENDING", "CONFIRMED", "REJECTED"];
const stateColor = { PENDING: "blue", CONFIRMED: "red", REJECTED: "green" };
const first: FindingFilter = {
  state: "PENDING",
  severity: 0,
  rule: "",
  campaign: "",
};

/** The queue, page after page. */
function useQueue(filter: FindingFilter) {
  const [list, setList] = useState<ReviewedFinding[]>();
  const [next, setNext] = useState("");
  const [error, setError] = useState("");

  const read = useCallback(
    async (token: string) => {
      try {
        const page = await api.findings(filter, token);
        setList((old) =>
          token ? [...(old ?? []), ...page.findings] : page.findings,
        );
        setNext(page.nextPageToken);
        setError("");
      } catch (err) {
        setError(err instanceof Error ? err.message : String(err));
      }
    },
    [filter],
  );
  useEffect(() => void read(""), [read]);

  const replace = (made: ReviewedFinding) =>
    setList((old) => old?.map((f) => (f.name === made.name ? made : f)));
  return { list, error, setError, replace, more: next && (() => read(next)) };
}

interface FilterProps {
  value: FindingFilter;
  onChange: (f: FindingFilter) => void;
}

function Filter({ value, onChange }: FilterProps) {
  const t = useWords();
  const [campaigns, setCampaigns] = useState<[string, string][]>([]);
  useEffect(() => {
    void api
      .campaigns()
      .then((all) => setCampaigns(all.map((c) => [c.name, c.displayName])));
  }, []);
  return (
    <Space wrap>
      <Select
        value={value.state}
        style={{ width: 110 }}
        onChange={(state) => onChange({ ...value, state })}
        options={["" as const, ...STATES].map((s) => ({
          value: s,
          label: s ? t(`review.${s}`) : t("review.all"),
        }))}
      />
      <Select
        value={value.severity}
        style={{ width: 150 }}
        onChange={(severity) => onChange({ ...value, severity })}
        options={[0, 1, 2, 3].map((s) => ({
          value: s,
          label: s
            ? t(`review.${s}`)
            : `${t("review.severity")}: ${t("review.all")}`,
        }))}
      />
      <Input.Search
        placeholder={t("review.rule")}
        style={{ width: 120 }}
        allowClear
        onSearch={(rule) => onChange({ ...value, rule: rule.trim() })}
      />
      <Select
        value={value.campaign}
        style={{ width: 200 }}
        onChange={(campaign) => onChange({ ...value, campaign })}
        options={[
          { value: "", label: `${t("campaign")}: ${t("review.all")}` },
          ...campaigns.map(([name, label]) => ({ value: name, label })),
        ]}
      />
    </Space>
  );
}

interface DetailProps {
  of: ReviewedFinding;
  audio: React.RefObject<HTMLAudioElement>;
  note: string;
  onNote: (note: string) => void;
  onVerdict: (verb: "confirm" | "reject") => void;
  onListen: () => void;
}

function Detail({ of, audio, note, onNote, ...on }: DetailProps) {
  const t = useWords();
  const f = of.finding;
  return (
    <Card
      title={
        <>
          <Tag color={severityColor[f.severity]}>{f.rule}</Tag>
          {f.message}
        </>
      }
      extra={<Tag color={stateColor[of.state]}>{t(`review.${of.state}`)}</Tag>}
    >
      <Descriptions
        column={1}
        size="small"
        items={[
          {
            label: t("review.quote"),
            children: f.quote ? <q>{f.quote}</q> : t("review.whole"),
          },
          { label: t("review.basis"), children: f.basis },
          { label: t("review.severity"), children: t(`review.${f.severity}`) },
          {
            label: t("review.reviewer"),
            children: of.reviewer ? `${of.reviewer} ${of.note}` : "–",
          },
        ]}
      />
      <audio
        key={of.call}
        ref={audio}
        controls
        preload="metadata"
        style={{ width: "100%" }}
        src={api.recordingUrl(of.call)}
        onLoadedMetadata={(e) => {
          e.currentTarget.currentTime = f.startMs / 1000;
        }}
      />
      <p>
        <Button size="small" onClick={on.onListen}>
          ▶ {clock(f.startMs)} {t("review.listen")}
        </Button>{" "}
        <a href={`#/${of.call}@${f.startMs}`}>{t("review.open")}</a>
      </p>
      <Input
        value={note}
        maxLength={160}
        placeholder={t("review.note")}
        onChange={(e) => onNote(e.target.value)}
      />
      <p>
        <Space>
          <Button
            type="primary"
            danger
            disabled={of.state === "CONFIRMED"}
            onClick={() => on.onVerdict("confirm")}
          >
            {t("review.confirm")}
          </Button>
          <Button
            disabled={of.state === "REJECTED"}
            onClick={() => on.onVerdict("reject")}
          >
            {t("review.reject")}
          </Button>
        </Space>
      </p>
      <small>{t("review.keys")}</small>
    </Card>
  );
}

/** Keys that act unless somebody types. */
function useKeys(keys: Record<string, () => void>) {
  const now = useRef(keys);
  now.current = keys;
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      const at = e.target as HTMLElement;
      if (e.ctrlKey || e.metaKey || e.altKey) return;
      if (at.closest("input, textarea, .ant-select")) return;
      if (e.key === " " && at.closest("button")) return;
      const act = now.current[e.key.toLowerCase()];
      if (!act) return;
      e.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

export function ReviewPage() {
  const t = useWords();
  const [filter, setFilter] = useState(first);
  const [at, setAt] = useState(0);
  const [note, setNote] = useState("");
  const audio = useRef<HTMLAudioElement>(null);
  const { list, error, setError, replace, more } = useQueue(filter);
  const now = list?.[at];

  const go = (to: number) => {
    setNote("");
    setAt(Math.max(0, Math.min(to, (list?.length ?? 1) - 1)));
  };
  const listen = () => {
    if (!audio.current || !now) return;
    audio.current.currentTime = now.finding.startMs / 1000;
    void audio.current.play();
  };
  const give = async (verb: "confirm" | "reject") => {
    if (!now) return;
    try {
      replace(
        await api.reviewFinding(now.name, verb, note, now.state !== "PENDING"),
      );
      setError("");
      go(at + 1);
    } catch (err) {
      setError(err instanceof Error ? err.message : String(err));
    }
  };
  useKeys({
    j: () => go(at + 1),
    arrowdown: () => go(at + 1),
    k: () => go(at - 1),
    arrowup: () => go(at - 1),
    " ": listen,
    y: () => void give("confirm"),
    n: () => void give("reject"),
  });

  return (
    <Card
      title={t("review")}
      extra={
        <Filter
          value={filter}
          onChange={(f) => {
            setFilter(f);
            go(0);
          }}
        />
      }
    >
      {error && <Alert type="error" message={error} />}
      <div className="two">
        <Table<ReviewedFinding>
          className="queue"
          rowKey="name"
          size="small"
          dataSource={list}
          loading={!list && !error}
          pagination={false}
          rowClassName={(_, i) => (i === at ? "now" : "")}
          onRow={(_, i) => ({ onClick: () => go(i ?? 0) })}
          locale={{ emptyText: <Empty description={t("review.none")} /> }}
          footer={
            more
              ? () => <Button onClick={more}>{t("review.more")}</Button>
              : undefined
          }
          columns={[
            {
              title: t("review.rule"),
              render: (_, r) => (
                <Tag color={severityColor[r.finding.severity]}>
                  {r.finding.rule}
                </Tag>
              ),
            },
            {
              title: t("review.quote"),
              render: (_, r) => r.finding.quote || r.finding.message,
            },
            {
              title: t("review.found"),
              render: (_, r) =>
                r.createTime && new Date(r.createTime).toLocaleString(),
            },
            {
              title: t("state"),
              render: (_, r) => (
                <Tag color={stateColor[r.state]}>
                  {t(`review.${r.state}`)}
                </Tag>
              ),
            },
          ]}
        />
        {now && (
          <Detail
            of={now}
            audio={audio}
            note={note}
            onNote={setNote}
            onVerdict={(verb) => void give(verb)}
            onListen={listen}
          />
        )}
      </div>
    </Card>
  );
}
