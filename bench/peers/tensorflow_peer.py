"""The training steps in TensorFlow: a tf.function, Adam as its own fused kernel. See peer.py."""
import os

from peer import Trainer, serve

GRAPH, LOOP, XLA = "graph", "graph, many steps a call", "XLA"


def load(threads):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)

    class TensorFlow:
        def describe(self):
            return {"version": tf.__version__}

        def variants(self, model):
            # With XLA a step with convolutions takes 1.4 times as long, or more.
            return [GRAPH] if model.convolves else [GRAPH, LOOP, XLA]

        def trainer(self, model, variant):
            return TensorFlowTrainer(model, variant)

    return TensorFlow()


class TensorFlowTrainer(Trainer):
    def __init__(self, model, variant):
        import tensorflow as tf

        self.batches = model.batches
        self.pixels, self.labels = tf.constant(model.pixels), tf.constant(model.labels)
        self.each = [(self.pixels[i], self.labels[i]) for i in range(model.batches)]
        # TensorFlow takes transposed convolutions as [5, 5, out, in].
        self.initial = model.weights_with_transposed(lambda w: w.transpose(0, 1, 3, 2))
        with tf.device("/CPU:0"):
            self.weights = {name: tf.Variable(w) for name, w in self.initial.items()}
            self.moments = [
                {name: tf.Variable(tf.zeros(w.shape)) for name, w in self.initial.items()}
                for _ in range(2)
            ]
            self.powers = [tf.Variable(1.0), tf.Variable(1.0)]
        step = self.make_step(model)
        self.one = tf.function(step, jit_compile=True if variant == XLA else None)
        self.many = None
        if variant == LOOP:

            @tf.function
            def many_steps(first, count):
                loss = tf.constant(0.0)
                for i in tf.range(first, first + count):
                    loss = step(self.pixels[i % self.batches], self.labels[i % self.batches], None)
                return loss

            self.many = many_steps
        self.tf = tf

    def reset(self):
        for name, weights in self.initial.items():
            self.weights[name].assign(weights)
            for moments in self.moments:
                moments[name].assign(self.tf.zeros_like(moments[name]))
        for power in self.powers:
            power.assign(1.0)

    def step(self, batch, noise=None):
        return self.one(*self.each[batch], None if noise is None else self.tf.constant(noise))

    def run(self, first, count):
        if self.many is None:
            return super().run(first, count)
        return self.finish(self.many(self.tf.constant(first), self.tf.constant(count)))

    def make_step(self, model):
        import tensorflow as tf

        mean_loss = make_loss(model)
        (means, squares), (power1, power2) = self.moments, self.powers

        def step(pixels, labels, noise):
            if model.latents and noise is None:
                noise = tf.random.normal((model.size, model.latents))
            with tf.GradientTape() as tape:
                loss = mean_loss(self.weights, pixels, labels, noise)
            gradients = tape.gradient(loss, self.weights)
            power1.assign(power1 * 0.9)
            power2.assign(power2 * 0.999)
            for name, gradient in gradients.items():
                tf.raw_ops.ResourceApplyAdam(
                    var=self.weights[name].handle,
                    m=means[name].handle,
                    v=squares[name].handle,
                    beta1_power=power1,
                    beta2_power=power2,
                    lr=1e-3,
                    beta1=0.9,
                    beta2=0.999,
                    epsilon=1e-8,
                    grad=gradient,
                )
            return loss

        return step


def make_loss(model):
    import tensorflow as tf

    activations = {
        "linear": lambda x: x,
        "relu": tf.nn.relu,
        "leaky-relu": lambda x: tf.nn.leaky_relu(x, 0.2),
    }

    def mean_loss(weights, pixels, labels, noise):
        x, divergence = tf.reshape(pixels, (model.size, 28, 28, 1)), 0.0

        def linear(name, x):
            x = tf.reshape(x, (model.size, -1))
            return tf.nn.bias_add(x @ weights[f"{name}/weights"], weights[f"{name}/bias"])

        for layer in model.layers:
            kind, name = layer["kind"], layer["name"]
            w, b = weights.get(f"{name}/weights"), weights.get(f"{name}/bias")
            if kind == "dense":
                x = activations[layer["activation"]](linear(name, x))
            elif kind == "conv":
                x = tf.nn.bias_add(tf.nn.conv2d(x, w, 1, "SAME"), b)
                x = tf.nn.max_pool2d(activations[layer["activation"]](x), 2, 2, "VALID")
            elif kind == "transposed-conv":
                shape = (model.size, x.shape[1] * 2, x.shape[2] * 2, layer["channels"])
                x = tf.nn.bias_add(tf.nn.conv2d_transpose(x, w, shape, 2, "SAME"), b)
                x = activations[layer["activation"]](x)
            elif kind == "reshape":
                side, channels = layer["shape"]["side"], layer["shape"]["channels"]
                x = tf.reshape(x, (model.size, side, side, channels))
            elif kind == "sampled-latent":
                mean, stddev = linear(f"{name}/mean", x), linear(f"{name}/stddev", x)
                x = mean + noise * stddev
                variance = tf.square(stddev)
                terms = tf.square(mean) + variance - tf.math.log(1e-8 + variance) - 1
                divergence = 0.5 * tf.reduce_sum(terms) / model.size
        if model.loss == "softmax-cross-entropy":
            return tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=x)
            )
        y, p = pixels, tf.sigmoid(tf.reshape(x, pixels.shape))
        likelihood = y * tf.math.log(1e-8 + p) + (1 - y) * tf.math.log(1e-8 + (1 - p))
        return -tf.reduce_sum(likelihood) / model.size + divergence

    return mean_loss


if __name__ == "__main__":
    serve(load)
