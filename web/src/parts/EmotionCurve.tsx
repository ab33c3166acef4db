import * as echarts from "echarts/core";
import { LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import type { TranscriptLine } from "../api";
import { useWords } from "../i18n";

echarts.use([LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

const height: Record<string, number> = { happy: 1, calm: 0, sad: -1, angry: 2 };
const color: Record<string, string> = {
  happy: "#52a352",
  calm: "#999999",
  sad: "#4a7fc1",
  angry: "#d4332a",
};

/** The callee's lines that somebody looked at for an emotion. */
export const felt = (lines: TranscriptLine[]) =>
  lines.filter((l) => l.speaker === "CALLEE" && l.emotion);

/** How the callee sounded, utterance by utterance: a point's size is how sure
 * that is. */
export function EmotionCurve({ lines }: { lines: TranscriptLine[] }) {
  const t = useWords();
  const at = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const chart = echarts.init(at.current!);
    const names = Object.fromEntries(
      Object.entries(height).map(([name, y]) => [y, t(name)]),
    );
    chart.setOption({
      animation: false,
      grid: { left: 44, right: 12, top: 8, bottom: 8 },
      tooltip: {},
      xAxis: { type: "value", show: false, min: 0 },
      yAxis: {
        type: "value",
        min: -1,
        max: 2,
        interval: 1,
        axisLabel: { formatter: (y: number) => names[y] },
      },
      series: [
        {
          type: "line",
          step: "middle",
          lineStyle: { color: "#cccccc", width: 1 },
          data: felt(lines).map((l) => ({
            name: `${t(l.emotion)} ${Math.round(l.emotionConfidence * 100)} %`,
            value: [l.startMs / 1000, height[l.emotion] ?? 0],
            symbol: "circle",
            symbolSize: 4 + 8 * l.emotionConfidence,
            itemStyle: { color: color[l.emotion] },
            tooltip: { formatter: "{b}" },
          })),
        },
      ],
    });
    const onResize = () => chart.resize();
    window.addEventListener("resize", onResize);
    return () => {
      window.removeEventListener("resize", onResize);
      chart.dispose();
    };
  }, [lines, t]);

  return <div className="curve" data-testid="emotion" ref={at} />;
}
