#!/usr/bin/env python3
"""Times one training step of the usual Python frameworks on the networks that tools/benchmarks/training times.

    pip install snntorch spikingjelly norse
    tools/benchmarks/peers.py snntorch mnist-128 --data "$SNNMAP_DATA"

Prints one JSON object: samples a second of wall clock and of processor time (medians over steps, coding included
where the network has one), and by how many MB the resident set grew. Each framework is used as its own tutorials do.
"""
import argparse
import gzip
import json
import os
import resource
import statistics
import time
import warnings


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("framework", choices=["snntorch", "spikingjelly", "norse"])
    parser.add_argument("network", choices=["mnist-128", "mnist-512", "fsdd-128", "conv"])
    parser.add_argument("--data", default=os.environ.get("SNNMAP_DATA", "data"), help="the folder with mnist and fsdd")
    parser.add_argument("--seconds", type=float, default=4, help="how long to measure")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


options = arguments()
os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(options.threads)
warnings.filterwarnings("ignore")
import numpy as np  # noqa: E402  (after the number of threads is said)
import torch  # noqa: E402

torch.set_num_threads(options.threads)
torch.manual_seed(0)
nn = torch.nn


def mnist():
    """The test images as shares of full scale, and their labels."""
    def read(name, offset):
        with gzip.open(os.path.join(options.data, "mnist", name)) as file:
            return np.frombuffer(file.read(), np.uint8, offset=offset)
    images = read("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 784).astype(np.float32) / 255
    return torch.tensor(images), torch.tensor(read("t10k-labels-idx1-ubyte.gz", 8).astype(np.int64))


def fsdd():
    """Spikes [samples][ticks][inputs] and labels."""
    file = np.load(os.path.join(options.data, "fsdd", "fsdd_delta80_T100_bits.npz"))
    spikes = np.unpackbits(file["bits"], axis=2)[:, :, : file["shape"][2]]
    return torch.tensor(spikes), torch.tensor(file["label"].astype(np.int64))


def leaky(beta=0.9, slope=25):
    """A feed-forward layer of neurons; SpikingJelly's takes all ticks at once."""
    if options.framework == "snntorch":
        import snntorch
        from snntorch import surrogate
        return snntorch.Leaky(beta=beta, spike_grad=surrogate.fast_sigmoid(slope=slope), init_hidden=True)
    if options.framework == "spikingjelly":
        from spikingjelly.activation_based import neuron, surrogate
        return neuron.LIFNode(tau=1 / (1 - beta), decay_input=False, v_reset=None,
                              surrogate_function=surrogate.ATan(), step_mode="m")
    import norse.torch as norse
    return norse.LIFBoxCell(norse.LIFBoxParameters(tau_mem_inv=torch.tensor(1000 * (1 - beta))))


def stack(*layers):
    """Layers in a row as a function of [ticks][samples]… that gives the output spikes of every tick, with its parameters."""
    if options.framework == "spikingjelly":
        from spikingjelly.activation_based import functional
        net = nn.Sequential(*layers)
        functional.set_step_mode(net, "m")

        def forward(x):
            functional.reset_net(net)
            return net(x)
    elif options.framework == "norse":
        import norse.torch as norse
        net = norse.SequentialState(*layers)

        def forward(x):
            state, outputs = None, []
            for frame in x:
                output, state = net(frame, state)
                outputs.append(output)
            return torch.stack(outputs)
    else:
        from snntorch import utils
        net = nn.Sequential(*layers)

        def forward(x):
            utils.reset(net)
            return torch.stack([net(frame) for frame in x])
    return forward, list(net.parameters())


def plain(name, *sizes):
    """A layer of torch, or SpikingJelly's of the same name, which takes all ticks at once."""
    if options.framework == "spikingjelly":
        from spikingjelly.activation_based import layer
        return getattr(layer, name)(*sizes)
    return getattr(nn, name)(*sizes)


def feed_forward(hidden):
    return stack(plain("Linear", 784, hidden), leaky(), plain("Linear", hidden, 10), leaky())


def convolutional():
    return stack(
        plain("Conv2d", 1, 12, 5), leaky(), plain("MaxPool2d", 2), plain("Conv2d", 12, 32, 5), leaky(),
        plain("MaxPool2d", 2), plain("Flatten"), plain("Linear", 512, 10), leaky())


def recurrent(inputs, hidden, classes):
    """A recurrent layer and a linear readout, summed over time."""
    first, last = nn.Linear(inputs, hidden), nn.Linear(hidden, classes)
    if options.framework == "snntorch":
        import snntorch
        from snntorch import surrogate
        cell = snntorch.RLeaky(beta=0.9375, linear_features=hidden, spike_grad=surrogate.fast_sigmoid(slope=10))

        def forward(x):
            spikes, membrane = cell.init_rleaky()
            outputs = []
            for frame in x:
                spikes, membrane = cell(first(frame), spikes, membrane)
                outputs.append(last(spikes))
            return torch.stack(outputs)
    elif options.framework == "spikingjelly":
        from spikingjelly.activation_based import functional, layer, neuron, surrogate
        node = neuron.LIFNode(tau=16.0, decay_input=False, v_reset=None, surrogate_function=surrogate.ATan())
        cell = layer.LinearRecurrentContainer(node, in_features=hidden, out_features=hidden, bias=False, step_mode="m")

        def forward(x):
            functional.reset_net(cell)
            return last(cell(first(x)))
    else:
        import norse.torch as norse
        cell = norse.LIFRecurrent(inputs, hidden)

        def forward(x):
            return last(cell(x)[0])
        return forward, [*cell.parameters(), *last.parameters()]
    return forward, [*first.parameters(), *cell.parameters(), *last.parameters()]


if options.network.startswith("mnist"):
    hidden, ticks = (128, 16) if options.network == "mnist-128" else (512, 25)
    forward, parameters = feed_forward(hidden)
    images, labels = mnist()
    batch = 128

    def samples(step):
        first = step % (len(labels) // batch) * batch
        x = images[first:first + batch]
        return (torch.rand(ticks, *x.shape) < x).float(), labels[first:first + batch]
elif options.network == "fsdd-128":
    spikes, labels = fsdd()
    forward, parameters = recurrent(spikes.shape[2], 128, int(labels.max()) + 1)
    batch = 64

    def samples(step):
        chosen = torch.arange(batch) * 20 + step % 20
        return spikes[chosen].permute(1, 0, 2).float().contiguous(), labels[chosen]
else:
    forward, parameters = convolutional()
    images, labels = mnist()
    batch, ticks = 64, 16

    def samples(step):
        first = step % (len(labels) // batch) * batch
        x = images[first:first + batch].reshape(batch, 1, 28, 28)
        return (torch.rand(ticks, *x.shape) < x).float(), labels[first:first + batch]

optimiser = torch.optim.Adam(parameters, 5e-4)


def train(step):
    x, y = samples(step)
    optimiser.zero_grad()
    loss = nn.functional.cross_entropy(forward(x).sum(0), y)
    loss.backward()
    optimiser.step()


def resident():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


before = resident()
for step in range(2):
    train(step)
walls, cpus, start, step = [], [], time.perf_counter(), 2
while time.perf_counter() - start < options.seconds or len(walls) < 5:
    wall, cpu = time.perf_counter(), time.process_time()
    train(step)
    walls.append(time.perf_counter() - wall)
    cpus.append(time.process_time() - cpu)
    step += 1
print(json.dumps({
    "framework": options.framework, "network": options.network, "threads": options.threads,
    "samples_per_second": round(batch / statistics.median(walls)),
    "samples_per_processor_second": round(batch / statistics.median(cpus)),
    "extra_megabytes": round(resident() - before), "steps": len(walls)}))
