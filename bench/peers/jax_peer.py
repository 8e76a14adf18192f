"""The training steps in JAX: compiled by XLA, the state's buffers donated. See peer.py."""
import functools
import os

from peer import Trainer, serve

STEP, SCAN = "jit", "jit, many steps a call"


def load(threads):
    # XLA takes as many threads as the process has cores; where it cannot be kept to some, this
    # still gives one.
    if threads == 1:
        flags = os.environ.get("XLA_FLAGS", "")
        os.environ["XLA_FLAGS"] = f"{flags} --xla_cpu_multi_thread_eigen=false".strip()
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    import jax

    class Jax:
        def describe(self):
            return {"version": jax.__version__}

        def variants(self, model):
            # Within a loop XLA convolves ten times as slowly.
            return [STEP] if model.convolves else [STEP, SCAN]

        def trainer(self, model, variant):
            return JaxTrainer(model, many=variant == SCAN)

    return Jax()


class JaxTrainer(Trainer):
    def __init__(self, model, many):
        import jax
        import jax.numpy as jnp

        self.batches = model.batches
        pixels, labels = jnp.asarray(model.pixels), jnp.asarray(model.labels)
        self.pixels, self.labels = pixels, labels
        self.each = [(pixels[i], labels[i]) for i in range(model.batches)]
        # JAX does not mirror the kernels of transposed convolutions.
        self.initial = model.weights_with_transposed(lambda w: w[::-1, ::-1].copy())
        step = make_step(model)
        self.one = jax.jit(step, donate_argnums=0)
        self.many = None
        if many:

            @functools.partial(jax.jit, donate_argnums=0, static_argnums=4)
            def many_steps(state, pixels, labels, first, count):
                def body(state, i):
                    at = i % model.batches
                    return step(state, pixels[at], labels[at])

                state, losses = jax.lax.scan(body, state, first + jnp.arange(count))
                return state, losses[-1]

            self.many = many_steps

    def reset(self):
        import jax
        import jax.numpy as jnp

        def zeros():
            return {name: jnp.zeros(w.shape, jnp.float32) for name, w in self.initial.items()}

        weights = {name: jnp.array(w) for name, w in self.initial.items()}
        powers = jnp.float32(1), jnp.float32(1)
        self.state = weights, zeros(), zeros(), *powers, jax.random.key(0)

    def step(self, batch, noise=None):
        self.state, loss = self.one(self.state, *self.each[batch], noise)
        return loss

    def finish(self, loss):
        import jax

        jax.block_until_ready(self.state)
        return float(loss)

    def run(self, first, count):
        if self.many is None:
            return super().run(first, count)
        self.state, loss = self.many(self.state, self.pixels, self.labels, first, count)
        return self.finish(loss)


def make_step(model):
    import jax
    import jax.numpy as jnp

    activations = {
        "linear": lambda x: x,
        "relu": jax.nn.relu,
        "leaky-relu": lambda x: jax.nn.leaky_relu(x, 0.2),
    }
    layouts = ("NHWC", "HWIO", "NHWC")

    def max_pool(x):
        return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")

    def mean_loss(weights, pixels, labels, noise):
        x, divergence = pixels.reshape(-1, 28, 28, 1), 0.0

        def linear(name, x):
            x = x.reshape(x.shape[0], -1)
            return x @ weights[f"{name}/weights"] + weights[f"{name}/bias"]

        for layer in model.layers:
            kind, name = layer["kind"], layer["name"]
            w, b = weights.get(f"{name}/weights"), weights.get(f"{name}/bias")
            if kind == "dense":
                x = activations[layer["activation"]](linear(name, x))
            elif kind == "conv":
                x = jax.lax.conv_general_dilated(x, w, (1, 1), "SAME", dimension_numbers=layouts)
                x = max_pool(activations[layer["activation"]](x + b))
            elif kind == "transposed-conv":
                x = jax.lax.conv_transpose(x, w, (2, 2), "SAME", dimension_numbers=layouts)
                x = activations[layer["activation"]](x + b)
            elif kind == "reshape":
                side, channels = layer["shape"]["side"], layer["shape"]["channels"]
                x = x.reshape(-1, side, side, channels)
            elif kind == "sampled-latent":
                mean, stddev = linear(f"{name}/mean", x), linear(f"{name}/stddev", x)
                x = mean + noise * stddev
                variance = stddev * stddev
                terms = mean * mean + variance - jnp.log(1e-8 + variance) - 1
                divergence = 0.5 * jnp.sum(terms) / model.size
        if model.loss == "softmax-cross-entropy":
            scores = jax.nn.log_softmax(x)
            return -jnp.mean(jnp.take_along_axis(scores, labels[:, None], axis=1))
        y, p = pixels, jax.nn.sigmoid(x.reshape(pixels.shape))
        likelihood = y * jnp.log(1e-8 + p) + (1 - y) * jnp.log(1e-8 + (1 - p))
        return -jnp.sum(likelihood) / model.size + divergence

    def step(state, pixels, labels, noise=None):
        weights, means, squares, power1, power2, key = state
        if model.latents and noise is None:
            key, drawn = jax.random.split(key)
            noise = jax.random.normal(drawn, (model.size, model.latents))
        loss, gradients = jax.value_and_grad(mean_loss)(weights, pixels, labels, noise)
        power1, power2 = power1 * 0.9, power2 * 0.999
        rate = 1e-3 * jnp.sqrt(1 - power2) / (1 - power1)
        each = jax.tree.map
        means = each(lambda m, g: 0.9 * m + 0.1 * g, means, gradients)
        squares = each(lambda v, g: 0.999 * v + 0.001 * g * g, squares, gradients)
        weights = each(
            lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-8), weights, means, squares
        )
        return (weights, means, squares, power1, power2, key), loss

    return step


if __name__ == "__main__":
    serve(load)
