"""A peer without a framework: plain Python that answers as a real one does, and fails as one may."""
import os
import sys
import types

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from peer import Missing, Trainer, serve


class Fake:
    def __init__(self, threads):
        self.threads = threads

    def describe(self):
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
        return {"version": f"{self.threads} threads", "cores": cores}

    def variants(self, model):
        return ["counts", "lacks", "fails", "talks", "dies", "diverges"]

    def trainer(self, model, variant):
        if variant == "lacks":
            raise Missing("a compiler is needed")
        return Counter(variant)


class Counter(Trainer):
    """Its losses tell which steps it took: the batch, and whether it was reset before."""

    batches = 3

    def __init__(self, variant):
        self.variant = variant

    def reset(self):
        self.done = 0

    def step(self, batch, noise=None):
        if self.variant == "fails":
            raise ValueError("no such operation\nand a second line")
        if self.variant == "dies":
            print("out of memory", file=sys.stderr, flush=True)
            os._exit(7)
        if self.variant == "talks":
            print("libraries print what they like", flush=True)
            os.system("echo so do programs that they start")
        self.done += 1
        return float("inf") if self.variant == "diverges" and self.done > 5 else self.done + batch / 10


def load(threads):
    if "LATENTBENCH_FAKE_LACKS" in os.environ:
        import no_such_framework  # noqa: F401
    return Fake(threads)


if __name__ == "__main__":
    import peer

    # Without NumPy, which Model needs.
    peer.Model = lambda request: types.SimpleNamespace(batches=3, noise=None)
    serve(load)
