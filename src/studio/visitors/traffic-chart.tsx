import type { ReadonlySignal } from '@preact/signals';
import { formatBytes } from '../elements/wording.ts';
import { TRAFFIC_SECONDS, type TrafficSecond } from '../session/traffic.ts';
import { areaPath, linePath, roundTop } from './chart-scale.ts';
import { describeBytes, describeRequests } from './describe-traffic.ts';

type Seconds = ReadonlySignal<readonly TrafficSecond[]>;

/** Height of a chart's inner coordinates; a second is one unit wide. */
const HEIGHT = 100;
const END = TRAFFIC_SECONDS - 1;
/** Tops of the axes of a site at rest. */
const LEAST_REQUESTS = 5;
const LEAST_BYTES = 1_000;

/** Requests and bytes of each of the last 120 seconds. */
export function TrafficChart({ seconds }: { readonly seconds: Seconds }) {
  const all = seconds.value;
  const requests = all.map((second) => second.requests);
  const sent = all.map((second) => second.sentBytes);
  const received = all.map((second) => second.receivedBytes);
  return (
    <div class="traffic">
      <Chart
        title="Requests per second"
        description={describeRequests(all)}
        top={roundTop(Math.max(...requests), LEAST_REQUESTS)}
        format={(value) => value.toLocaleString('en-GB')}
        lines={[{ name: 'Requests', values: requests, tone: 'first' }]}
      />
      <Chart
        title="Data per second"
        description={describeBytes(all)}
        top={roundTop(Math.max(...sent, ...received), LEAST_BYTES)}
        format={formatBytes}
        lines={[
          { name: 'Sent', values: sent, tone: 'first' },
          { name: 'Received', values: received, tone: 'second' },
        ]}
      />
    </div>
  );
}

interface Line {
  readonly name: string;
  readonly values: readonly number[];
  readonly tone: 'first' | 'second';
}

interface ChartProps {
  readonly title: string;
  /** The picture in words. */
  readonly description: string;
  /** Of the axis. */
  readonly top: number;
  readonly format: (value: number) => string;
  readonly lines: readonly Line[];
}

function Chart({ title, description, top, format, lines }: ChartProps) {
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{title}</span>
        {lines.map(({ name, values, tone }) => (
          <span key={name} class={`chart-now numbers tone-${tone}`}>
            {lines.length > 1 && `${name} `}
            <strong>{format(values.at(-1) ?? 0)}</strong>
          </span>
        ))}
      </figcaption>
      <div class="chart-frame">
        <svg
          role="img"
          aria-label={`${title}. ${description}`}
          viewBox={`0 0 ${END} ${HEIGHT}`}
          preserveAspectRatio="none"
        >
          <path class="chart-grid" d={`M0 0H${END}M0 ${HEIGHT / 2}H${END}`} />
          {lines.map(({ name, values, tone }) => (
            <g key={name} class={`tone-${tone}`}>
              <path class="chart-area" d={areaPath(values, top, HEIGHT)} />
              <path class="chart-line" d={linePath(values, top, HEIGHT)} />
            </g>
          ))}
          <path class="chart-base" d={`M0 ${HEIGHT}H${END}`} />
        </svg>
        <span class="chart-top numbers" aria-hidden="true">
          {format(top)}
        </span>
        <span class="chart-middle numbers" aria-hidden="true">
          {format(top / 2)}
        </span>
      </div>
      <div class="chart-times" aria-hidden="true">
        <span>2 minutes ago</span>
        <span>now</span>
      </div>
    </figure>
  );
}

/** Seconds that the small picture shows. */
const SPARK_SECONDS = 60;

/** Requests of the last minute as a small picture beside a text; never read out. */
export function TrafficSparkline({ seconds }: { readonly seconds: Seconds }) {
  const values = seconds.value.slice(-SPARK_SECONDS).map(({ requests }) => requests);
  const top = roundTop(Math.max(...values), LEAST_REQUESTS);
  return (
    <svg
      class="sparkline tone-first"
      aria-hidden="true"
      viewBox={`0 0 ${SPARK_SECONDS - 1} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      <path class="chart-area" d={areaPath(values, top, HEIGHT)} />
      <path class="chart-line" d={linePath(values, top, HEIGHT)} />
    </svg>
  );
}
