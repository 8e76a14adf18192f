/** The part of the page that trains: what is chosen, how far it is, and whether the bits are equal. */
import { IMAGE_SIDE } from "../../../data/dataset.ts";
import {
  formatCount,
  formatDuration,
  formatLoss,
  formatPercent,
  shortDigest,
} from "../../../figures.ts";
import { formatCase, formatConfiguration, metricOf } from "../../../matrix/case.ts";
import type { Environment } from "../../../store/record.ts";
import type { Metric } from "../../../training/score.ts";
import type { EpochResult } from "../../../training/train.ts";
import { holdUnits } from "../../text/units.ts";
import type { PublishedCase } from "../input.ts";
import { Attestations } from "./attestations.ts";
import { CurveChart, type Shown } from "./curve_chart.ts";
import { byId, html } from "./dom.ts";
import type { EngineWorker } from "./engine_worker.ts";
import type { Drawn, PackedKernels, Started, Trainer, WantedBuild } from "./messages.ts";
import { paceWords } from "./pace_words.ts";
import { paintDigits } from "./paint_digits.ts";
import { resultOf } from "./result.ts";
import { thisBrowser } from "./this_browser.ts";

/** Milliseconds between two lines for those who listen instead of look. */
const SPOKEN_EVERY = 2000;

/** Digits in the strip. */
const STRIP = 24;

const LOSS: Shown = {
  title: "Training loss",
  valueOf: ({ trainLoss }) => trainLoss,
  format: formatLoss,
  axis: { shift: 0, unit: "" },
};

/** The validation score, by its metric. */
const SCORES: { readonly [metric in Metric]: Shown } = {
  accuracy: {
    title: "Validation accuracy",
    valueOf: ({ validationScore }) => validationScore,
    format: formatPercent,
    axis: { shift: 2, unit: " %" },
  },
  loss: {
    title: "Validation loss",
    valueOf: ({ validationScore }) => validationScore,
    format: formatLoss,
    axis: { shift: 0, unit: "" },
  },
};

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
  readonly #losses = new CurveChart(byId("loss"), LOSS);
  readonly #scores = new CurveChart(byId("validation"), SCORES.accuracy);
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
    this.#begin(this.#chosen);
    void this.#tellPace();
  }

  /** Says what trains the chosen case, and how long it takes with that. */
  async #tellPace(): Promise<void> {
    const [worker, chosen] = [this.#worker, this.#chosen];
    const { case: c, curve } = chosen;
    const tell = (words: string) => {
      if (worker !== this.#worker || chosen !== this.#chosen) return;
      this.#pace.textContent = holdUnits(words);
    };
    tell("Choosing what trains this case.");
    try {
      const started = await this.#ready;
      // Both are asked for at once: who presses Train now is to see the estimate before the end.
      const [trainerOf, estimate] = [
        worker.call("trainerOf", [c]),
        worker.call("estimate", [c, curve.length]),
      ];
      estimate.catch(() => {});
      const trainer = await trainerOf;
      const words = (seconds: number | null) => paceWords(started, trainer, formatCase(c), seconds);
      tell(words(null));
      if (worker === this.#worker && chosen === this.#chosen) showEngine(started, trainer);
      tell(words(await estimate));
    } catch {
      // Without an engine nothing is said of its pace; why there is none stands in the status.
    }
  }

  #begin({ case: c, curve }: PublishedCase): void {
    const score = SCORES[metricOf(c)];
    this.#losses.begin(curve);
    this.#scores.begin(curve, score);
    for (const title of document.querySelectorAll(".score-title")) title.textContent = score.title;
    this.#progress.max = curve.length;
    this.#progress.value = 0;
    this.#epochs.replaceChildren();
    this.#result.replaceChildren();
  }

  /** Starts a worker that is ready to train by the time it is asked to. */
  #prepare(): void {
    const worker = this.#worker = this.newWorker();
    const build = this.#build.value === "fastest" ? null : this.#build.value as WantedBuild;
    this.#ready = worker.call("start", [this.kernels, build])
      .then(async (started) => {
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
    this.#begin(published);
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
      // Nothing goes on with what has failed: the next run has a worker of its own.
      if (run === this.#run) this.#end(error instanceof Error ? error.message : `${error}`);
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

  #show(result: EpochResult, { case: c, curve }: PublishedCase): void {
    const { epoch, trainLoss, validationScore } = result;
    this.#losses.add(result);
    this.#scores.add(result);
    this.#progress.value = epoch;
    const { title, format } = SCORES[metricOf(c)];
    const [loss, score] = [formatLoss(trainLoss), format(validationScore)];
    this.#say(
      `Epoch ${epoch} of ${curve.length}: loss ${loss}, ${title.toLowerCase()} ${score}`,
      false,
    );
    this.#epochs.append(html(
      "tr",
      {},
      html("th", { scope: "row", class: "number" }, `${epoch}`),
      html("td", { class: "number" }, loss),
      html("td", { class: "number" }, score),
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

function showEngine({ build, seconds }: Started, { gpu }: Trainer): void {
  const kind = build === "wasm" ? "fused multiply-add" : "exactly emulated multiply-add";
  const [what, backend, took] = gpu
    ? [gpu.description, gpu.backend, gpu.seconds] as const
    : [kind, build, seconds] as const;
  byId("engine").textContent = `${what} (${backend}), ready and self-tested in ${
    formatDuration(took)
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
