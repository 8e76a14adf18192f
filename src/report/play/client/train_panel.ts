/** The part of the page that trains: what is chosen, how far it is, and whether the bits are equal. */
import { IMAGE_SIDE } from "../../../data/dataset.ts";
import type { WasmBuild } from "../../../engines/exact/kernels.ts";
import {
  formatCount,
  formatDuration,
  formatLoss,
  formatPercent,
  shortDigest,
} from "../../../figures.ts";
import { formatCase, formatConfiguration } from "../../../matrix/case.ts";
import type { Environment } from "../../../store/record.ts";
import type { EpochResult } from "../../../training/train.ts";
import { holdUnits } from "../../text/units.ts";
import type { PublishedCase } from "../input.ts";
import { Attestations } from "./attestations.ts";
import { CurveChart } from "./curve_chart.ts";
import { byId, html } from "./dom.ts";
import type { EngineWorker } from "./engine_worker.ts";
import type { Drawn, PackedKernels, Started } from "./messages.ts";
import { paceWords } from "./pace_words.ts";
import { paintDigits } from "./paint_digits.ts";
import { resultOf } from "./result.ts";
import { thisBrowser } from "./this_browser.ts";

/** Milliseconds between two lines for those who listen instead of look. */
const SPOKEN_EVERY = 2000;

/** Digits in the strip. */
const STRIP = 24;

export class TrainPanel {
  readonly #configuration = byId<HTMLSelectElement>("configuration");
  readonly #seed = byId<HTMLSelectElement>("seed");
  readonly #build = byId<HTMLSelectElement>("build");
  readonly #start = byId<HTMLButtonElement>("train");
  readonly #stop = byId<HTMLButtonElement>("stop");
  readonly #pace = byId("pace");
  readonly #progress = byId<HTMLProgressElement>("progress");
  readonly #status = byId("status");
  readonly #spoken = byId("spoken");
  readonly #result = byId("result");
  readonly #epochs = byId("epochs");
  readonly #charts = [
    new CurveChart(
      byId("loss"),
      "Training loss",
      ({ trainLoss }) => trainLoss,
      formatLoss,
      { shift: 0, unit: "" },
    ),
    new CurveChart(
      byId("accuracy"),
      "Validation accuracy",
      ({ validationScore }) => validationScore,
      formatPercent,
      { shift: 2, unit: " %" },
    ),
  ];
  readonly #browser = thisBrowser();
  readonly #attestations = new Attestations();
  #worker!: EngineWorker;
  #ready!: Promise<Started>;
  /** Counts runs, and stops too: a run whose number is not this one is over. */
  #run = 0;
  #spokenAt = -Infinity;

  constructor(
    private readonly cases: readonly PublishedCase[],
    private readonly sources: string | null,
    private readonly kernels: PackedKernels,
    private readonly newWorker: () => EngineWorker,
  ) {
    this.#configuration.addEventListener("change", () => this.#offerSeeds());
    this.#seed.addEventListener("change", () => this.#showPublished());
    this.#build.addEventListener("change", () => this.#end("Starting this build."));
    this.#start.addEventListener("click", () => {
      if (this.#start.getAttribute("aria-disabled") !== "true") void this.#train();
    });
    this.#stop.addEventListener("click", () => {
      this.#end("Stopped. Nothing of this run is kept.");
      this.#start.focus();
    });
    this.#prepare();
    this.#offerSeeds();
  }

  get #chosen(): PublishedCase {
    return this.cases.find(({ case: c }) =>
      formatConfiguration(c) === this.#configuration.value && `${c.seed}` === this.#seed.value
    )!;
  }

  #offerSeeds(): void {
    const before = this.#seed.value;
    const seeds = this.cases.filter(({ case: c }) =>
      formatConfiguration(c) === this.#configuration.value
    ).map(({ case: c }) => `${c.seed}`);
    this.#seed.replaceChildren(...seeds.map((seed) => html("option", {}, seed)));
    this.#seed.value = seeds.includes(before) ? before : seeds[0]!;
    this.#showPublished();
  }

  #showPublished(): void {
    if (!this.#stop.disabled) return;
    this.#begin(this.#chosen.curve);
    void this.#tellPace();
  }

  /** Says which build runs, and how long the chosen case takes with it. */
  async #tellPace(): Promise<void> {
    const [worker, chosen] = [this.#worker, this.#chosen];
    const tell = (started: Started, seconds: number | null) => {
      if (worker !== this.#worker || chosen !== this.#chosen) return;
      this.#pace.textContent = holdUnits(paceWords(started, formatCase(chosen.case), seconds));
    };
    try {
      const started = await this.#ready;
      tell(started, null);
      tell(started, await worker.call("estimate", [chosen.case, chosen.curve.length]));
    } catch {
      // Without an engine nothing is said of its pace; why there is none stands in the status.
    }
  }

  #begin(curve: readonly EpochResult[]): void {
    for (const chart of this.#charts) chart.begin(curve);
    this.#progress.max = curve.length;
    this.#progress.value = 0;
    this.#epochs.replaceChildren();
    this.#result.replaceChildren();
  }

  /** Starts a worker that is ready to train by the time it is asked to. */
  #prepare(): void {
    const worker = this.#worker = this.newWorker();
    const build = this.#build.value === "fastest" ? null : this.#build.value as WasmBuild;
    this.#ready = worker.call("start", [this.kernels, build])
      .then(async (started) => {
        showEngine(started);
        showDataset(await worker.call("drawDataset", []));
        return started;
      });
    this.#ready.catch((error: Error) => {
      if (worker !== this.#worker) return;
      this.#run++;
      this.#setRunning(false);
      this.#say(error.message, true);
    });
  }

  /** Ends what runs; the next worker is made ready. */
  #end(words: string): void {
    this.#run++;
    this.#worker.end();
    this.#setRunning(false);
    this.#say(words, true);
    this.#prepare();
    void this.#tellPace();
  }

  async #train(): Promise<void> {
    const run = ++this.#run;
    const published = this.#chosen;
    this.#begin(published.curve);
    this.#setRunning(true);
    this.#say("Waiting for engine and dataset", true);
    try {
      await this.#ready;
      const environment = await this.#environment();
      if (run !== this.#run) return;
      this.#say("Epoch 1", true);
      const { record } = await this.#worker.call(
        "train",
        [published.case, environment],
        (epoch) => {
          if (run === this.#run) this.#show(epoch, published);
        },
      );
      if (run !== this.#run) return;
      this.#progress.value = this.#progress.max;
      const { words, element } = resultOf(record, published, this.#attestations);
      this.#result.replaceChildren(element);
      element.scrollIntoView({ block: "nearest" });
      this.#say(words, true);
      this.#status.textContent = holdUnits(
        `Done in ${formatDuration(record.provenance.seconds)}.`,
      );
    } catch (error) {
      if (run === this.#run) this.#say(error instanceof Error ? error.message : `${error}`, true);
    } finally {
      if (run === this.#run) this.#setRunning(false);
    }
  }

  async #environment(): Promise<Environment> {
    const { name, os, arch } = await this.#browser;
    return {
      commit: null,
      sources: this.sources,
      machine: { os, arch, cpu: null, cores: navigator.hardwareConcurrency },
      versions: { browser: name },
    };
  }

  #show(result: EpochResult, { curve }: PublishedCase): void {
    const { epoch, trainLoss, validationScore } = result;
    for (const chart of this.#charts) chart.add(result);
    this.#progress.value = epoch;
    const [loss, accuracy] = [formatLoss(trainLoss), formatPercent(validationScore)];
    this.#say(
      `Epoch ${epoch} of ${curve.length}: loss ${loss}, validation accuracy ${accuracy}`,
      false,
    );
    this.#epochs.append(html(
      "tr",
      {},
      html("th", { scope: "row", class: "number" }, `${epoch}`),
      html("td", { class: "number" }, loss),
      html("td", { class: "number" }, accuracy),
    ));
  }

  /** Shows a line; it is spoken where it matters, or some time after the last one. */
  #say(words: string, matters: boolean): void {
    this.#status.textContent = holdUnits(words);
    const now = performance.now();
    if (!matters && now - this.#spokenAt < SPOKEN_EVERY) return;
    this.#spokenAt = now;
    this.#spoken.textContent = words;
  }

  #setRunning(running: boolean): void {
    this.#start.setAttribute("aria-disabled", `${running}`);
    this.#stop.disabled = !running;
    for (const choice of [this.#configuration, this.#seed, this.#build]) choice.disabled = running;
  }
}

function showEngine({ build, seconds }: Started): void {
  const kind = build === "wasm" ? "fused multiply-add" : "exactly emulated multiply-add";
  byId("engine").textContent = `${kind} (${build}), ready and self-tested in ${
    formatDuration(seconds)
  }`;
}

function showDataset({ sha256, seconds, training, validation, test, digits }: Drawn): void {
  byId("dataset").textContent =
    `strokes: ${formatCount(training)} training, ${formatCount(validation)} validation and ` +
    `${formatCount(test)} test digits, drawn here in ${formatDuration(seconds)}; SHA-256 ` +
    `${shortDigest(sha256)}..., as pinned`;
  paintDigits(
    byId<HTMLCanvasElement>("strip"),
    digits.subarray(0, STRIP * IMAGE_SIDE * IMAGE_SIDE),
  );
}
