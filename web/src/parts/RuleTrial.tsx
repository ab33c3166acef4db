import { Alert, Button, Input, Select, Space, Table, Tag } from "antd";
import { useEffect, useRef, useState } from "react";
import { api, type Finding } from "../api";
import { useWords } from "../i18n";
import { clock, severityColor } from "./findings";

const MAX_CALLS = 1000;

/** Yesterday in the browser's time, "2026-11-27". */
function yesterday() {
  const d = new Date(Date.now() - 86400000);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
}

interface Hit extends Finding {
  call: string;
}
interface Trial {
  judged: number;
  calls: number;
  hits: Hit[];
  running: boolean;
}

const message = (err: unknown) =>
  err instanceof Error ? err.message : String(err);

/** Page after page, until the calls, the patience or the bound end. */
function useTrial() {
  const [trial, setTrial] = useState<Trial>();
  const [error, setError] = useState("");
  const round = useRef(0);

  const stop = () => {
    round.current++;
    setTrial((t) => t && { ...t, running: false });
  };
  const run = async (source: string, campaign: string, day: string) => {
    const mine = ++round.current;
    let now: Trial = { judged: 0, calls: 0, hits: [], running: true };
    let pageToken = "";
    setError("");
    setTrial(now);
    try {
      do {
        const page = await api.tryRules({ source, campaign, day, pageToken });
        if (round.current !== mine) return;
        pageToken = page.nextPageToken;
        now = {
          judged: now.judged + page.judged,
          calls: now.calls + page.calls.length,
          hits: now.hits.concat(
            page.calls.flatMap((c) =>
              c.findings.map((f) => ({ ...f, call: c.call })),
            ),
          ),
          running: !!pageToken && now.judged + page.judged < MAX_CALLS,
        };
        setTrial(now);
      } while (now.running);
    } catch (err) {
      setError(message(err));
      setTrial({ ...now, running: false });
    }
  };
  return { trial, error, run, stop };
}

function Hits({ of }: { of: Trial }) {
  const t = useWords();
  return (
    <Table<Hit>
      className="hits"
      size="small"
      rowKey={(h) => `${h.call}.${h.rule}.${h.line}`}
      dataSource={of.hits}
      loading={of.running}
      title={() =>
        `${of.judged} ${t("rules.judged")}, ${of.calls} ${t("rules.hit")}`
      }
      columns={[
        {
          title: t("review.rule"),
          render: (_, h) => (
            <Tag color={severityColor[h.severity]}>{h.rule}</Tag>
          ),
        },
        { title: t("review.quote"), render: (_, h) => h.quote || h.message },
        {
          title: t("call"),
          render: (_, h) => (
            <a href={`#/${h.call}@${h.startMs}`}>{clock(h.startMs)}</a>
          ),
        },
      ]}
    />
  );
}

/** What a pack would have found in past calls. Nothing is stored. */
export function RuleTrial({ source }: { source: string }) {
  const t = useWords();
  const [campaign, setCampaign] = useState("");
  const [day, setDay] = useState(yesterday);
  const [campaigns, setCampaigns] = useState<[string, string][]>([]);
  const { trial, error, run, stop } = useTrial();

  useEffect(() => {
    void api
      .campaigns()
      .then((all) => setCampaigns(all.map((c) => [c.name, c.displayName])));
  }, []);

  return (
    <>
      <Space wrap style={{ margin: "12px 0" }}>
        <Select
          value={campaign}
          style={{ width: 220 }}
          onChange={setCampaign}
          options={[
            { value: "", label: `${t("campaign")}: ${t("review.all")}` },
            ...campaigns.map(([name, label]) => ({ value: name, label })),
          ]}
        />
        <Input
          type="date"
          aria-label={t("rules.day")}
          value={day}
          onChange={(e) => setDay(e.target.value)}
        />
        {trial?.running ? (
          <Button onClick={stop}>{t("rules.stop")}</Button>
        ) : (
          <Button
            disabled={!source}
            onClick={() => void run(source, campaign, day)}
          >
            {t("rules.try")}
          </Button>
        )}
        <small>{t("rules.only")}</small>
      </Space>
      {error && <Alert type="error" message={error} />}
      {trial && <Hits of={trial} />}
    </>
  );
}
