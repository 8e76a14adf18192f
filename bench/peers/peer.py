"""What all peers share: the requests that they answer, their threads, and what a model is.

Each line of JSON on standard input is a request, each line on standard output its answer:

  hello   the framework's version
  open    takes a model (a spec of src/models, as data), its initial weights, and batches; answers
          with the variants: ways to do the same step
  losses  the losses of the first steps from the initial weights; `noise` stands for the drawn one
  time    seconds of `samples` times `steps` steps from the initial weights, `warmup` steps before
  run     steps done in at least `seconds`, in calls of `steps`

An answer {"missing": reason} says what is not there, {"error": reason} that something failed.

Usage: python3 <framework>_peer.py --threads N [--skip-cores N]
The process keeps to N cores, the first that it may use, after those skipped.
"""
import argparse
import base64
import gc
import json
import os
import sys
import time
import traceback

PIXELS = 784


class Missing(Exception):
    """Something that the machine lacks."""


class Model:
    """A spec, its initial weights by name, and batches, as NumPy arrays."""

    def __init__(self, request):
        import numpy as np

        def decode(text, dtype, *shape):
            return np.frombuffer(base64.b64decode(text), dtype=dtype).reshape(shape)

        spec = request["spec"]
        self.layers, self.loss = spec["layers"], spec["loss"]
        self.batches, self.size = request["batches"], spec["batchSize"]
        self.weights = {
            name: decode(tensor["values"], "<f4", *tensor["shape"])
            for name, tensor in request["weights"].items()
        }
        grid = (self.batches, self.size)
        pixels = decode(request["pixels"], np.uint8, *grid, PIXELS)
        self.pixels = pixels.astype(np.float32) / np.float32(255)
        self.labels = decode(request["labels"], np.uint8, *grid).astype(np.int32)
        self.convolves = any(x["kind"] == "conv" for x in self.layers)
        self.latents = next((x["units"] for x in self.layers if x["kind"] == "sampled-latent"), 0)
        noise = request.get("noise")
        self.noise = noise and decode(noise, "<f4", -1, self.size, self.latents)

    def weights_with_transposed(self, change):
        """The initial weights, those of transposed convolutions as `change` makes them."""
        names = {f"{x['name']}/weights" for x in self.layers if x["kind"] == "transposed-conv"}
        return {
            name: change(values) if name in names else values
            for name, values in self.weights.items()
        }


class Trainer:
    """One model, trained in one way."""

    batches: int

    def reset(self):
        """Goes back to the initial weights, with Adam's moments at 0."""
        raise NotImplementedError

    def step(self, batch, noise=None):
        """One step on batch number `batch`; gives its loss, which may still be under way."""
        raise NotImplementedError

    def finish(self, loss):
        """Waits for all that is under way, and gives the loss as a number."""
        return float(loss)

    def run(self, first, count):
        """Steps number `first` and on; gives the last one's loss."""
        for i in range(first, first + count):
            loss = self.step(i % self.batches)
        return self.finish(loss)


def answer(framework, trainers, request):
    task = request["task"]
    if task == "hello":
        return framework.describe()
    if task == "open":
        trainers.clear()
        gc.collect()
        trainers["model"] = model = Model(request)
        return {"variants": framework.variants(model)}
    model = trainers["model"]
    name = request["variant"]
    if name not in trainers:
        trainers[name] = framework.trainer(model, name)
    trainer = trainers[name]
    trainer.reset()
    if task == "losses":
        return {
            "losses": [
                trainer.finish(
                    trainer.step(i % model.batches, None if model.noise is None else model.noise[i])
                )
                for i in range(request["steps"])
            ]
        }
    steps, done = request["steps"], request["warmup"]
    if done > 0:
        trainer.run(0, done)
    if task == "time":
        seconds = []
        for _ in range(request["samples"]):
            start = time.perf_counter()
            loss = trainer.run(done, steps)
            seconds.append(time.perf_counter() - start)
            done += steps
        return {"seconds": seconds, "loss": loss}
    if task == "run":
        start = time.perf_counter()
        first = done
        while True:
            loss = trainer.run(done, steps)
            done += steps
            spent = time.perf_counter() - start
            if spent >= request["seconds"]:
                return {"steps": done - first, "seconds": spent, "loss": loss}
    raise ValueError(f"no such task: {task}")


def reason_of(error):
    return f"{type(error).__name__}: {error}".strip().split("\n")[0]


def serve(load):
    """Answers requests until there are none. `load(threads)` imports the framework and wraps it."""
    # Answers alone go to standard output, whatever libraries print.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--skip-cores", type=int, default=0)
    arguments = parser.parse_args()
    framework, trainers = None, {}
    for line in sys.stdin:
        try:
            if framework is None:
                keep_to_cores(arguments.threads, arguments.skip_cores)
                framework = load(arguments.threads)
            reply = answer(framework, trainers, json.loads(line))
        except (ImportError, Missing) as error:
            reply = {"missing": reason_of(error) if isinstance(error, ImportError) else str(error)}
        except Exception as error:
            traceback.print_exc()
            reply = {"error": reason_of(error)}
        out.write(json.dumps(reply) + "\n")
        out.flush()


def keep_to_cores(threads, skipped):
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) < threads + skipped:
            raise Missing(f"{threads + skipped} cores are needed, {len(cores)} may be used")
        os.sched_setaffinity(0, cores[skipped : skipped + threads])
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(threads)
