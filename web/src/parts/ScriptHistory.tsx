import { Timeline, Tooltip } from "antd";
import type { ScriptEvent } from "../api";
import { useWords } from "../i18n";

const colors: Record<ScriptEvent["step"], string> = {
  CREATE: "gray",
  SUBMIT: "blue",
  APPROVE: "green",
  REJECT: "red",
  PUBLISH: "#d4632a",
  ROLLBACK: "orange",
};

const version = (name: string) => name.match(/@(\d+)/)?.[1] ?? "";

/** Every step of every version: who, when, why. */
export function ScriptHistory({ events }: { events: ScriptEvent[] }) {
  const t = useWords();
  return (
    <Timeline
      items={events.map((e) => ({
        key: e.name,
        color: colors[e.step],
        children: (
          <>
            <b>v{version(e.name)}</b> {t(`step.${e.step}`)} · {e.actor}
            <div className="meta">
              {e.createTime && new Date(e.createTime).toLocaleString()}{" "}
              <Tooltip title={e.sha256}>
                <code>{e.sha256.slice(0, 10)}</code>
              </Tooltip>
            </div>
            {e.campaign && (
              <div>
                <a href={`#/${e.campaign}`}>{e.campaign}</a> ← v
                {e.replacedVersion}
              </div>
            )}
            {e.check && <div className="meta">{e.check}</div>}
            {e.reason && <div className="reason">“{e.reason}”</div>}
          </>
        ),
      }))}
    />
  );
}
