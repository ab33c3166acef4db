import { Alert, Card, Empty, Progress, Table } from "antd";
import { api, type Campaign } from "../api";
import { useWords } from "../i18n";
import { StateTag } from "../parts/StateTag";
import { usePolled } from "../usePolled";

export function CampaignsPage() {
  const t = useWords();
  const { value, error } = usePolled(api.campaigns, 2000);

  return (
    <Card title={t("campaigns")}>
      {error && <Alert type="error" message={error} />}
      <Table<Campaign>
        rowKey="name"
        dataSource={value}
        loading={!value && !error}
        pagination={false}
        locale={{ emptyText: <Empty description={t("empty")} /> }}
        columns={[
          {
            title: t("campaign"),
            render: (_, c) => <a href={`#/${c.name}`}>{c.displayName}</a>,
          },
          { title: t("script"), dataIndex: "script" },
          {
            title: t("state"),
            render: (_, c) => (
              <>
                <StateTag state={c.state} /> {c.stateReason}
              </>
            ),
          },
          {
            title: t("progress"),
            width: 280,
            render: (_, { stats }) =>
              stats && (
                <Progress
                  percent={Math.round(
                    (100 * stats.done) / Math.max(stats.contacts, 1),
                  )}
                  format={() => `${stats.done} / ${stats.contacts}`}
                />
              ),
          },
          { title: t("answered"), render: (_, c) => c.stats?.answered },
          { title: t("findings"), render: (_, c) => c.stats?.findings },
        ]}
      />
    </Card>
  );
}
