import { Tag } from "antd";
import type { Campaign } from "../api";
import { useWords } from "../i18n";

const colors: Record<Campaign["state"], string> = {
  DRAFT: "default",
  RUNNING: "processing",
  PAUSED: "warning",
  STOPPED: "error",
  COMPLETED: "success",
};

export function StateTag({ state }: { state: Campaign["state"] }) {
  const t = useWords();
  return <Tag color={colors[state]}>{t(state)}</Tag>;
}
