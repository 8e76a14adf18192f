/**
 * Where the threads of a team meet: a barrier over shared memory that spins for a moment and then
 * sleeps, for a barrier that only spins collapses where threads share a core. Whoever ends the team
 * wakes all who wait.
 * @module
 */

/** Places in the shared memory, in 32-bit words; a text follows. */
const GENERATION = 0, ARRIVED = 1, SLEEPING = 2, ENDED = 3, PROGRAM = 4, COUNT = 5, REASON = 6;
const REASON_BYTES = 256;

/** Values of `ENDED`. */
const NO = 0, SOON = 1, YES = 2;

/** Looks at the generation before a thread sleeps: some 35 microseconds. */
const SPINS = 5000;

/** What the threads run next: the number of a program, and of the samples of its batch. */
export interface Order {
  readonly program: number;
  readonly count: number;
}

export class Meeting {
  readonly #words: Int32Array;

  /** @param memory null for a new meeting; its `memory` is sent to the other threads */
  constructor(
    private readonly parties: number,
    readonly memory = new SharedArrayBuffer(4 * REASON + REASON_BYTES),
  ) {
    this.#words = new Int32Array(memory, 0, REASON);
  }

  /** Set by the one who leads before the meeting at which the others read it. */
  get order(): Order {
    return { program: this.#words[PROGRAM]!, count: this.#words[COUNT]! };
  }

  set order({ program, count }: Order) {
    this.#words[PROGRAM] = program;
    this.#words[COUNT] = count;
  }

  /** Arrives; gives what `wait` is to be told. */
  arrive(): number {
    const generation = Atomics.load(this.#words, GENERATION);
    if (Atomics.add(this.#words, ARRIVED, 1) === this.parties - 1) {
      Atomics.store(this.#words, ARRIVED, 0);
      this.#advance();
    }
    return generation;
  }

  /**
   * Waits until all have arrived: what each of them wrote before is seen by all after.
   *
   * @param seconds to wait, counted while the process is awake; without, for ever
   */
  wait(generation: number, seconds = Infinity): "met" | "late" | "ended" {
    const words = this.#words;
    let met = false;
    for (let spin = 0; spin < SPINS && !met; spin++) {
      met = Atomics.load(words, GENERATION) !== generation;
    }
    if (!met) {
      Atomics.add(words, SLEEPING, 1);
      // In slices, so that a process that was stopped for long does not count that time.
      for (let slept = 0; slept < seconds && !met && !this.ended;) {
        if (Atomics.wait(words, GENERATION, generation, 1000) === "timed-out") slept++;
        // Whoever wakes this thread may have been held up since the meeting before.
        met = Atomics.load(words, GENERATION) !== generation;
      }
      Atomics.sub(words, SLEEPING, 1);
    }
    return this.ended ? "ended" : met ? "met" : "late";
  }

  /** Ends the team; the first reason stays. */
  end(reason: string): void {
    if (Atomics.compareExchange(this.#words, ENDED, NO, SOON) === NO) {
      new Uint8Array(this.memory, 4 * REASON)
        .set(new TextEncoder().encode(reason).subarray(0, REASON_BYTES));
      Atomics.store(this.#words, ENDED, YES);
    }
    this.#advance();
  }

  get ended(): boolean {
    return Atomics.load(this.#words, ENDED) === YES;
  }

  /** Why the team ended. */
  get reason(): string {
    const bytes = new Uint8Array(this.memory, 4 * REASON).slice();
    return new TextDecoder().decode(bytes).replace(/\0.*$/s, "");
  }

  #advance(): void {
    Atomics.add(this.#words, GENERATION, 1);
    if (Atomics.load(this.#words, SLEEPING) > 0) Atomics.notify(this.#words, GENERATION);
  }
}
