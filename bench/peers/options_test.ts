import assert from "node:assert/strict";
import { parseOptions, UsageError } from "./options.ts";

Deno.test("parseOptions() takes everything by default", () => {
  assert.deepEqual(parseOptions([]), {
    models: ["fc", "conv", "ae", "vae"],
    peers: ["pytorch", "tensorflow", "tfjs-node", "jax"],
    rounds: 7,
    throughput: true,
    json: null,
  });
});

Deno.test("parseOptions() takes lists in the known order, each name once", () => {
  const options = parseOptions([
    ..."--models vae,conv,vae --peers jax --rounds 2 --skip-throughput".split(" "),
    "--json=out.json",
  ]);
  assert.deepEqual(options, {
    models: ["conv", "vae"],
    peers: ["jax"],
    rounds: 2,
    throughput: false,
    json: "out.json",
  });
  assert.deepEqual(parseOptions(["--peers", "none"])?.peers, []);
});

Deno.test("parseOptions() gives null for --help", () => {
  assert.equal(parseOptions(["--help"]), null);
});

Deno.test("parseOptions() says in one line what is wrong", () => {
  const cases: [string[], RegExp][] = [
    [["--rounds", "0"], /^Cannot run "0" rounds: give a whole number from 1 to 10000$/],
    [["--rounds", "1.5"], /^Cannot run "1.5" rounds/],
    [["--rounds", ""], /^Cannot run "" rounds/],
    [["--rounds", "1e3"], /^Cannot run "1e3" rounds/],
    [["--models", "fc,lstm"], /^Cannot take "lstm" for --models: give some of fc, conv, ae, vae$/],
    [["--models", ""], /^Cannot take "" for --models/],
    [["--peers", "pytorch,theano"], /^Cannot take "theano" for --peers: give some of pytorch, /],
    [["--json", ""], /^Cannot write the JSON/],
    [["--round", "3"], /--round/],
    [["--rounds"], /--rounds/],
    [["fc"], /fc/],
  ];
  for (const [args, message] of cases) {
    assert.throws(() => parseOptions(args), (error) => {
      assert.ok(error instanceof UsageError, args.join(" "));
      assert.match(error.message, message);
      assert.ok(!error.message.includes("\n"));
      return true;
    });
  }
});
