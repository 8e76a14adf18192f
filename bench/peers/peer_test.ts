/** The protocol, with a peer in plain Python: testdata/fake_framework.py. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { testWith } from "../../tests/needs.ts";
import { Peer, type PeerOptions } from "./peer.ts";
import { NoAnswer } from "./protocol.ts";
import type { OpenRequest } from "./workload.ts";

const SCRIPT = fileURLToPath(new URL("testdata/fake_framework.py", import.meta.url));
const OPEN = { task: "open" } as OpenRequest;

async function withPeer(
  options: Partial<PeerOptions>,
  body: (peer: Peer) => Promise<void>,
): Promise<void> {
  const peer = Peer.start({ command: ["python3", SCRIPT], threads: 1, ...options });
  try {
    await body(peer);
  } finally {
    await peer.close();
  }
}

function test(name: string, body: () => Promise<void>): void {
  testWith("python", name, body);
}

Deno.test("Peer.start() says that there is no such program", () => {
  assert.throws(
    () => Peer.start({ command: ["/nowhere/python3", SCRIPT], threads: 1 }),
    (error) => error instanceof NoAnswer && error.message === "/nowhere/python3 was not found",
  );
});

test("a peer keeps to its threads", async () => {
  await withPeer({}, async (peer) => {
    const hello = await peer.ask<"hello">({ task: "hello" }) as { version: string; cores?: number };
    assert.equal(hello.version, "1 threads");
    assert.ok([1, null].includes(hello.cores ?? null));
  });
});

test("a peer without enough cores is missing", async () => {
  if (Deno.build.os !== "linux") return;
  await withPeer({ threads: 10_000 }, async (peer) => {
    await assert.rejects(
      peer.ask<"hello">({ task: "hello" }),
      (error) =>
        error instanceof NoAnswer &&
        /^10000 cores are needed, \d+ may be used$/.test(error.message),
    );
  });
});

test("a peer starts from the initial weights each time, and counts its steps", async () => {
  await withPeer({}, async (peer) => {
    const { variants } = await peer.ask<"open">(OPEN);
    assert.ok(variants.includes("counts"));
    for (let i = 0; i < 2; i++) {
      const { losses } = await peer.ask<"losses">({ task: "losses", variant: "counts", steps: 4 });
      assert.deepEqual(losses, [1, 2.1, 3.2, 4]);
    }
    const timed = await peer.ask<"time">({
      ...{ task: "time", variant: "counts" },
      ...{ warmup: 2, samples: 3, steps: 4 },
    });
    assert.equal(timed.seconds.length, 3);
    assert.ok(timed.seconds.every((seconds) => seconds >= 0));
    assert.equal(timed.loss, 14 + 13 % 3 / 10);
    const ran = await peer.ask<"run">({
      ...{ task: "run", variant: "counts" },
      ...{ warmup: 1, seconds: 0.01, steps: 5 },
    });
    assert.ok(ran.steps >= 5 && ran.steps % 5 === 0 && ran.seconds >= 0.01);
    assert.equal(Math.floor(ran.loss), ran.steps + 1);
    const once = await peer.ask<"run">({
      ...{ task: "run", variant: "counts" },
      ...{ warmup: 0, seconds: 0, steps: 5 },
    });
    assert.equal(once.steps, 5);
  });
});

test("what libraries print does not mix with the answers", async () => {
  await withPeer({}, async (peer) => {
    await peer.ask<"open">(OPEN);
    const { losses } = await peer.ask<"losses">({ task: "losses", variant: "talks", steps: 2 });
    assert.deepEqual(losses, [1, 2.1]);
  });
});

test("a peer says in a line what is missing and what failed, and lives on", async () => {
  await withPeer({}, async (peer) => {
    await peer.ask<"open">(OPEN);
    for (
      const [variant, message] of [
        ["lacks", "a compiler is needed"],
        ["fails", "failed: ValueError: no such operation"],
      ] as const
    ) {
      await assert.rejects(
        peer.ask<"losses">({ task: "losses", variant, steps: 1 }),
        (error) => error instanceof NoAnswer && error.message === message,
      );
    }
    await peer.ask<"losses">({ task: "losses", variant: "counts", steps: 1 });
  });
});

test("a peer that dies says how, and with its last words", async () => {
  await withPeer({}, async (peer) => {
    await peer.ask<"open">(OPEN);
    for (let i = 0; i < 2; i++) {
      await assert.rejects(
        peer.ask<"losses">({ task: "losses", variant: "dies", steps: 1 }),
        (error) =>
          error instanceof NoAnswer &&
          error.message === "the process ended with exit code 7 (out of memory)",
      );
    }
  });
});

test("a script that is not there is no answer", async () => {
  await withPeer({ command: ["python3", `${SCRIPT}.gone`] }, async (peer) => {
    await assert.rejects(
      peer.ask<"hello">({ task: "hello" }),
      (error) => error instanceof NoAnswer && /ended with exit code 2 \(/.test(error.message),
    );
  });
});

test("each peer is missing where its framework is", async () => {
  // Without site-packages there is no framework at all.
  for (const name of ["pytorch", "tensorflow", "jax"]) {
    const script = fileURLToPath(new URL(`${name}_peer.py`, import.meta.url));
    const folder = await Deno.makeTempDir();
    const python = `${folder}/python3`;
    await Deno.writeTextFile(python, '#!/bin/sh\nexec python3 -S "$@"\n', { mode: 0o755 });
    try {
      await withPeer({ command: [python, script] }, async (peer) => {
        await assert.rejects(
          peer.ask<"hello">({ task: "hello" }),
          (error) => error instanceof NoAnswer && /^ModuleNotFoundError: /.test(error.message),
        );
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
});

Deno.test("TensorFlow.js is missing where it is not installed", async () => {
  const script = fileURLToPath(new URL("tfjs_peer.ts", import.meta.url));
  const cache = await Deno.makeTempDir();
  const permissions = ["--allow-read", "--allow-env", "--allow-ffi"];
  const deno = [Deno.execPath(), "run", "--quiet", "--no-check", ...permissions];
  const peer = Peer.start({
    command: ["env", `XDG_CACHE_HOME=${cache}`, `DENO_DIR=${cache}/deno`, ...deno, script],
    threads: 1,
  });
  try {
    await assert.rejects(
      peer.ask<"hello">({ task: "hello" }),
      (error) => error instanceof NoAnswer && /run deno task engine tfjs-node$/.test(error.message),
    );
  } finally {
    await peer.close();
    await Deno.remove(cache, { recursive: true });
  }
});
