#!/usr/bin/env python3
"""Workloads and single kernels on a GPU: ours, PyTorch eager, PyTorch compiled and replayed as CUDA graphs,
in turn, several rounds in one run. scripts/test-gpu calls it; without PyTorch it measures ours alone.

    gpu_peers.py --ours PROGRAM --peers FOLDER --data FOLDER --out FILE.md [--workloads T2,T3] [--kernels K1,K3]
                 [--rounds N] [--seconds S] [--limit S] [--device cpu]

PROGRAM is bench-gpu; FOLDER has workloads.py and the others that define the work for all systems. --device cpu
is for trying this program out. After --limit seconds nothing new is begun."""
import argparse
import datetime
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
SYSTEMS = ("ours", "eager", "compiled")


# ------------------------------------------------------------------------------------------- ours

def ours(args, *words):
    """The lines of JSON of bench-gpu; what it says when it fails is kept as a line, too."""
    command = [args.ours, *words, "--models", str(HERE), "--data", args.data, "--seconds", str(args.seconds)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"XDG_CACHE_HOME": args.cache})
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return lines or [{"error": (done.stderr.strip().splitlines() or ["no result"])[0]}]


# ---------------------------------------------------------------------------------------- PyTorch

class Clock:
    """Seconds between marks: by events of the GPU, or by the CPU's clock where there is none."""

    def __init__(self, torch, device):
        self.torch, self.gpu = torch, device == "cuda"

    def mark(self):
        if not self.gpu:
            return time.perf_counter()
        event = self.torch.cuda.Event(enable_timing=True)
        event.record()
        return event

    def wait(self):
        if self.gpu:
            self.torch.cuda.synchronize()

    def between(self, a, b):
        return a.elapsed_time(b) * 1e-3 if self.gpu else b - a


def capture(torch, device, work):
    """A function that replays `work`, which has been warmed up; on a CPU `work` itself."""
    if device != "cuda":
        return work
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            work()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        work()
    return graph.replay


class TorchSteps:
    """A training step on data in the GPU's memory; compiled: all of it is one graph."""

    def __init__(self, args, torch, workload, compiled):
        import ops_torch
        import systems
        import workloads
        self.args, self.torch, self.clock = args, torch, Clock(torch, args.device)
        values = {p.name: workloads.initial(p, stream) for stream, p in enumerate(workload.params)}
        self.net = systems.torch_net(workload, values, train=True).to(args.device)
        self.batches = [tuple(t.to(args.device) for t in b)
                        for b in systems.torch_batches(workload.batches(args.data))]
        self.optimizer = ops_torch.optimizer_of(workload.optimizer, list(self.net.parameters()))
        for group in self.optimizer.param_groups:
            if "capturable" in group:
                group["capturable"] = args.device == "cuda"
        self.batch = tuple(t.clone() for t in self.batches[0])
        self.initial = {k: v.clone() for k, v in self.net.state_dict().items()}
        net, loss_of, kind = self.net, ops_torch.loss_of, workload.loss
        self.forward = lambda *batch: loss_of(kind, net(*batch[:-1]), batch[-1])
        self.compiled, begin = compiled, time.perf_counter()
        if compiled:
            self.forward = torch.compile(self.forward)
            self.replay = capture(torch, args.device, self._whole)
        float(self.step(0))
        self.first = time.perf_counter() - begin

    def _train(self, batch):
        self.optimizer.zero_grad(set_to_none=not self.compiled)
        loss = self.forward(*batch)
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def _whole(self):
        self.loss = self._train(self.batch)

    def step(self, i):
        batch = self.batches[i % len(self.batches)]
        if not self.compiled:
            return self._train(batch)
        for to, of in zip(self.batch, batch):
            to.copy_(of)
        self.replay()
        return self.loss

    def reset(self):
        with self.torch.no_grad():
            for name, value in self.net.state_dict().items():
                value.copy_(self.initial[name])
            for state in self.optimizer.state.values():
                for value in state.values():
                    if self.torch.is_tensor(value):
                        value.zero_()

    def losses(self):
        self.reset()
        return [float(self.step(i)) for i in range(10)]

    def measure(self):
        blocking, chain = [], []
        end = time.monotonic() + self.args.seconds
        while not blocking or time.monotonic() < end:
            self.reset()
            for i in range(100):
                start = time.perf_counter()
                float(self.step(i))
                blocking.append(time.perf_counter() - start)
        end = time.monotonic() + self.args.seconds
        while not chain or time.monotonic() < end:
            self.reset()
            self.clock.wait()
            marks = [self.clock.mark()]
            for i in range(100):
                self.step(i)
                marks.append(self.clock.mark())
            self.clock.wait()
            chain += [self.clock.between(a, b) for a, b in zip(marks, marks[1:])]
        return {"step_ms_median": statistics.median(blocking) * 1e3, "gpu_ms_median": statistics.median(chain) * 1e3,
                "first_step_s": self.first}


class TorchKernel:
    """One function on several sets of buffers in turn; a round of calls is one graph."""

    def __init__(self, args, torch, function, inputs, compiled):
        self.args, self.torch, self.clock = args, torch, Clock(torch, args.device)
        size = sum(t.numel() * t.element_size() for t in inputs) * 3 // 2
        cache = torch.cuda.get_device_properties(0).L2_cache_size if args.device == "cuda" else 1 << 22
        count = min(64, max(2, 4 * cache // size + 1))
        self.sets = [[t.to(args.device, copy=True) for t in inputs] for _ in range(count)]
        self.function = torch.compile(function) if compiled else function
        self.result = self.function(*self.sets[0])
        self.replay = capture(torch, args.device, self._round)

    def _round(self):
        self.kept = [self.function(*s) for s in self.sets]

    def check(self):
        first = self.result[0] if isinstance(self.result, tuple) else self.result
        return float(first.double().abs().mean())

    def measure(self):
        times, end = [], time.monotonic() + self.args.seconds
        while len(times) < 5 or time.monotonic() < end:
            begin = self.clock.mark()
            self.replay()
            stop = self.clock.mark()
            self.clock.wait()
            times.append(self.clock.between(begin, stop) / len(self.sets))
        return {"gpu_ms_median": statistics.median(times) * 1e3}


def product_of(name):
    """M, K, N of K1_M_K_N, and whether it is of bf16; None for others."""
    found = re.fullmatch(r"K1_(bf16_)?(\d+)_(\d+)_(\d+)", name)
    return (*map(int, found.groups()[1:]), found[1]) if found else None


def flops_of(name):
    """Operations, as WORKLOADS.md counts them; None where memory is the limit."""
    if product_of(name):
        m, k, n, _ = product_of(name)
        return 2 * m * k * n
    conv, attention = 2 * 8 * 56 * 56 * 64 * 64 * 9, 4 * 8 * 512 * 512 * 64
    return conv if name.startswith("K2") else {"K5_fwd": attention, "K5_grad": 7 * attention // 2}.get(name)


def kernel_of(torch, name):
    """The function and its inputs, of a function of gpu.mlir."""
    import workloads
    from ops_torch import TorchOps
    if product_of(name):
        m, k, n, bf16 = product_of(name)
        kind = torch.bfloat16 if bf16 else torch.float32
        return torch.matmul, [torch.from_numpy(workloads.array(s, shape)).to(kind)
                              for s, shape in ((1, (m, k)), (2, (k, n)))]
    workload = workloads.WORKLOADS[name.replace("_", "-")]
    inputs = [torch.from_numpy(a) for a in workload.batches("")[0]]
    return (lambda *x: workload.net(TorchOps({}), *x)), inputs


# ---------------------------------------------------------------------------------------- a round

def guarded(make):
    """What is made, or the first line of why not."""
    try:
        return make()
    except Exception as error:      # a system that cannot is a result, too
        return {"error": (str(error).splitlines() or [type(error).__name__])[0][:200]}


def torch_pair(make):
    return {"eager": guarded(lambda: make(False)), "compiled": guarded(lambda: make(True))}


def rounds(args, call_ours, peers):
    """By system: what each round measured, in turn."""
    out = {name: [] for name in SYSTEMS}
    for _ in range(args.rounds):
        out["ours"].append(call_ours())
        for name, peer in peers.items():
            out[name].append(peer if isinstance(peer, dict) else guarded(peer.measure))
    return out


def measure_workload(args, torch, name):
    peers = {}
    if torch:
        import workloads
        peers = torch_pair(lambda compiled: TorchSteps(args, torch, workloads.WORKLOADS[name], compiled))
    out = rounds(args, lambda: ours(args, name)[0], peers)
    eager = peers.get("eager")
    if eager and not isinstance(eager, dict):
        losses = eager.losses()
        out["losses"] = [losses[0], losses[9]]
    return out


def measure_kernel(args, torch, name):
    peers, check = {}, None
    if torch:
        function, inputs = kernel_of(torch, name)
        peers = torch_pair(lambda compiled: TorchKernel(args, torch, function, inputs, compiled))
        if not isinstance(peers["eager"], dict):
            check = peers["eager"].check()
    out = rounds(args, lambda: ours(args, str(HERE / "gpu.mlir"), "--only", name)[0], peers)
    return out | {"flops": flops_of(name), "check": check}


# ----------------------------------------------------------------------------------------- tables

def numbers(found, field):
    return [x[field] for x in found if field in x]


def cell(found, field):
    """Median over the rounds, least and most."""
    values = numbers(found, field)
    if not values:
        return next((x["error"] for x in found if "error" in x), "-")
    low, high = min(values), max(values)
    return f"{statistics.median(values):.4g} ({low:.4g} to {high:.4g})"


def ratio(found, field, system):
    a, b = numbers(found[system], field), numbers(found["ours"], field)
    return f"{statistics.median(a) / statistics.median(b):.2f}" if a and b else "-"


def agrees(pairs, tolerance):
    pairs = [(a, b) for a, b in pairs if a is not None and b is not None]
    if not pairs:
        return "-"
    worst = max(abs(a - b) / max(abs(b), 1e-9) for a, b in pairs)
    return f"{worst:.0e}" + ("" if worst <= tolerance else " **differs**")


def workload_rows(name, found):
    ours_losses = [next(iter(numbers(found["ours"], f)), None) for f in ("loss_1", "loss_10")]
    same = agrees(list(zip(ours_losses, found.get("losses", []))), 2e-2 if name == "T4" else 1e-4)
    for field, what in (("gpu_ms_median", "GPU"), ("step_ms_median", "with loss")):
        cells = [cell(found[system], field) for system in SYSTEMS]
        yield f"| {name} | {what} | {' | '.join(cells)} | {ratio(found, field, 'eager')} | {ratio(found, field, 'compiled')} | {same} |"


def first_row(name, found):
    """Seconds to the end of the first step. Ours, from the second round on, finds on disk what it has compiled."""
    cold, *kept = [x.get("first_step_s") for x in found["ours"]]
    kept = [x for x in kept if x]
    cells = [(f"{cold:.3g}" if cold else "-") + (f", then {statistics.median(kept):.3g}" if kept else "")]
    for system in SYSTEMS[1:]:
        cells.append(next((f"{x:.3g}" for x in numbers(found[system], "first_step_s")), "-"))
    return f"| {name} | {' | '.join(cells)} |"


def kernel_row(name, found, copy):
    field = "gpu_ms_median"
    times, rates = numbers(found["ours"], field), numbers(found["ours"], "gbytes_s")
    rate = "-"
    if times and found["flops"]:
        rate = f"{found['flops'] / statistics.median(times) * 1e-9:.4g} TFLOP/s"
    elif rates:
        part = f", {statistics.median(rates) / copy:.0%} of copy" if copy else ""
        rate = f"{statistics.median(rates):.0f} GB/s{part}"
    same = "-" if name.startswith("K2") else agrees([(next(iter(numbers(found["ours"], "check")), None), found["check"])], 1e-3)
    cells = [cell(found[system], field) for system in SYSTEMS]
    return f"| {name} | {' | '.join(cells)} | {rate} | {ratio(found, field, 'eager')} | {ratio(found, field, 'compiled')} | {same} |"


HEAD = """# On a GPU

{device}, {date}; {torch}. Made by `scripts/test-gpu --only=bench`: {rounds} rounds in which ours, PyTorch eager and
PyTorch compiled (`torch.compile`, the whole step or a round of calls replayed as one CUDA graph) are measured in
turn. f32, tf32 off. In brackets the least and the greatest of the rounds' medians.

Memory: a copy moves {copy:.0f} GB/s, bytes read and bytes written.

## Steps of training, ms

GPU: steps that follow each other, by events. With loss: until the loss is in the host's memory, by the host's
clock. The last column: largest relative difference of losses 1 and 10 to PyTorch's.

| | | ours | eager | compiled | eager / ours | compiled / ours | losses |
|---|---|---|---|---|---|---|---|
"""
FIRST = """
## First step, s

Compiling and one step, data and initial values in memory. Ours begins with the model's file; the first number is with
nothing compiled before, the second with the cubins kept. PyTorch's compiler begins with nothing kept.

| | ours | eager | compiled |
|---|---|---|---|
"""
KERNELS = """
## Kernels, ms

Each call has other buffers, so that none finds its data in the cache. The last column: relative difference of the
mean absolute value of the result. K1 of PyTorch is cuBLAS, K2 cuDNN; layouts of K2 differ, [n, h, w, c] is ours.

| | ours | eager | compiled | ours | eager / ours | compiled / ours | check |
|---|---|---|---|---|---|---|---|
"""


def names_of(args):
    all_kernels = re.findall(r"@(K\d\w*)\(", (HERE / "gpu.mlir").read_text())
    chosen = [k for k in all_kernels if any(k.startswith(p) for p in args.kernels.split(",") if p)]
    return [w for w in args.workloads.split(",") if w], chosen


def find_torch(args):
    sys.path.insert(0, args.peers)
    try:
        import torch
        import workloads  # noqa: F401: the definition of the work must be there as well
    except ImportError as error:
        print(f"ours alone: {error}", file=sys.stderr)
        return None
    if args.device == "cuda" and not torch.cuda.is_available():
        print("ours alone: PyTorch sees no GPU", file=sys.stderr)
        return None
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    return torch


def arguments():
    parser = argparse.ArgumentParser()
    for name, default in (("ours", None), ("peers", "../shared/bench"), ("data", "../shared/data"), ("out", "RESULTS-gpu.md"),
                          ("workloads", "T2,T3,T4,T6,T7,T8"), ("kernels", "K"), ("device", "cuda")):
        parser.add_argument("--" + name, default=default, required=default is None)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.3)
    parser.add_argument("--limit", type=float, default=500)
    return parser.parse_args()


def measure_all(args, torch, raw):
    """Measures into raw; the three tables' rows, and the names that there was no time for."""
    begin = time.monotonic()
    steps, firsts, kernels, left = [], [], [], []
    jobs, chosen = names_of(args)
    for name in jobs + chosen:
        if time.monotonic() - begin > args.limit:
            left.append(name)
        elif name in jobs:
            found = raw[name] = measure_workload(args, torch, name)
            steps += workload_rows(name, found)
            firsts.append(first_row(name, found))
            print(*steps[-2:], firsts[-1], sep="\n", flush=True)
        else:
            found = raw[name] = measure_kernel(args, torch, name)
            kernels.append(kernel_row(name, found, raw["copy"].get("gbytes_s")))
            print(kernels[-1], flush=True)
    return steps, firsts, kernels, left


def main():
    args = arguments()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as args.cache:     # nothing is compiled in it yet
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = os.path.join(args.cache, "inductor")
        torch, copy = find_torch(args), ours(args, "copy")[0]
        raw = {"copy": copy, "python": platform.python_version()}
        steps, firsts, kernels, left = measure_all(args, torch, raw)
    out = HEAD.format(device=copy.get("device", copy.get("error")), date=datetime.date.today().isoformat(), rounds=args.rounds,
                      torch=f"PyTorch {torch.__version__}" if torch else "PyTorch is not there", copy=copy.get("gbytes_s", 0))
    for table, rows in (("", steps), (FIRST, firsts), (KERNELS, kernels)):
        out += table * bool(rows) + "".join(row + "\n" for row in rows)
    if left:
        out += f"\nNot reached in {args.limit:.0f} s: {', '.join(left)}.\n"
    Path(args.out).write_text(out)
    Path(args.out).with_suffix(".json").write_text(json.dumps(raw, indent=1))


main()
