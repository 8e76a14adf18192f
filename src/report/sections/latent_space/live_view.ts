/**
 * The Vega view of the latent planes: built for the width that there is, and asked where on the page
 * a digit lies. It rings the digit that it is told.
 */
import { parse, type Spec, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { withPresentColours } from "./live_colours.ts";
import type { Brush, Digit } from "./live_digits.ts";

type Pixels = number;
type Point = readonly [x: Pixels, y: Pixels];

/** Below this width the planes stand one above the other. */
const NARROW: Pixels = 640;

/** What the figure holds for its view. */
export interface PlaneData {
  readonly spec: Spec;
  readonly stage: HTMLElement;
  /** The planes' models, such as `ae`, in the order in which they stand. */
  readonly models: readonly string[];
  readonly digits: readonly Digit[];
}

export class PlaneView {
  readonly #view: View;
  readonly #data: PlaneData;
  readonly #columns: number;

  private constructor(view: View, data: PlaneData, columns: number) {
    this.#view = view;
    this.#data = data;
    this.#columns = columns;
  }

  static async open(data: PlaneData): Promise<PlaneView> {
    const { spec, stage, digits } = data;
    const columns = columnsOf(data);
    const layout = { ...spec.layout, columns };
    const runtime = parse(withPresentColours({ ...spec, layout }), undefined, { ast: true });
    const renderer = stage.dataset.renderer === "svg" ? "svg" : "canvas";
    stage.replaceChildren();
    const view = new View(runtime, { expr: expressionInterpreter, renderer, container: stage });
    const opened = new PlaneView(view, data, columns);
    await opened.fit();
    await view.data("digits", digits.map((digit) => ({ ...digit }))).runAsync();
    return opened;
  }

  /** Makes the planes as large as the stage allows. False: they would have to be placed anew. */
  async fit(): Promise<boolean> {
    const { stage } = this.#data;
    if (columnsOf(this.#data) !== this.#columns) return false;
    await this.#view.runAsync();
    const side = this.#view.signal("childWidth") as Pixels;
    const axes = this.#box.width - this.#columns * side;
    const fitting = Math.floor(Math.min((stage.clientWidth - axes) / this.#columns, LARGEST_SIDE));
    if (fitting === side || fitting < 1) return true;
    this.#view.signal("childWidth", fitting).signal("childHeight", fitting).resize();
    await this.#view.runAsync();
    return true;
  }

  onBrush(callback: (brush: Brush) => void): void {
    this.#view.addSignalListener("brush", (_name, brush) => callback(brush as Brush));
  }

  get brush(): Brush {
    return this.#view.signal("brush") as Brush;
  }

  clearBrush(): void {
    this.#view.data("brush_store", []).run();
  }

  choose(classes: readonly number[]): void {
    this.#view.signal("classes", classes).run();
  }

  ring(digit: Digit | null): void {
    this.#view.data("focused", digit === null ? [] : [{ ...digit }]).run();
  }

  /** Where a digit lies in the plane of `model`, in pixels of that plane. */
  project(model: string): (digit: Digit) => Point {
    const x = this.#view.scale(`${model}_x`) as (value: number) => Pixels;
    const y = this.#view.scale(`${model}_y`) as (value: number) => Pixels;
    return (digit) => [x(digit[`${model}X`]!), y(digit[`${model}Y`]!)];
  }

  /** Where the corner of a plane is in the window, and how long its side. */
  cornerOf(model: string): { readonly corner: Point; readonly side: Pixels } {
    const { root } = this.#view.scenegraph() as unknown as { readonly root: SceneMark };
    const plane = root.items[0]!.items!.find(({ name }) => name === `${model}_group`)!.items[0]!;
    const [left, top] = this.#view.origin();
    const box = this.#box;
    return {
      corner: [box.left + left! + plane.x, box.top + top! + plane.y],
      side: plane.width,
    };
  }

  close(): void {
    this.#view.finalize();
  }

  get #box(): DOMRect {
    return this.#data.stage.querySelector("canvas, svg")!.getBoundingClientRect();
  }
}

/** How many planes stand beside each other. */
function columnsOf({ stage, models }: PlaneData): number {
  return stage.clientWidth < NARROW ? 1 : models.length;
}

const LARGEST_SIDE: Pixels = 520;

/** As much of Vega's scene graph as is read here. */
interface SceneMark {
  readonly name?: string;
  readonly items: readonly SceneItem[];
}

interface SceneItem {
  readonly x: Pixels;
  readonly y: Pixels;
  readonly width: Pixels;
  readonly items?: readonly SceneMark[];
}
