/** A curve over epochs, drawn live as a line: the published one is a ring at each epoch. */
import { fixed } from "../../../figures.ts";
import type { EpochResult } from "../../../training/train.ts";
import { svg } from "./dom.ts";

/** What a chart shows. */
export interface Shown {
  readonly title: string;
  readonly valueOf: (epoch: EpochResult) => number;
  readonly format: (value: number) => string;
  readonly axis: { readonly shift: number; readonly unit: string };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const HEIGHT = 210;
const PADDING = { left: 44, right: 12, top: 10, bottom: 26 };
const TICKS = 4;

export class CurveChart {
  #shown: Shown;
  #published: readonly number[] = [];
  #live: number[] = [];
  #waiting = false;

  constructor(private readonly stage: HTMLElement, shown: Shown) {
    this.#shown = shown;
    new ResizeObserver(() => this.#draw()).observe(stage);
  }

  begin(published: readonly EpochResult[], shown = this.#shown): void {
    this.#shown = shown;
    this.#published = published.map(shown.valueOf);
    this.#live = [];
    this.#drawSoon();
  }

  add(epoch: EpochResult): void {
    this.#live.push(this.#shown.valueOf(epoch));
    this.#drawSoon();
  }

  #drawSoon(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      this.#draw();
    });
  }

  #draw(): void {
    const width = this.stage.clientWidth;
    const values = [...this.#published, ...this.#live].filter(Number.isFinite);
    if (width === 0 || values.length === 0) return;
    const epochs = Math.max(this.#published.length, this.#live.length, 2);
    const step = niceStep((Math.max(...values) - Math.min(...values)) / TICKS || 1);
    const low = Math.floor(Math.min(...values) / step) * step;
    const high = Math.ceil(Math.max(...values) / step) * step;
    const { left, right, top, bottom } = PADDING;
    const x = (epoch: number) => left + (epoch - 1) / (epochs - 1) * (width - left - right);
    const y = (value: number) => top + (high - value) / (high - low) * (HEIGHT - top - bottom);
    const place = (values: readonly number[]) =>
      values.map((value, i): Point => ({ x: x(i + 1), y: y(value) }));
    const live = place(this.#live);
    const end = live.at(-1);
    this.stage.replaceChildren(svg(
      "svg",
      { role: "img", "aria-label": this.#words(), width: `${width}`, height: `${HEIGHT}` },
      ...steps(low, high, step).flatMap((value) => [
        line("grid", [{ x: left, y: y(value) }, { x: width - right, y: y(value) }]),
        text(this.#tick(value, step), left - 8, y(value) + 4, "end"),
      ]),
      ...steps(0, epochs, niceStep(epochs / 5, 1)).map((epoch) => Math.max(epoch, 1))
        .map((epoch) => text(`${epoch}`, x(epoch), HEIGHT - 6, "middle")),
      line("live", live),
      ...place(this.#published).map((point) => circle("published", point, 3)),
      ...end ? [circle("end", end, 4.5)] : [],
    ));
  }

  /** The label of an axis, with the decimals that tell it from the next one. */
  #tick(value: number, step: number): string {
    const { shift, unit } = this.#shown.axis;
    return fixed(value, Math.max(0, -Math.floor(Math.log10(step)) - shift), shift) + unit;
  }

  #words(): string {
    const { title, format } = this.#shown;
    const last = this.#live.at(-1);
    return last === undefined
      ? `${title}: not trained yet`
      : `${title}: ${format(last)} after epoch ${this.#live.length}, ` +
        `${format(this.#live[0]!)} after the first`;
  }
}

function line(kind: string, points: readonly Point[]): SVGElement {
  const path = points.map(({ x, y }) => `${fixed(x, 1)},${fixed(y, 1)}`).join(" ");
  return svg("polyline", { class: kind, points: path });
}

function circle(kind: string, { x, y }: Point, r: number): SVGElement {
  return svg("circle", { class: kind, cx: fixed(x, 1), cy: fixed(y, 1), r: `${r}` });
}

function text(words: string, x: number, y: number, anchor: string): SVGElement {
  return svg("text", { x: fixed(x, 1), y: fixed(y, 1), "text-anchor": anchor }, words);
}

/** The next of 1, 2 and 5 times a power of ten. */
function niceStep(rough: number, least = 0): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const nice = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough * 0.999)!;
  return Math.max(nice, least);
}

function steps(low: number, high: number, step: number): number[] {
  return Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => low + i * step)
    .filter((value) => value <= high * 1.0001);
}
