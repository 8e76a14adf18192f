import { conv } from "../models/conv.ts";
import { fc } from "../models/fc.ts";
import type { ModelSpec } from "../models/spec.ts";
import type { Configuration } from "./case.ts";

/** The model that a case trains, on samples of `width` values. */
export function modelOf({ model }: Configuration, width: number): ModelSpec {
  switch (model) {
    case "fc":
      return fc({ kind: "pixels", width });
    case "conv":
      return conv({ kind: "pixels", width });
    default:
      return model satisfies never;
  }
}
