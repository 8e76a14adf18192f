/** A square to draw on, with a mouse, a pen or a finger. */

/** Pixels of the pad's canvas, whatever its size on the page. */
export const PAD_SIDE = 280;
const PEN = 24;

export class DrawPad {
  readonly #context: CanvasRenderingContext2D;
  #from: { x: number; y: number } | null = null;

  /** @param onInk called with a byte of ink a pixel, while it is drawn */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly onInk: (ink: Uint8Array) => void,
  ) {
    this.#context = canvas.getContext("2d", { willReadFrequently: true })!;
    Object.assign(this.#context, { lineWidth: PEN, lineCap: "round", lineJoin: "round" });
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      this.#from = this.#place(event);
      this.#lineTo(event);
    });
    canvas.addEventListener("pointermove", (event) => this.#lineTo(event));
    for (const end of ["pointerup", "pointercancel"] as const) {
      canvas.addEventListener(end, () => this.#from = null);
    }
  }

  clear(): void {
    this.#context.clearRect(0, 0, PAD_SIDE, PAD_SIDE);
  }

  /** Shows a digit of 28 by 28, drawn by someone else. */
  show(picture: CanvasImageSource): void {
    this.clear();
    this.#context.drawImage(picture, 0, 0, PAD_SIDE, PAD_SIDE);
  }

  #lineTo(event: PointerEvent): void {
    if (this.#from === null) return;
    const moves = event.getCoalescedEvents();
    for (const move of moves.length > 0 ? moves : [event]) {
      const to = this.#place(move);
      this.#context.beginPath();
      this.#context.moveTo(this.#from.x, this.#from.y);
      this.#context.lineTo(to.x, to.y);
      this.#context.stroke();
      this.#from = to;
    }
    this.onInk(this.#ink());
  }

  #place({ clientX, clientY }: PointerEvent): { x: number; y: number } {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return { x: (clientX - left) / width * PAD_SIDE, y: (clientY - top) / height * PAD_SIDE };
  }

  #ink(): Uint8Array {
    const { data } = this.#context.getImageData(0, 0, PAD_SIDE, PAD_SIDE);
    return Uint8Array.from({ length: PAD_SIDE * PAD_SIDE }, (_, i) => data[i * 4 + 3]!);
  }
}
