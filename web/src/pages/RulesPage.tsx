import { Alert, Button, Card, Input, Space, Tag, Upload } from "antd";
import { useCallback, useState } from "react";
import { actor } from "../actor";
import { api, type ScriptCheck } from "../api";
import { useWords } from "../i18n";
import { RuleTrial } from "../parts/RuleTrial";
import { ScriptTable } from "../parts/ScriptTable";
import { usePolled } from "../usePolled";

const message = (err: unknown) =>
  err instanceof Error ? err.message : String(err);

function Check({ of }: { of: ScriptCheck }) {
  const t = useWords();
  if (of.green)
    return (
      <Alert
        type="success"
        showIcon
        message={`${t("rules.green")} (${of.tests})`}
      />
    );
  return (
    <Alert
      type="error"
      message={t("rules.red")}
      description={of.faults.map((f, i) => (
        <div key={i}>
          {f.line}:{f.column} <Tag>{t(`fault.${f.kind}`)}</Tag>
          {f.about} {f.message}
        </div>
      ))}
    />
  );
}

/** A text that is no version yet: compile it, try it, keep it as a draft. */
function NewPack() {
  const t = useWords();
  const [source, setSource] = useState("");
  const [check, setCheck] = useState<ScriptCheck>();
  const [fault, setFault] = useState("");

  const edit = (text: string) => {
    setSource(text);
    setCheck(undefined);
  };
  const take = async (step: () => Promise<void>) => {
    try {
      await step();
      setFault("");
    } catch (err) {
      setFault(message(err));
    }
  };
  const lint = async () => setCheck(await api.lintRules(source));
  const keep = async () => {
    const made = await api.createScript("packs", source);
    window.location.hash = `#/${made.name}`;
  };

  return (
    <Card title={t("rules.new")}>
      <Input.TextArea
        value={source}
        rows={14}
        spellCheck={false}
        style={{ fontFamily: "ui-monospace, monospace" }}
        placeholder={t("rules.source")}
        onChange={(e) => edit(e.target.value)}
      />
      <Space wrap style={{ margin: "12px 0" }}>
        <Upload
          accept=".yaml,.yml"
          showUploadList={false}
          beforeUpload={(file) => {
            void file.text().then(edit);
            return false;
          }}
        >
          <Button>{t("rules.upload")}</Button>
        </Upload>
        <Button disabled={!source} onClick={() => void take(lint)}>
          {t("rules.lint")}
        </Button>
        <Button
          type="primary"
          disabled={!source || !actor()}
          onClick={() => void take(keep)}
        >
          {t("rules.keep")}
        </Button>
      </Space>
      {fault && <Alert type="error" message={fault} />}
      {check && <Check of={check} />}
      <RuleTrial source={source} />
    </Card>
  );
}

export function RulesPage() {
  const t = useWords();
  const load = useCallback(() => api.scripts("packs"), []);
  const { value, error } = usePolled(load, 5000);

  return (
    <>
      <Card title={t("rules.packs")} style={{ marginBottom: 16 }}>
        {error && <Alert type="error" message={error} />}
        {!error && <ScriptTable of={value} kind="rules.pack" />}
      </Card>
      <NewPack />
    </>
  );
}
