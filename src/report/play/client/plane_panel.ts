/**
 * The part of the page with the latent plane: a place on it is a digit, and a digit has a place on
 * it. One marker says where the decoded digit lies, another where the drawn one does.
 * @module
 */
import { IMAGE_SIDE } from "../../../data/dataset.ts";
import { fixed, formatDuration, formatMilliseconds } from "../../../figures.ts";
import { asDigit } from "./as_digit.ts";
import { byId } from "./dom.ts";
import { DrawPad, PAD_SIDE } from "./draw_pad.ts";
import type { EngineWorker } from "./engine_worker.ts";
import { AT_ONCE, type Picture, type Point, type Range } from "./latent_plane.ts";
import { latestOnly } from "./latest_only.ts";
import type { Drawn, PackedKernels } from "./messages.ts";
import { paintDigits } from "./paint_digits.ts";

/** Digits a side of the map. */
const MAP_SIDE = AT_ONCE;
const PIXELS = IMAGE_SIDE * IMAGE_SIDE;
/** Arrow keys cross the plane in so many strokes; with Shift in ten times as many. */
const KEY_STROKES = 40;

const ARROWS: { readonly [key: string]: Point } = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowDown: [0, -1],
  ArrowUp: [0, 1],
};

export class PlanePanel {
  readonly #plane = byId("plane");
  readonly #here = byId("here");
  readonly #drawnMark = byId("drawn");
  readonly #state = byId("plane-state");
  readonly #spoken = byId("plane-spoken");
  readonly #seen = byId<HTMLCanvasElement>("seen");
  readonly #pad: DrawPad;
  #range: Range = { low: [-1, -1], high: [1, 1] };
  #point: Point = [0, 0];
  #drawn: Drawn | null = null;
  /** Who draws before the model is open is answered once it is. */
  readonly #opened = Promise.withResolvers<void>();
  /** How often each digit has been taken. */
  readonly #taken = new Map<number, number>();
  readonly #decode = latestOnly(async (point: Point) => {
    this.#show(point, await this.worker.call("decode", [Float32Array.from(point)]));
  });
  readonly #encode = latestOnly(async (digit: Uint8Array<ArrayBuffer>) => {
    await this.#opened.promise;
    const { point, ...picture } = await this.worker.call("encode", [digit]);
    this.#point = point;
    this.#drawnMark.hidden = false;
    this.#mark(this.#drawnMark, point);
    this.#mark(this.#here, point);
    this.#show(point, picture);
  });

  constructor(private readonly worker: EngineWorker) {
    this.#pad = new DrawPad(byId<HTMLCanvasElement>("pad"), (ink) => {
      const digit = asDigit(ink, PAD_SIDE);
      if (digit !== null) this.#take(digit);
    });
    byId("clear").addEventListener("click", () => {
      this.#pad.clear();
      this.#drawnMark.hidden = true;
      this.#seen.getContext("2d")!.clearRect(0, 0, IMAGE_SIDE, IMAGE_SIDE);
    });
    for (const button of document.querySelectorAll<HTMLButtonElement>("[data-digit]")) {
      button.addEventListener("click", () => this.#takeDrawn(Number(button.dataset.digit)));
    }
  }

  /** Opens the model, paints the map, and listens. */
  async open(kernels: PackedKernels, model: string): Promise<void> {
    const start = performance.now();
    try {
      await this.worker.call("start", [kernels, null]);
      this.#drawn = await this.worker.call("drawDataset", []);
      this.#range = await this.worker.call("openPlane", [model]);
      this.#listen();
      this.#goTo(this.#at(0.5, 0.5));
      this.#opened.resolve();
      await this.#paintMap();
      const seconds = (performance.now() - start) / 1000;
      this.#state.textContent = `${MAP_SIDE * MAP_SIDE} digits, decoded here: ready after ` +
        `${formatDuration(seconds)}.`;
      byId("latent-plane").dataset.ready = "";
    } catch (error) {
      this.#state.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  async #paintMap(): Promise<void> {
    const map = byId<HTMLCanvasElement>("map");
    for (let row = 0; row < MAP_SIDE; row++) {
      this.#state.textContent = `Decoding the map: ${row * MAP_SIDE} of ${MAP_SIDE ** 2} digits`;
      const points = Array.from(
        { length: MAP_SIDE },
        (_, column) => this.#at((column + 0.5) / MAP_SIDE, (row + 0.5) / MAP_SIDE),
      );
      const { pixels } = await this.worker.call("decode", [Float32Array.from(points.flat())]);
      paintDigits(map, pixels, 0, row * IMAGE_SIDE);
    }
  }

  #listen(): void {
    const plane = this.#plane;
    const follow = ({ clientX, clientY }: PointerEvent) => {
      const { left, top, width, height } = plane.getBoundingClientRect();
      this.#goTo(this.#at((clientX - left) / width, (clientY - top) / height));
    };
    plane.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      plane.setPointerCapture(event.pointerId);
      follow(event);
    });
    plane.addEventListener("pointermove", (event) => {
      if (plane.hasPointerCapture(event.pointerId)) follow(event);
    });
    plane.addEventListener("keydown", (event) => {
      const arrow = ARROWS[event.key];
      if (event.key === "Home") this.#goTo(this.#at(0.5, 0.5));
      else if (arrow) this.#goTo(this.#moved(arrow, event.shiftKey ? 0.1 : 1));
      else return;
      event.preventDefault();
    });
  }

  /** The point at fractions of the plane, from the left and from the top. */
  #at(fromLeft: number, fromTop: number): Point {
    const { low, high } = this.#range;
    const between = (latent: 0 | 1, fraction: number) =>
      low[latent] + Math.min(1, Math.max(0, fraction)) * (high[latent] - low[latent]);
    return this.#rounded([between(0, fromLeft), between(1, 1 - fromTop)]);
  }

  #moved([right, up]: Point, strokes: number): Point {
    const { low, high } = this.#range;
    const move = (latent: 0 | 1, by: number) => {
      const to = this.#point[latent] + by * strokes * (high[latent] - low[latent]) / KEY_STROKES;
      return Math.min(high[latent], Math.max(low[latent], to));
    };
    return this.#rounded([move(0, right), move(1, up)]);
  }

  /** As it is written on the page: what is decoded is exactly the point that one reads. */
  #rounded([first, second]: Point): Point {
    return [Number(this.#written(first)), Number(this.#written(second))];
  }

  #written(value: number): string {
    const { low, high } = this.#range;
    const span = Math.min(high[0] - low[0], high[1] - low[1]);
    const decimals = Math.min(9, Math.max(0, 2 - Math.floor(Math.log10(span))));
    return fixed(value, decimals);
  }

  #goTo(point: Point): void {
    this.#point = point;
    this.#mark(this.#here, point);
    this.#decode(point);
  }

  #mark(marker: HTMLElement, point: Point): void {
    const { low, high } = this.#range;
    const [x, y] = [0, 1].map((latent) =>
      (point[latent]! - low[latent]!) / (high[latent]! - low[latent]!)
    );
    const percent = (fraction: number) => `${Math.min(1, Math.max(0, fraction)) * 100}%`;
    marker.style.left = percent(x!);
    marker.style.top = percent(1 - y!);
    marker.classList.toggle("outside", [x!, y!].some((f) => f < 0 || f > 1));
  }

  #show(point: Point, { pixels, milliseconds }: Picture): void {
    paintDigits(byId<HTMLCanvasElement>("decoded"), pixels.subarray(0, PIXELS));
    const [first, second] = [this.#written(point[0]), this.#written(point[1])];
    byId("first").textContent = first;
    byId("second").textContent = second;
    byId("took").textContent = formatMilliseconds(milliseconds);
    this.#spoken.textContent = `First latent ${first}, second latent ${second}`;
  }

  /** A digit as the model sees it, from the pad or from the dataset. */
  #take(digit: Uint8Array<ArrayBuffer>): void {
    paintDigits(this.#seen, digit);
    this.#encode(digit);
  }

  /** The next test digit with a label, as the dataset has it. */
  #takeDrawn(label: number): void {
    if (this.#drawn === null) return;
    const { digits, labels } = this.#drawn;
    const places = [...labels.keys()].filter((i) => labels[i] === label);
    const taken = this.#taken.get(label) ?? 0;
    this.#taken.set(label, taken + 1);
    const place = places[taken % places.length]!;
    this.#take(Uint8Array.from(digits.subarray(place * PIXELS, (place + 1) * PIXELS)));
    this.#pad.show(this.#seen);
  }
}
