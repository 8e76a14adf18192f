/**
 * The script of the live page: it hands the engine, which the page carries, to workers, one that
 * trains and, where the page has a model, one that encodes and decodes.
 * @module
 */
import { startFrame } from "../../client/frame.ts";
import type { PageData } from "../input.ts";
import { takeData } from "./dom.ts";
import { EngineWorker } from "./engine_worker.ts";
import { PlanePanel } from "./plane_panel.ts";
import { TrainPanel } from "./train_panel.ts";

startFrame();

const { sources, cases, hasModel }: PageData = JSON.parse(takeData("play-data"));
const kernels = JSON.parse(takeData("play-kernels"));
const script = takeData("play-worker");
const newWorker = () => new EngineWorker(script);

if (cases.length > 0) new TrainPanel(cases, sources, kernels, newWorker);
if (hasModel) void new PlanePanel(newWorker()).open(kernels, takeData("play-model"));
