import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { queries } from '../api/queries.ts';
import { useIsDark } from '../app/theme.ts';
import { byteRate, dateTime, language, megabytes, percent, t } from '../i18n/index.ts';
import { Card } from '../ui/basics.tsx';
import { keepPast, type Line, onSamples, seriesOf } from './history.ts';

/** A chart of one value has no name for it; of several each has its own. */
interface Shown {
  readonly line: Line;
  readonly name: string | null;
}

const CPU: readonly Shown[] = [{ line: 'cpu', name: null }];
const MEMORY: readonly Shown[] = [{ line: 'memory', name: null }];
const disk = (): readonly Shown[] => [
  { line: 'diskRead', name: t('chart.read') },
  { line: 'diskWritten', name: t('chart.written') },
];
const network = (): readonly Shown[] => [
  { line: 'received', name: t('chart.received') },
  { line: 'sent', name: t('chart.sent') },
];

const HOUR_MS = 3_600_000;

/** CPU, memory, disks and networks of one machine in the last hour, as far as the service has run. */
const MachineCharts = ({ id, memoryMb }: { readonly id: string; readonly memoryMb: number | null }): ReactNode => {
  const [disks] = useState(disk);
  const [networks] = useState(network);
  const { data } = useQuery(queries.history(id));
  useEffect(() => {
    if (data !== undefined) keepPast(id, data.samples);
  }, [id, data]);
  const begun = data !== undefined && Date.now() - Date.parse(data.since) < HOUR_MS ? data.since : null;
  return (
    <>
      <div className="cards">
        <Chart id={id} lines={CPU} title={t('cpu')} max={100} format={percent} />
        <Chart id={id} lines={MEMORY} title={t('memory')} max={memoryMb} format={megabytes} />
        <Chart id={id} lines={disks} title={t('tab.disks')} max={null} format={byteRate} />
        <Chart id={id} lines={networks} title={t('tab.networks')} max={null} format={byteRate} />
      </div>
      {begun === null ? null : <p className="small muted">{t('chart.since', { time: dateTime(begun) })}</p>}
    </>
  );
};

/** What a chart that has just begun shows. */
const LEAST_SECONDS = 120;
/** Bytes a second that fill an idle chart: so that nothing looks like much. */
const LEAST_RATE = 64 * 1024;

/** Null: no sample yet. */
const span = (begin: number | null, end: number | null): [number, number] => {
  const last = end ?? Date.now() / 1000;
  return [Math.min(begin ?? last, last - LEAST_SECONDS), last];
};

/** The next power of two: so that the scale does not move with every sample. */
const roof = (highest: number | null): number => 2 ** Math.ceil(Math.log2(Math.max(highest ?? 0, LEAST_RATE)));

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

const STROKES = ['--accent', '--muted'] as const;
/** The second line is dashed, too: colours alone tell nothing to who does not see them. */
const DASHES = [[], [6, 4]] as const;

const Chart = ({
  id,
  lines,
  title,
  max,
  format,
}: {
  readonly id: string;
  readonly lines: readonly Shown[];
  readonly title: string;
  /** Null: as high as the values. */
  readonly max: number | null;
  readonly format: (value: number) => string;
}): ReactNode => {
  const box = useRef<HTMLDivElement>(null);
  const dark = useIsDark();
  const [last, setLast] = useState<readonly (number | null)[]>([]);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const [grid, text] = [resolved('--line'), resolved('--muted')];
    const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { show: false }, font: '12px sans-serif' };
    const time = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
    const data = (): UPlot.AlignedData => {
      const series = seriesOf(id);
      return [series.times, ...lines.map(({ line }) => series[line])];
    };
    const plot = new UPlot(
      {
        width: element.clientWidth,
        height: 180,
        // Room for half of the last time below.
        padding: [8, 40, 0, 0],
        legend: { show: false },
        cursor: { show: false },
        scales: {
          y: { range: (_plot, _low, high) => [0, max ?? roof(high)] },
          x: { range: (_plot, begin, end) => span(begin, end) },
        },
        series: [
          {},
          ...lines.map((_shown, n): UPlot.Series => {
            const stroke = resolved(STROKES[n] ?? '--accent');
            return {
              stroke,
              width: 2,
              dash: [...(DASHES[n] ?? [])],
              ...(n === 0 ? { fill: stroke.replace(/rgb\((.*)\)/, 'rgb($1 / 0.12)').replaceAll(',', ' ') } : {}),
              points: { show: false },
            };
          }),
        ],
        axes: [
          { ...axis, space: 90, size: 30, values: (_plot, ticks) => ticks.map((tick) => time.format(tick * 1000)) },
          {
            ...axis,
            size: 76,
            splits: (_plot, _axis, low, high) => [low, (low + high) / 2, high],
            values: (_plot, ticks) => ticks.map(format),
          },
        ],
      },
      data(),
      element,
    );
    const refresh = (): void => {
      plot.setData(data());
      setLast(lines.map(({ line }) => seriesOf(id)[line].at(-1) ?? null));
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
  }, [id, lines, max, format, dark]);
  const told = lines.map(({ name }, n) => {
    const value = last[n] ?? null;
    return { name, value: value === null ? '–' : format(value) };
  });
  const spoken = told.map(({ name, value }) => (name === null ? value : `${name} ${value}`)).join(', ');
  return (
    <Card
      title={title}
      actions={
        <span className="legend num">
          {told.map(({ name, value }, n) => (
            <span key={n} className={name === null ? undefined : `line-${n}`}>
              {name === null ? value : `${name} ${value}`}
            </span>
          ))}
        </span>
      }
    >
      <div className="chart" ref={box} role="img" aria-label={`${title}: ${spoken}`} />
    </Card>
  );
};

export default MachineCharts;
