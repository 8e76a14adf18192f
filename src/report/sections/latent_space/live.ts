/**
 * The latent planes, live: brush and classes select digits in both, and digits whose picture the page
 * holds show it under the pointer and by the arrow keys.
 */
import { hideTooltip, showTooltip, textElement } from "../../client/tooltip.ts";
import { unpack } from "../../client/unpack.ts";
import {
  type Brush,
  describeDigit,
  describeSelection,
  type Digit,
  isSelected,
  nearest,
  placeOf,
  readDigits,
  stepByKey,
} from "./live_digits.ts";
import { type PlaneData, PlaneView } from "./live_view.ts";
import { onSchemeChange } from "./live_colours.ts";

/** From a pointer to the digit that it means. */
const REACH = { mouse: 18, touch: 28 } as const;

export async function drawLatentPlane(figure: HTMLElement): Promise<void> {
  const find = <T extends HTMLElement>(selector: string) => figure.querySelector<T>(selector);
  const [spec, stage, csv] = [find("script"), find("[data-stage]"), find("button[data-digits]")];
  if (!spec || !stage || !csv) return;
  const digits = readDigits(new TextDecoder().decode(await unpack(csv.dataset.packed ?? "")));
  const models = (figure.dataset.models ?? "").split(" ");
  const data: PlaneData = { spec: JSON.parse(spec.textContent), stage, models, digits };
  figure.classList.add("live");
  try {
    const view = await PlaneView.open(data);
    new LivePlanes(figure, data, view).listen();
  } catch (error) {
    figure.classList.remove("live");
    throw error;
  }
}

class LivePlanes {
  #view: PlaneView;
  #focused: Digit | null = null;
  #width: number;
  /** Ends when no view is being opened; until then nobody asks one. */
  #opening: Promise<void> | null = null;
  readonly #figure: HTMLElement;
  readonly #data: PlaneData;
  readonly #buttons: readonly HTMLButtonElement[];
  readonly #sprite: HTMLImageElement | null;
  /** The digits with a picture, sorted by class. */
  readonly #pictured: readonly Digit[];

  constructor(figure: HTMLElement, data: PlaneData, view: PlaneView) {
    this.#figure = figure;
    this.#data = data;
    this.#view = view;
    this.#width = data.stage.clientWidth;
    this.#buttons = [...figure.querySelectorAll<HTMLButtonElement>("button[data-class]")];
    this.#sprite = figure.querySelector<HTMLImageElement>("img[data-sprite]");
    this.#pictured = data.digits.slice(0, Number(this.#sprite?.dataset.count ?? 0))
      .sort((a, b) => a.digit - b.digit || a.index - b.index);
  }

  listen(): void {
    const { stage } = this.#data;
    for (const button of this.#buttons) {
      button.addEventListener("click", () => {
        button.ariaPressed = String(button.ariaPressed !== "true");
        this.#select();
      });
    }
    this.#figure.querySelector("[data-clear]")?.addEventListener("click", () => this.#clear());
    stage.addEventListener("pointermove", (event) => this.#point(event));
    stage.addEventListener("pointerdown", (event) => this.#point(event));
    // A finger leaves as soon as it is lifted; what it tapped stays.
    stage.addEventListener("pointerleave", ({ pointerType }) => {
      if (pointerType === "mouse") this.#focus(null);
    });
    stage.addEventListener("blur", () => this.#focus(null));
    document.addEventListener("pointerdown", ({ target }) => {
      if (!(target instanceof Node && stage.contains(target))) this.#focus(null);
    });
    stage.addEventListener("keydown", (event) => this.#press(event));
    let frame = 0;
    addEventListener("resize", () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => this.#resize());
    });
    onSchemeChange(() => this.#reopen());
    this.#follow();
  }

  /** Listens to a view that was opened, and tells it what is chosen. */
  #follow(): void {
    this.#view.onBrush((brush) => this.#count(brush));
    this.#select();
  }

  /** A phone that hides its address bar is resized too; only the width counts. */
  async #resize(): Promise<void> {
    if (this.#width === this.#data.stage.clientWidth) return;
    this.#width = this.#data.stage.clientWidth;
    hideTooltip();
    if (this.#opening !== null || !await this.#view.fit()) await this.#reopen();
  }

  #reopen(): Promise<void> {
    this.#focus(null);
    const opening = (this.#opening ?? Promise.resolve()).then(async () => {
      this.#view.close();
      this.#view = await PlaneView.open(this.#data);
      if (this.#opening === opening) this.#opening = null;
      this.#follow();
    });
    this.#opening = opening;
    return opening;
  }

  /** The classes whose buttons are pressed; all where none is. */
  get #classes(): readonly number[] {
    const all = this.#buttons.map((button) => Number(button.dataset.class));
    const pressed = all.filter((_, i) => this.#buttons[i]!.ariaPressed === "true");
    return pressed.length > 0 ? pressed : all;
  }

  #select(): void {
    if (this.#opening !== null) return;
    this.#view.choose(this.#classes);
    this.#count(this.#view.brush);
  }

  #clear(): void {
    for (const button of this.#buttons) button.ariaPressed = "false";
    if (this.#opening !== null) return;
    this.#view.clearBrush();
    this.#select();
  }

  #count(brush: Brush): void {
    const { digits } = this.#data;
    const classes = this.#classes;
    const selected = digits.filter((row) => isSelected(row, brush, classes));
    this.#say("[data-selection]", describeSelection(selected, digits.length));
    const clear = this.#figure.querySelector<HTMLButtonElement>("[data-clear]");
    if (clear) clear.disabled = selected.length === digits.length;
  }

  /** The digits with a picture that are selected. */
  get #reachable(): readonly Digit[] {
    const [brush, classes] = [this.#view.brush, this.#classes];
    return this.#pictured.filter((row) => isSelected(row, brush, classes));
  }

  #point({ clientX, clientY, buttons, pointerType, type }: PointerEvent): void {
    if (this.#opening !== null) return;
    if (type === "pointermove" && buttons !== 0) return this.#focus(null);
    for (const model of this.#data.models) {
      const { corner: [left, top], side } = this.#view.cornerOf(model);
      const [x, y] = [clientX - left, clientY - top];
      if (x < 0 || y < 0 || x > side || y > side) continue;
      const reach = pointerType === "touch" ? REACH.touch : REACH.mouse;
      const found = nearest(this.#reachable, this.#view.project(model), [x, y], reach);
      return this.#focus(found, model);
    }
    this.#focus(null);
  }

  #press(event: KeyboardEvent): void {
    if (this.#opening !== null || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") {
      if (this.#focused === null) this.#clear();
      return this.#focus(null);
    }
    const next = stepByKey(this.#reachable, this.#focused, event.key);
    if (next === null) return;
    event.preventDefault();
    this.#focus(next, this.#data.models[0]!);
  }

  /** Shows the picture of a digit beside its place in the plane of `model`, and rings it in all. */
  #focus(row: Digit | null, model = ""): void {
    if (row === null) hideTooltip();
    if (row !== null) {
      const { corner: [left, top] } = this.#view.cornerOf(model);
      const [x, y] = this.#view.project(model)(row);
      showTooltip(this.#pictureOf(row), left + x, top + y);
    }
    if (row?.index === this.#focused?.index) return;
    this.#focused = row;
    this.#view.ring(row);
    this.#say("[data-digit]", row === null ? "" : describeDigit(row, this.#data.models));
  }

  #pictureOf(row: Digit): HTMLElement[] {
    const picture = document.createElement("dd");
    picture.className = "digit-picture";
    const { src = "", naturalWidth = 0, dataset } = this.#sprite ?? {};
    const columns = Number(dataset?.columns ?? 1);
    const [column, line] = [row.index % columns, Math.floor(row.index / columns)];
    picture.style.backgroundImage = `url("${src}")`;
    picture.style.backgroundSize = `${naturalWidth * ZOOM}px auto`;
    picture.style.backgroundPosition = `${-column * PITCH * ZOOM}px ${-line * PITCH * ZOOM}px`;
    return [
      picture,
      textElement("dt", "Digit"),
      textElement("dd", String(row.digit)),
      ...this.#data.models.flatMap((model) => [
        textElement("dt", model.toUpperCase()),
        textElement("dd", placeOf(row, model)),
      ]),
    ];
  }

  #say(selector: string, text: string): void {
    const place = this.#figure.querySelector(selector);
    if (place && place.textContent !== text) place.textContent = text;
  }
}

/** From one picture of the sprite to the next: a digit and a pixel of space. */
const PITCH = 29;

/** How much larger than its pixels a digit is shown; `.digit-picture` is 28 times as large. */
const ZOOM = 3;
