import type { ModelName } from "../../matrix/models.ts";
import { MODEL_COLOURS } from "../palette.ts";

/** The colour of each row's `model`, the same in every chart; null: the page has a key of its own. */
export function modelColours<Legend extends object>(
  models: readonly ModelName[],
  legend: Legend | null,
) {
  return {
    field: "model",
    type: "nominal" as const,
    title: null,
    scale: { domain: [...models], range: models.map((model) => MODEL_COLOURS[model]) },
    legend: legend && { ...legend, symbolType: "circle", symbolOpacity: 1 },
  };
}
