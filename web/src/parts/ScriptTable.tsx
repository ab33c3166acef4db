import { Empty, Table } from "antd";
import type { Script } from "../api";
import { useWords } from "../i18n";
import { ScriptStateTag } from "./ScriptStateTag";

interface Row {
  id: string;
  newest: Script;
  approved?: Script;
  inForce: Script[];
  versions: number;
}

/** Versions come newest first. */
function rowsOf(scripts: Script[]): Row[] {
  const byId = new Map<string, Script[]>();
  for (const s of scripts)
    byId.set(s.scriptId, [...(byId.get(s.scriptId) ?? []), s]);
  return [...byId].map(([id, all]) => ({
    id,
    newest: all[0],
    approved: all.find((s) => s.state === "APPROVED"),
    inForce: all.filter((s) => s.campaigns > 0),
    versions: all.length,
  }));
}

/** A row a script, or a rule pack: its newest version and what is in force. */
export function ScriptTable({
  of,
  kind = "script",
}: {
  of: Script[] | undefined;
  kind?: "script" | "rules.pack";
}) {
  const t = useWords();
  return (
    <Table<Row>
      rowKey="id"
      dataSource={of && rowsOf(of)}
      loading={!of}
      pagination={false}
      locale={{ emptyText: <Empty description={t("script.none")} /> }}
      columns={[
        {
          title: t(kind),
          render: (_, r) => (
            <>
              <a href={`#/${r.newest.name}`}>{r.newest.title}</a>
              <div className="meta">{r.id}</div>
            </>
          ),
        },
        {
          title: t("script.newest"),
          render: (_, r) => (
            <>
              v{r.newest.version} <ScriptStateTag state={r.newest.state} />
            </>
          ),
        },
        {
          title: t("script.approved"),
          render: (_, r) =>
            r.approved ? `v${r.approved.version} · ${r.approved.reviewer}` : "–",
        },
        {
          title: t("script.inForce"),
          render: (_, r) =>
            r.inForce.length
              ? r.inForce
                  .map((s) => `v${s.version} × ${s.campaigns}`)
                  .join(", ")
              : "–",
        },
        { title: t("script.author"), render: (_, r) => r.newest.author },
        { title: t("script.versions"), dataIndex: "versions" },
      ]}
    />
  );
}
