import ArgumentParser
import Workflows

/// `--stream`.
struct TransferOption: ParsableArguments {
  @Flag(name: .long, help: "With --on device: send each sample as a stream of spikes, not as a whole run.")
  var stream = false

  var transfer: DeviceTransfer { stream ? .stream : .runs }
}
