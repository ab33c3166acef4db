import { Alert } from "antd";
import { useWords } from "../i18n";

/** A page that cannot be shown: why, and the way out. */
export function Failure({ why }: { why: string }) {
  const t = useWords();
  return (
    <Alert
      type="error"
      showIcon
      message={t("failure")}
      description={why}
      action={<a href="#/">{t("campaigns")}</a>}
    />
  );
}
