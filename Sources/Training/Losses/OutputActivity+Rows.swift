import Kernels

extension OutputActivity {
  /// What outputs without padding did: for looking at losses alone.
  ///
  /// - Parameters:
  ///   - spikeCounts: one an output.
  ///   - membraneRows: [ticks][outputs], nil for outputs that spike.
  package init(
    ticks: Int, spikeCounts: UnsafeBufferPointer<Int32>, spikeRows: UnsafeBufferPointer<UInt8>,
    membraneRows: UnsafeBufferPointer<R>?
  ) {
    self.init(
      ticks: ticks, classes: spikeCounts.count, stride: spikeCounts.count, counts: spikeCounts, spikes: spikeRows,
      membranes: membraneRows)
  }
}

extension OutputGradient {
  /// Rows without padding.
  package init(rows: UnsafeMutableBufferPointer<R>, outputs: Int) { self.init(rows: rows, stride: outputs) }
}
