import * as echarts from "echarts/core";
import { BarChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { useWords } from "../i18n";

echarts.use([BarChart, GridComponent, TooltipComponent, CanvasRenderer]);

/** How many calls ended how, most first. */
export function DispositionChart({
  counts,
}: {
  counts: Record<string, number>;
}) {
  const t = useWords();
  const at = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts>();

  useEffect(() => {
    chart.current = echarts.init(at.current!);
    const onResize = () => chart.current?.resize();
    window.addEventListener("resize", onResize);
    return () => {
      window.removeEventListener("resize", onResize);
      chart.current?.dispose();
    };
  }, []);

  useEffect(() => {
    const rows = Object.entries(counts).sort((a, b) => a[1] - b[1]);
    chart.current?.setOption({
      grid: { left: 90, right: 30, top: 8, bottom: 8 },
      tooltip: {},
      xAxis: { show: false, minInterval: 1 },
      yAxis: {
        type: "category",
        axisTick: { show: false },
        axisLine: { show: false },
        data: rows.map(([word]) => t(word)),
      },
      series: [
        {
          type: "bar",
          barMaxWidth: 16,
          itemStyle: { color: "#d4632a", borderRadius: 3 },
          label: { show: true, position: "right" },
          data: rows.map(([, n]) => n),
        },
      ],
    });
  }, [counts, t]);

  return <div className="chart" ref={at} />;
}
