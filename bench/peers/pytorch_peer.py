"""The training steps in PyTorch, channels last: eager with its fused Adam, and compiled as a whole.

See peer.py.
"""
import math
import os
import shutil

from peer import Missing, Trainer, serve

EAGER, COMPILED = "eager", "compiled"


def load(threads):
    # Compiles in this process: no others that might work during someone else's turn.
    os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"
    import torch

    torch.set_num_threads(threads)
    torch.set_num_interop_threads(1)
    torch.set_flush_denormal(True)

    class PyTorch:
        def describe(self):
            return {"version": torch.__version__}

        def variants(self, model):
            return [EAGER, COMPILED]

        def trainer(self, model, variant):
            if variant == EAGER:
                return EagerTrainer(model)
            if not any(map(shutil.which, ("c++", "g++", "clang++"))):
                raise Missing("torch.compile needs a C++ compiler")
            return CompiledTrainer(model)

    return PyTorch()


class PyTorchTrainer(Trainer):
    def __init__(self, model):
        import torch

        self.torch = torch
        self.batches = model.batches
        pixels = torch.from_numpy(model.pixels).reshape(model.batches, model.size, 1, 28, 28)
        # See initial_weights: what the decoder makes is upside down.
        targets = pixels.flip(-1, -2)
        labels = torch.from_numpy(model.labels).long()
        self.each = [(pixels[i], targets[i], labels[i]) for i in range(model.batches)]
        self.initial = initial_weights(model)
        self.weights = {name: values.clone() for name, values in self.initial.items()}
        self.mean_loss = make_loss(model)

    def reset(self):
        with self.torch.no_grad():
            for name, values in self.initial.items():
                self.weights[name].copy_(values)
        self.power1, self.power2 = 1.0, 1.0

    def next_powers(self):
        """Adam's 0.9^t and 0.999^t of the next step t."""
        self.power1 *= 0.9
        self.power2 *= 0.999
        return self.power1, self.power2

    def given(self, noise):
        return None if noise is None else self.torch.tensor(noise)


class EagerTrainer(PyTorchTrainer):
    def __init__(self, model):
        super().__init__(model)
        weights = [w.requires_grad_() for w in self.weights.values()]
        self.adam = self.torch.optim.Adam(weights, lr=1e-3, fused=True)

    def reset(self):
        super().reset()
        self.adam.state.clear()

    def step(self, batch, noise=None):
        _, power2 = self.next_powers()
        loss = self.mean_loss(self.weights, *self.each[batch], self.given(noise))
        self.adam.zero_grad()
        loss.backward()
        # PyTorch adds epsilon after it has corrected the bias of v, TensorFlow before: so scaled,
        # both are the same.
        self.adam.param_groups[0]["eps"] = 1e-8 / math.sqrt(1 - power2)
        self.adam.step()
        return loss.detach()


class CompiledTrainer(PyTorchTrainer):
    """Loss, gradients and Adam in one compiled function."""

    def __init__(self, model):
        super().__init__(model)
        torch, mean_loss = self.torch, self.mean_loss
        self.means = {name: torch.zeros_like(w) for name, w in self.weights.items()}
        self.squares = {name: torch.zeros_like(w) for name, w in self.weights.items()}

        def step(weights, means, squares, rate, *batch_and_noise):
            gradients, loss = torch.func.grad_and_value(mean_loss)(weights, *batch_and_noise)
            for name, g in gradients.items():
                m = means[name].mul_(0.9).add_(g, alpha=0.1)
                v = squares[name].mul_(0.999).addcmul_(g, g, value=0.001)
                weights[name].sub_(rate * m / (v.sqrt() + 1e-8))
            return loss

        torch.compiler.reset()  # forgets the models before
        self.compiled = torch.compile(step, dynamic=False)

    def reset(self):
        super().reset()
        for moments in (self.means, self.squares):
            for values in moments.values():
                values.zero_()

    def step(self, batch, noise=None):
        power1, power2 = self.next_powers()
        # A tensor, for a number would be compiled in.
        rate = self.torch.tensor(1e-3 * math.sqrt(1 - power2) / (1 - power1))
        with self.torch.no_grad():
            return self.compiled(
                self.weights, self.means, self.squares, rate, *self.each[batch], self.given(noise)
            )


def initial_weights(model):
    """
    The weights as PyTorch takes them: convolutions as [out, in, 5, 5], transposed ones as
    [in, out, 5, 5], dense layers as [out, in].

    Its transposed convolution pads 2 before and, with output padding, 1 after; TensorFlow's "same"
    the other way about. Upside down one is the other, so the decoder works on images turned by half
    a turn: the rows that dense3 makes come in reverse order, kernels are reversed, and so is the
    target. Nothing else changes.
    """
    import torch

    result = {name: torch.tensor(values) for name, values in model.weights.items()}
    before = None
    for layer in model.layers:
        kind, weights = layer["kind"], f"{layer['name']}/weights"
        if kind == "conv":
            result[weights] = result[weights].permute(3, 2, 0, 1)
        elif kind == "transposed-conv":
            result[weights] = result[weights].flip(0, 1).permute(2, 3, 0, 1)
        elif kind == "reshape":
            side, channels = layer["shape"]["side"], layer["shape"]["channels"]
            for part in ("weights", "bias"):
                values = result[f"{before}/{part}"]
                turned = values.reshape(-1, side, side, channels).flip(1, 2)
                result[f"{before}/{part}"] = turned.reshape(values.shape)
        before = layer["name"]
    for name, values in result.items():
        if values.dim() == 4:
            result[name] = values.contiguous(memory_format=torch.channels_last)
        else:
            result[name] = values.T.contiguous() if values.dim() == 2 else values
    return result


def make_loss(model):
    import torch
    import torch.nn.functional as F

    activations = {
        "linear": lambda x: x,
        "relu": F.relu,
        "leaky-relu": lambda x: F.leaky_relu(x, 0.2),
    }

    def mean_loss(weights, pixels, targets, labels, noise):
        x, divergence = pixels, 0.0

        def linear(name, x):
            if x.dim() == 4:
                x = x.permute(0, 2, 3, 1).reshape(model.size, -1)
            return F.linear(x, weights[f"{name}/weights"], weights[f"{name}/bias"])

        for layer in model.layers:
            kind, name = layer["kind"], layer["name"]
            w, b = weights.get(f"{name}/weights"), weights.get(f"{name}/bias")
            if kind == "dense":
                x = activations[layer["activation"]](linear(name, x))
            elif kind == "conv":
                x = F.conv2d(x, w, b, padding=2)
                x = F.max_pool2d(activations[layer["activation"]](x), 2)
            elif kind == "transposed-conv":
                x = F.conv_transpose2d(x, w, b, stride=2, padding=2, output_padding=1)
                x = activations[layer["activation"]](x)
            elif kind == "reshape":
                side, channels = layer["shape"]["side"], layer["shape"]["channels"]
                x = x.reshape(model.size, side, side, channels).permute(0, 3, 1, 2)
            elif kind == "sampled-latent":
                mean, stddev = linear(f"{name}/mean", x), linear(f"{name}/stddev", x)
                x = mean + (torch.randn_like(mean) if noise is None else noise) * stddev
                variance = stddev * stddev
                terms = mean * mean + variance - torch.log(1e-8 + variance) - 1
                divergence = 0.5 * terms.sum() / model.size
        if model.loss == "softmax-cross-entropy":
            return F.cross_entropy(x, labels)
        y, p = targets, torch.sigmoid(x)
        likelihood = y * torch.log(1e-8 + p) + (1 - y) * torch.log(1e-8 + (1 - p))
        return -likelihood.sum() / model.size + divergence

    return mean_loss


if __name__ == "__main__":
    serve(load)
