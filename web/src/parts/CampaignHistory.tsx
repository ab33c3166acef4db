import { Timeline } from "antd";
import type { CampaignEvent } from "../api";
import { useWords } from "../i18n";
import { StateTag } from "./StateTag";

const ours = ["", "G16", "trunk"];

/** Every change of a campaign's state: who, when, why. */
export function CampaignHistory({ events }: { events: CampaignEvent[] }) {
  const t = useWords();
  return (
    <Timeline
      items={events.map((e) => ({
        key: e.name,
        color: e.actor === "G16" ? "red" : "gray",
        children: (
          <>
            <StateTag state={e.state} />
            {ours.includes(e.actor) ? t(`by.${e.actor}`) : e.actor}
            <div className="meta">
              {e.createTime && new Date(e.createTime).toLocaleString()}
            </div>
            {e.reason && <div className="reason">{e.reason}</div>}
          </>
        ),
      }))}
    />
  );
}
