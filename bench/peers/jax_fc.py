"""The training step of fc in JAX, told what to do over standard input: see compare.ts.

One line of JSON is one request, one line of JSON is the answer:
  {"task": "setup", ...}           weights, pixels and labels in base64; answers with versions
  {"task": "losses", "steps": n}   losses of the first n steps from the initial weights
  {"task": "round", "chunks": c, "steps": n, "scan": bool}   seconds of c times n steps

`--threads 1` keeps the process, with every thread that XLA starts, on one processor.
"""
import os
import sys

THREADS = int(sys.argv[sys.argv.index("--threads") + 1]) if "--threads" in sys.argv else 0
if THREADS == 1:
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    os.environ["OMP_NUM_THREADS"] = "1"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import base64
import functools
import json
import time

try:
    import jax
    import jax.numpy as jnp
    import numpy as np
except ImportError as error:
    print(json.dumps({"missing": str(error)}), flush=True)
    sys.exit(0)


def mean_loss(weights, pixels, labels):
    w1, b1, w2, b2 = weights
    hidden = jax.nn.relu(pixels @ w1 + b1)
    logits = hidden @ w2 + b2
    log_sum = jax.nn.logsumexp(logits, axis=1)
    return jnp.mean(log_sum - jnp.take_along_axis(logits, labels[:, None], axis=1)[:, 0])


def step(state, pixels, labels):
    weights, means, squares, power1, power2 = state
    loss, gradients = jax.value_and_grad(mean_loss)(weights, pixels, labels)
    power1, power2 = power1 * 0.9, power2 * 0.999
    rate = 1e-3 * jnp.sqrt(1 - power2) / (1 - power1)
    means = [0.9 * m + 0.1 * g for m, g in zip(means, gradients)]
    squares = [0.999 * v + 0.001 * g * g for v, g in zip(squares, gradients)]
    weights = [
        w - rate * m / (jnp.sqrt(v) + 1e-8) for w, m, v in zip(weights, means, squares)
    ]
    return (weights, means, squares, power1, power2), loss


one_step = jax.jit(step, donate_argnums=0)


@functools.partial(jax.jit, donate_argnums=0, static_argnums=3)
def many_steps(state, pixels, labels, count):
    """`count` steps in one call: no time is spent between them."""

    def body(state, i):
        at = i % pixels.shape[0]
        return step(state, pixels[at], labels[at])

    return jax.lax.scan(body, state, jnp.arange(count))


def decode(text, dtype):
    return np.frombuffer(base64.b64decode(text), dtype=dtype)


def setup(request):
    shapes = [(784, 100), (100,), (100, 10), (10,)]
    weights = [
        decode(text, "<f4").reshape(shape) for text, shape in zip(request["weights"], shapes)
    ]
    batches, size = request["batches"], request["batchSize"]
    pixels = decode(request["pixels"], np.uint8).reshape(batches, size, 784)
    pixels = pixels.astype(np.float32) / np.float32(255)
    labels = decode(request["labels"], np.uint8).reshape(batches, size).astype(np.int32)
    return weights, jnp.asarray(pixels), jnp.asarray(labels)


def initial_state(weights):
    def zeros():
        return [jnp.zeros(w.shape, jnp.float32) for w in weights]

    return ([jnp.array(w) for w in weights], zeros(), zeros(), jnp.float32(1), jnp.float32(1))


def main():
    state = weights = pixels = labels = batches = None
    for line in sys.stdin:
        request = json.loads(line)
        if request["task"] == "setup":
            weights, pixels, labels = setup(request)
            batches = [(pixels[i], labels[i]) for i in range(len(pixels))]
            state = initial_state(weights)
            answer = {"jax": jax.__version__, "devices": [str(d) for d in jax.devices()]}
        elif request["task"] == "losses":
            fresh, losses = initial_state(weights), []
            for i in range(request["steps"]):
                fresh, loss = one_step(fresh, *batches[i % len(batches)])
                losses.append(float(loss))
            answer = {"losses": losses}
        elif request["task"] == "round":
            seconds = []
            for _ in range(request["chunks"]):
                start = time.perf_counter()
                if request["scan"]:
                    state, losses = many_steps(state, pixels, labels, request["steps"])
                    losses.block_until_ready()
                else:
                    for i in range(request["steps"]):
                        state, loss = one_step(state, *batches[i % len(batches)])
                    loss.block_until_ready()
                jax.block_until_ready(state)
                seconds.append(time.perf_counter() - start)
            answer = {"seconds": seconds}
        print(json.dumps(answer), flush=True)


main()
