import { Alert, Empty, Select, Space } from "antd";
import { useEffect, useMemo, useState } from "react";
import { api, type Script } from "../api";
import { diff, hunks } from "../diff";
import { useWords } from "../i18n";

const marks = { same: " ", gone: "−", new: "+" } as const;

/** What this version changes against another one. */
export function VersionDiff({
  of,
  versions,
}: {
  of: Script;
  versions: Script[];
}) {
  const t = useWords();
  const others = versions.filter((v) => v.version !== of.version);
  const before = others.find((v) => v.version < of.version) ?? others[0];
  const [name, setName] = useState(before?.name);
  const [old, setOld] = useState<Script>();

  useEffect(() => {
    if (name) void api.script(name).then(setOld);
  }, [name]);

  const lines = useMemo(
    () => (old ? diff(old.source, of.source) : []),
    [old, of.source],
  );
  if (!before) return <Empty description={t("diff.only")} />;
  const gone = lines.filter((l) => l.kind === "gone").length;
  const added = lines.filter((l) => l.kind === "new").length;

  return (
    <>
      <Space style={{ marginBottom: 12 }}>
        {t("diff.against")}
        <Select
          value={name}
          onChange={setName}
          style={{ width: 150 }}
          options={others.map((v) => ({
            value: v.name,
            label: `v${v.version} · ${t(`script.${v.state}`)}`,
          }))}
        />
        <span className="added">+{added}</span>
        <span className="gone">−{gone}</span>
      </Space>
      {old && gone + added === 0 && <Alert message={t("diff.same")} />}
      <div className="source diff">
        {hunks(lines).map((l, i) =>
          l === "gap" ? (
            <div key={i} className="line gap">
              ⋯
            </div>
          ) : (
            <div key={i} className={`line ${l.kind}`}>
              <span className="no">{l.old || ""}</span>
              <span className="no">{l.now || ""}</span>
              <code>
                {marks[l.kind]} {l.text}
              </code>
            </div>
          ),
        )}
      </div>
    </>
  );
}
