import { type ReactNode, useEffect, useRef, useState } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { language, megabytes, percent, t } from '../i18n/index.ts';
import { Card } from '../ui/basics.tsx';
import { onSamples, seriesOf } from './history.ts';

/** CPU and memory of one machine since the console was opened, at most ten minutes. */
const MachineCharts = ({ id, memoryMb }: { readonly id: string; readonly memoryMb: number }): ReactNode => (
  <div className="cards">
    <Chart id={id} what="cpu" title={t('cpu')} max={100} format={percent} />
    <Chart id={id} what="memory" title={t('memory')} max={memoryMb} format={megabytes} />
  </div>
);

/** What a chart that has just begun shows. */
const LEAST_SECONDS = 120;

/** Null: no sample yet. */
const span = (begin: number | null, end: number | null): [number, number] => {
  const last = end ?? Date.now() / 1000;
  return [Math.min(begin ?? last, last - LEAST_SECONDS), last];
};

const color = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The value of a colour for the scheme in use: a canvas does not know light-dark(). */
function resolved(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = color(name);
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

const Chart = ({
  id,
  what,
  title,
  max,
  format,
}: {
  readonly id: string;
  readonly what: 'cpu' | 'memory';
  readonly title: string;
  readonly max: number;
  readonly format: (value: number) => string;
}): ReactNode => {
  const box = useRef<HTMLDivElement>(null);
  const [last, setLast] = useState<number | null>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const [line, grid, text] = [resolved('--accent'), resolved('--line'), resolved('--muted')];
    const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { show: false }, font: '12px sans-serif' };
    const time = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
    const data = (): UPlot.AlignedData => {
      const series = seriesOf(id);
      return [series.times, series[what]];
    };
    const plot = new UPlot(
      {
        width: element.clientWidth,
        height: 180,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          y: { range: [0, max] },
          x: { range: (_plot, begin, end) => span(begin, end) },
        },
        series: [
          {},
          {
            stroke: line,
            width: 2,
            fill: line.replace(/rgb\((.*)\)/, 'rgb($1 / 0.12)').replaceAll(',', ' '),
            points: { show: false },
          },
        ],
        axes: [
          { ...axis, space: 90, size: 30, values: (_plot, ticks) => ticks.map((tick) => time.format(tick * 1000)) },
          { ...axis, size: 70, splits: [0, max / 2, max], values: (_plot, ticks) => ticks.map(format) },
        ],
      },
      data(),
      element,
    );
    const refresh = (): void => {
      plot.setData(data());
      setLast(seriesOf(id)[what].at(-1) ?? null);
    };
    refresh();
    const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: 180 }));
    resize.observe(element);
    const end = onSamples(refresh);
    return () => {
      end();
      resize.disconnect();
      plot.destroy();
    };
  }, [id, what, max, format]);
  return (
    <Card title={title} actions={<span className="num">{last === null ? '–' : format(last)}</span>}>
      <div
        className="chart"
        ref={box}
        role="img"
        aria-label={`${title}: ${last === null ? t('none') : format(last)}`}
      />
    </Card>
  );
};

export default MachineCharts;
