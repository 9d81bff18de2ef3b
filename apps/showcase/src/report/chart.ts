import { BarChart, CustomChart, type CustomSeriesOption } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { escapeXml } from '../trace/svg-timeline.ts';
import type { Summary } from '../measure/statistics.ts';
import { significant } from '../terminal/numbers.ts';

use([BarChart, CustomChart, GridComponent, LegendComponent, SVGRenderer]);

/** A bar chart, lying: a group for each category, in it a bar for each series, with the middle half of its samples. */
export interface BarChartData {
  title: string;
  unit: string;
  categories: readonly string[];
  series: readonly { name: string; values: readonly (Summary | undefined)[] }[];
  /** Writes a median at its bar; left out, the number with its unit. */
  label?: (value: number) => string;
}

/** Colours that the page's style sheet sets; the chart library gets stand-ins that are looked for afterwards. */
const palette = {
  '#010101': 'var(--series-1)',
  '#020202': 'var(--series-2)',
  '#030303': 'var(--series-3)',
  '#080808': 'var(--text)',
  '#090909': 'var(--rule)',
} as const;
const [TEXT, RULE] = ['#080808', '#090909'];
const SERIES = ['#010101', '#020202', '#030303'];
const BARS = { barMaxWidth: 18 } as const;
const WIDTH = 620;
const ROW = 30;

/**
 * Draws a bar chart as SVG, in the colours of the page.
 *
 * @param data What to draw.
 * @param paint Replaces the page's colours by fixed ones, for a picture that stands alone.
 */
export function drawBarChart(data: BarChartData, paint: (variable: string) => string = (variable) => variable): string {
  const height = 70 + data.categories.length * Math.max(ROW, 20 * data.series.length);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  chart.setOption(optionsOf(data));
  const svg = chart.renderToSVGString();
  chart.dispose();
  const labelled = svg.replace(/^<svg([^>]*)>/, (_, attributes: string) => {
    const kept = attributes.replace(/ (?:width|height)="\d+"/g, '');
    return `<svg${kept} class="chart" role="img"><title>${escapeXml(data.title)}</title>`;
  });
  return Object.entries(palette).reduce(
    (drawing, [stand, variable]) => drawing.replaceAll(stand, paint(variable)),
    labelled,
  );
}

function optionsOf({
  categories,
  series,
  unit,
  label = (value) => `${significant(value)} ${unit}`,
}: BarChartData): EChartsCoreOption {
  const text = { color: TEXT, fontFamily: 'system-ui, sans-serif', fontSize: 13 };
  return {
    animation: false,
    color: SERIES,
    textStyle: text,
    legend: { show: series.length > 1, top: 0, textStyle: text, data: series.map(({ name }) => name) },
    grid: { left: 40, right: 70, top: series.length > 1 ? 34 : 12, bottom: 8, outerBoundsMode: 'same' },
    xAxis: {
      type: 'value',
      axisLabel: { ...text, formatter: `{value} ${unit}` },
      splitLine: { lineStyle: { color: RULE } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: [...categories],
      axisLabel: text,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: RULE } },
    },
    series: series.flatMap(({ name, values }, index) => [
      {
        type: 'bar',
        name,
        ...BARS,
        itemStyle: { color: SERIES[index] },
        data: values.map((value) => value?.median ?? '-'),
      },
      drawSpread(values, label, index, series.length),
    ]),
  };
}

/** A line over each bar, from the lower end of the middle half to the upper one, and the median as a number behind it. */
function drawSpread(
  values: readonly (Summary | undefined)[],
  label: (value: number) => string,
  index: number,
  count: number,
): CustomSeriesOption {
  const data = values.flatMap((value, category) =>
    value === undefined ? [] : [[category, value.q1, value.q3, value.median]],
  );
  return {
    type: 'custom',
    data,
    encode: { x: [1, 2], y: 0 },
    renderItem: (_, api) => {
      const category = Number(api.value(0));
      const [x1 = 0, middle = 0] = api.coord([Number(api.value(1)), category]);
      const [x2 = 0] = api.coord([Number(api.value(2)), category]);
      const y = middle + (api.barLayout?.({ ...BARS, count })?.[index]?.offsetCenter ?? 0);
      const median = label(Number(api.value(3)));
      return {
        type: 'group',
        children: [
          {
            type: 'line',
            shape: { x1, x2: Math.max(x2, x1 + 1), y1: y, y2: y },
            style: { stroke: TEXT, lineWidth: 2 },
          },
          { type: 'text', style: { x: Math.max(x1, x2) + 8, y: y - 6, text: median, fill: TEXT, fontSize: 12 } },
        ],
      };
    },
  };
}
