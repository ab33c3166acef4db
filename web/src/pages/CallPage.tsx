import { Alert, Card, Descriptions, List, Progress, Space, Tag } from "antd";
import { useCallback, useRef, useState } from "react";
import { api, type Call, type Finding, type TranscriptLine } from "../api";
import { useIntents, useWords } from "../i18n";
import { clock, severityColor } from "../parts/findings";
import { EmotionCurve, felt } from "../parts/EmotionCurve";
import { Failure } from "../parts/Failure";
import { usePolled } from "../usePolled";

const hungUpBy: Record<string, string> = {
  bot: "byBot",
  callee: "byCallee",
  network: "byNetwork",
};

interface LineProps {
  line: TranscriptLine;
  finding?: Finding;
  isNow: boolean;
  onSeek: (ms: number) => void;
}

function Line({ line, finding, isNow, onSeek }: LineProps) {
  const t = useWords();
  const intent = useIntents();
  const side = line.speaker === "CALLEE" ? "callee" : "bot";
  const classes = ["said", side, isNow && "now", finding && "found"];
  return (
    <div
      className={classes.filter(Boolean).join(" ")}
      onClick={() => onSeek(line.startMs)}
    >
      {line.text || "……"}
      {line.interrupted && <Tag>{t("interrupted")}</Tag>}
      <div className="meta">
        {t(line.speaker === "AGENT" ? "speaker.agent" : side)}{" "}
        {clock(line.startMs)}
        {line.intent && ` · ${intent(line.intent)}`}
        {line.state && ` · ${line.state}`}
        {finding && ` · ${finding.rule} ${finding.message}`}
      </div>
    </div>
  );
}

function Transcript({ of, atMs }: { of: Call; atMs: number }) {
  const t = useWords();
  const audio = useRef<HTMLAudioElement>(null);
  const [at, setAt] = useState(-1);
  const seek = (ms: number) => {
    if (!audio.current) return;
    audio.current.currentTime = ms / 1000;
    void audio.current.play();
  };
  const findings = new Map(of.quality?.findings.map((f) => [f.line, f]));

  return (
    <Card title={t("transcript")}>
      {of.hasRecording && (
        <audio
          ref={audio}
          controls
          preload="metadata"
          style={{ width: "100%" }}
          src={api.recordingUrl(of.name)}
          onLoadedMetadata={(e) => {
            e.currentTarget.currentTime = atMs / 1000;
          }}
          onTimeUpdate={(e) => setAt(e.currentTarget.currentTime * 1000)}
        />
      )}
      {of.transcript.length === 0 && <Alert message={t("notAnswered")} />}
      <div className="chat">
        {of.transcript.map((line, i) => (
          <Line
            key={i}
            line={line}
            finding={findings.get(i + 1)}
            isNow={at >= line.startMs && at < line.endMs}
            onSeek={seek}
          />
        ))}
      </div>
    </Card>
  );
}

function Quality({ of }: { of: Call }) {
  const t = useWords();
  if (!of.quality) return null;
  const { findings, score, rulesChecked, notInspected } = of.quality;
  return (
    <Card
      title={t("quality")}
      extra={`${score} · ${rulesChecked} ${t("rulesChecked")}`}
    >
      {notInspected.map((gap) => (
        <Alert
          key={gap}
          type="warning"
          message={`${t("notInspected")} ${gap}`}
        />
      ))}
      {findings.length === 0 ? (
        <Alert type="success" showIcon message={t("noFindings")} />
      ) : (
        <List
          size="small"
          dataSource={findings}
          renderItem={(f) => (
            <List.Item>
              <Space direction="vertical" size={0}>
                <span>
                  <Tag color={severityColor[f.severity]}>{f.rule}</Tag>
                  {f.message}
                </span>
                {f.quote && <q>{f.quote}</q>}
                <small>
                  {clock(f.startMs)}
                  {f.speaker && ` · ${t(`speaker.${f.speaker}`)}`} · {f.basis} ·{" "}
                  {f.pack}
                </small>
              </Space>
            </List.Item>
          )}
        />
      )}
    </Card>
  );
}

function Facts({ of }: { of: Call }) {
  const t = useWords();
  const intent = useIntents();
  const latencies = of.turnLatencyMs.filter((ms) => ms > 0);
  return (
    <Card>
      <Descriptions
        column={1}
        size="small"
        items={[
          { label: t("line"), children: `${t(of.outcome)} (${of.sipCode})` },
          { label: t("disposition"), children: <Tag>{t(of.disposition)}</Tag> },
          { label: t("talk"), children: clock(of.talkMs) },
          {
            label: t("whoAnswered"),
            children: of.progress
              ? `${t(of.progress.verdict)} ${Math.round(of.progress.confidence * 100)} %`
              : "–",
          },
          { label: t("hungUpBy"), children: t(hungUpBy[of.hungUpBy] ?? "") },
          {
            label: t("intents"),
            children: of.intents.map((i, n) => <Tag key={n}>{intent(i)}</Tag>),
          },
          {
            label: t("state"),
            children: t(of.verified ? "verified" : "unverified"),
          },
          {
            label: t("latency"),
            children: latencies.length ? `${latencies.join(", ")} ms` : "–",
          },
        ]}
      />
    </Card>
  );
}

function Conversion({ of }: { of: Call }) {
  const t = useWords();
  if (!of.score) return null;
  return (
    <Card title={t("score")} extra={of.score.model}>
      <Progress percent={Math.round(of.score.conversion * 100)} />
      <small>
        {t("reasons")}: {of.score.reasons.join(", ")}
      </small>
    </Card>
  );
}

function Emotion({ of }: { of: Call }) {
  const t = useWords();
  if (felt(of.transcript).length === 0) return null;
  return (
    <Card title={t("emotion")}>
      <EmotionCurve lines={of.transcript} />
      <small>{t("emotionIsWeak")}</small>
    </Card>
  );
}

/** @param atMs Where the recording stands at first */
export function CallPage({ name, atMs }: { name: string; atMs: number }) {
  const t = useWords();
  const load = useCallback(() => api.call(name), [name]);
  const { value: call, error } = usePolled(load, 3000);

  if (error && !call) return <Failure why={error} />;
  if (!call) return <Card loading />;

  return (
    <>
      <p>
        <a href={`#/${call.campaign}`}>← {t("campaign")}</a> &nbsp; {t("call")}{" "}
        <b>{call.maskedPhone}</b>
      </p>
      <div className="two">
        <Transcript of={call} atMs={atMs} />
        <Space direction="vertical" style={{ width: "100%" }}>
          <Facts of={call} />
          <Emotion of={call} />
          <Quality of={call} />
          <Conversion of={call} />
        </Space>
      </div>
    </>
  );
}
