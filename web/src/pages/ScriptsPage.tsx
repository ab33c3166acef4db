import { Alert, Button, Card, Modal, Upload } from "antd";
import { useCallback, useState } from "react";
import { api } from "../api";
import { useWords } from "../i18n";
import { ScriptTable } from "../parts/ScriptTable";
import { usePolled } from "../usePolled";

function NewScript({ onDone }: { onDone: () => void }) {
  const t = useWords();
  const [error, setError] = useState("");
  const create = async (file: File) => {
    try {
      const made = await api.createScript("scripts", await file.text());
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
  const load = useCallback(() => api.scripts("scripts"), []);
  const { value, error, refresh } = usePolled(load, 5000);

  return (
    <Card
      title={t("scripts")}
      extra={<NewScript onDone={() => void refresh()} />}
    >
      {error && <Alert type="error" message={error} />}
      {!error && <ScriptTable of={value} />}
    </Card>
  );
}
