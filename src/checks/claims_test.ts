import assert from "node:assert/strict";
import { formatConfiguration, parseCase } from "../matrix/case.ts";
import { PROFILES } from "../matrix/profiles.ts";
import { CLAIMS } from "./claims.ts";

Deno.test("every claim is of a configuration of the headline, in words that say its number", () => {
  const headline = PROFILES.headline.blocks.flatMap((block) =>
    block.models.flatMap((model) =>
      block.labels.flatMap((labels) =>
        ("latents" in block ? block.latents : [null]).map((latents) =>
          formatConfiguration({ model, latents, labels })
        )
      )
    )
  );
  assert.equal(CLAIMS.length, 6);
  for (const { configuration, claimed, words, measuredAgain } of CLAIMS) {
    assert.equal(formatConfiguration(parseCase(configuration)), configuration);
    assert.ok(headline.includes(configuration), configuration);
    assert.equal(words, `~${Number((claimed * 100).toFixed(1))} %`);
    assert.ok(measuredAgain.length > 0);
    for (const again of measuredAgain) assert.ok(Math.abs(again - claimed) < 0.015, configuration);
  }
});
