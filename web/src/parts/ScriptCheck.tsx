import { Alert, Button, List, Space, Tag, Tooltip } from "antd";
import { useCallback, useEffect, useState } from "react";
import { api, type ScriptCheck as Check } from "../api";
import { useWords } from "../i18n";

const kinds = {
  STRUCTURE: "red",
  CLASH: "orange",
  TEST: "volcano",
  FINDING: "magenta",
} as const;

interface Props {
  name: string;
  onCheck: (check: Check) => void;
  onLine: (line: number) => void;
}

/** Tests and inspector: green, or what must be put right and where. */
export function ScriptCheck({ name, onCheck, onLine }: Props) {
  const t = useWords();
  const [check, setCheck] = useState<Check>();
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  const run = useCallback(async () => {
    setBusy(true);
    try {
      const now = await api.lint(name);
      setCheck(now);
      onCheck(now);
      setError("");
    } catch (err) {
      setError(err instanceof Error ? err.message : String(err));
    }
    setBusy(false);
  }, [name, onCheck]);

  useEffect(() => void run(), [run]);

  const figures = check && (
    <span data-testid="check">
      {check.tests - check.testsFailed}/{check.tests} {t("check.tests")} ·{" "}
      {check.prompts} {t("check.prompts")} ·{" "}
      <Tooltip title={check.rulePack}>
        <u>
          {check.rulePack.split(",").length} {t("check.packs")}
        </u>
      </Tooltip>
    </span>
  );
  return (
    <>
      <Alert
        showIcon
        type={error ? "warning" : check?.green ? "success" : check ? "error" : "info"}
        message={
          error ||
          (check
            ? t(check.green ? "check.green" : "check.red")
            : t("check.running"))
        }
        description={figures}
        action={
          <Button size="small" loading={busy} onClick={() => void run()}>
            {t("check.again")}
          </Button>
        }
      />
      {check && check.faults.length > 0 && (
        <List
          size="small"
          dataSource={check.faults}
          renderItem={(f) => (
            <List.Item>
              <Space align="start">
                <Tag color={kinds[f.kind]}>{t(`fault.${f.kind}`)}</Tag>
                <a onClick={() => onLine(f.line)}>
                  {f.line}:{f.column}
                </a>
                <span>
                  {f.about && <b>{f.about} </b>}
                  {f.message}
                </span>
              </Space>
            </List.Item>
          )}
        />
      )}
    </>
  );
}
