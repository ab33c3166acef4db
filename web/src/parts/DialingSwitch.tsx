import { Alert, Button, Input, Modal, Tag } from "antd";
import { useState } from "react";
import { api } from "../api";
import { useWords } from "../i18n";
import { usePolled } from "../usePolled";

/** The global switch: nobody at all is dialled any more. */
export function DialingSwitch() {
  const t = useWords();
  const { value, refresh } = usePolled(api.dialing, 3000);
  const [asked, setAsked] = useState(false);
  const [reason, setReason] = useState("");
  const [error, setError] = useState("");

  if (!value) return null;
  const verb = value.halted ? "resume" : "halt";
  const act = async () => {
    try {
      await api.switchDialing(verb, reason);
      setAsked(false);
      setReason("");
      setError("");
      await refresh();
    } catch (err) {
      setError(String(err));
    }
  };
  return (
    <>
      {value.halted && (
        <Tag color="red" title={value.reason}>
          {t("dialing.halted")}
        </Tag>
      )}
      <Button
        size="small"
        danger={!value.halted}
        onClick={() => setAsked(true)}
      >
        {t(`dialing.${verb}`)}
      </Button>
      <Modal
        open={asked}
        title={t(`dialing.${verb}`)}
        okText={t(`dialing.${verb}`)}
        okButtonProps={{ danger: !value.halted, disabled: !reason.trim() }}
        onOk={() => void act()}
        onCancel={() => setAsked(false)}
      >
        <p>{t(`dialing.${verb}.what`)}</p>
        {value.halted && <p>{value.reason}</p>}
        <Input
          placeholder={t("dialing.reason")}
          value={reason}
          maxLength={200}
          onChange={(e) => setReason(e.target.value)}
        />
        {error && <Alert type="error" message={error} />}
      </Modal>
    </>
  );
}
