import { Duration } from 'aws-cdk-lib';
import { GraphWidget, type HorizontalAnnotation, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';

/** Widgets side by side. */
export type Row = readonly IWidget[];

/** In the units of a dashboard. */
export const ALL_WIDTH = 24;
const HEIGHT = 6;

/** The period of every metric of a dashboard. */
export const PER_MINUTE = { period: Duration.minutes(1) };

/** A graph of a row. */
export interface Graph {
  readonly title: string;
  readonly metrics: readonly IMetric[];
  /** @default - none */
  readonly annotations?: readonly HorizontalAnnotation[];
}

/** Graphs side by side, as wide as the dashboard. All of them begin at zero: a graph must not make little look much. */
export function graphs(...all: readonly Graph[]): Row {
  return all.map(
    ({ title, metrics, annotations = [] }) =>
      new GraphWidget({
        title,
        left: [...metrics],
        leftAnnotations: [...annotations],
        leftYAxis: { min: 0, showUnits: false },
        width: ALL_WIDTH / all.length,
        height: HEIGHT,
      }),
  );
}

/** A size for what is no graph, of so many in a row. */
export function sizeOf(inRow: number): { readonly width: number; readonly height: number } {
  return { width: ALL_WIDTH / inRow, height: HEIGHT };
}
