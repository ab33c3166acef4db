import { Tag } from "antd";
import type { ScriptState } from "../api";
import { useWords } from "../i18n";

const colors: Record<ScriptState, string> = {
  DRAFT: "default",
  IN_REVIEW: "processing",
  APPROVED: "success",
  REJECTED: "error",
};

export function ScriptStateTag({ state }: { state: ScriptState }) {
  const t = useWords();
  return <Tag color={colors[state]}>{t(`script.${state}`)}</Tag>;
}
