import { Alert, Button, Card, Empty, Modal, Table, Upload } from "antd";
import { useCallback, useState } from "react";
import { api, type Script } from "../api";
import { useWords } from "../i18n";
import { ScriptStateTag } from "../parts/ScriptStateTag";
import { usePolled } from "../usePolled";

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

function NewScript({ onDone }: { onDone: () => void }) {
  const t = useWords();
  const [error, setError] = useState("");
  const create = async (file: File) => {
    try {
      const made = await api.createScript(await file.text());
      onDone();
      window.location.hash = `#/${made.name}`;
    } catch (err) {
      setError(err instanceof Error ? err.message : String(err));
    }
  };
  return (
    <>
      <Upload
        accept=".yaml,.yml"
        showUploadList={false}
        beforeUpload={(file) => {
          void create(file);
          return false;
        }}
      >
        <Button type="primary">{t("script.upload")}</Button>
      </Upload>
      <Modal
        title={t("script.refused")}
        open={!!error}
        footer={null}
        onCancel={() => setError("")}
      >
        <Alert type="error" message={error} />
      </Modal>
    </>
  );
}

export function ScriptsPage() {
  const t = useWords();
  const load = useCallback(() => api.scripts(), []);
  const { value, error, refresh } = usePolled(load, 5000);

  return (
    <Card
      title={t("scripts")}
      extra={<NewScript onDone={() => void refresh()} />}
    >
      {error && <Alert type="error" message={error} />}
      <Table<Row>
        rowKey="id"
        dataSource={value && rowsOf(value)}
        loading={!value && !error}
        pagination={false}
        locale={{ emptyText: <Empty description={t("script.none")} /> }}
        columns={[
          {
            title: t("script"),
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
    </Card>
  );
}
