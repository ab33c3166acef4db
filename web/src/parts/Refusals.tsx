import { Table } from "antd";
import { useWords } from "../i18n";

/** Why contacts that are due are not called: guard -> how often it refused. */
export function Refusals({ counts }: { counts: Record<string, number> }) {
  const t = useWords();
  const rows = Object.entries(counts)
    .filter(([, n]) => n > 0)
    .sort(([, a], [, b]) => b - a);
  return (
    <Table<[string, number]>
      rowKey={([guard]) => guard}
      size="small"
      dataSource={rows}
      pagination={false}
      locale={{ emptyText: t("refusals.none") }}
      columns={[
        { title: t("guard"), render: (_, [guard]) => guard },
        { title: t("why"), render: (_, [guard]) => t(`guard.${guard}`) },
        { title: t("refusals.times"), render: (_, [, n]) => n },
      ]}
    />
  );
}
