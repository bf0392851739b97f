import Kernels

/// Turns what a batch's samples left behind into new weights, a block of rows a task.
///
/// The sum of a weight's gradient runs over samples in order, whoever computes it, so that it does not
/// depend on threads; no gradient is held twice.
struct GradientStep: Sendable {
  let layers: [LayerParameters]
  let hasBias: Bool
  let kernels: KernelSet
  private let blocks: [Block]

  /// Some rows of one layer; the row after the last input is the biases.
  private struct Block: Sendable {
    let layer: Int
    let rows: Range<Int>
  }

  private static let rowsPerBlock = 32

  init(layers: [LayerParameters], hasBias: Bool, kernels: KernelSet) {
    self.layers = layers
    self.hasBias = hasBias
    self.kernels = kernels
    var blocks: [Block] = []
    for (index, layer) in layers.enumerated() {
      for first in stride(from: 0, to: layer.inputs, by: GradientStep.rowsPerBlock) {
        blocks.append(Block(layer: index, rows: first..<min(first + GradientStep.rowsPerBlock, layer.inputs)))
      }
      if hasBias { blocks.append(Block(layer: index, rows: layer.inputs..<layer.inputs + 1)) }
    }
    self.blocks = blocks
  }

  /// Adds the gradients of a group of samples; with `adam`, then moves the weights.
  ///
  /// - Parameter batchSize: the samples of the whole batch; the gradient is their mean.
  func run(_ slots: ArraySlice<SampleSlot>, adam: (Adam, Adam.Step)?, batchSize: Int, tasks: ParallelTasks) {
    tasks.run(blocks.count) { _, task in
      let block = blocks[task]
      let layer = layers[block.layer]
      if block.rows.lowerBound == layer.inputs {
        sumBiases(of: block.layer, slots)
      } else {
        gather(block, slots)
      }
      guard let (optimiser, step) = adam else { return }
      let isBias = block.rows.lowerBound == layer.inputs
      // Master weights are in units of the input's full scale, biases in units of the threshold.
      let unit = isBias ? 1 : layer.fullScale
      optimiser.apply(
        step, to: layer, elements: block.rows.lowerBound * layer.stride..<block.rows.upperBound * layer.stride,
        gradientScale: 1 / (unit * Float(batchSize)), clip: isBias ? .infinity : layer.clip, kernels)
    }
  }

  private func gather(_ block: Block, _ slots: ArraySlice<SampleSlot>) {
    let layer = layers[block.layer]
    defer { withExtendedLifetime((layer, slots)) {} }
    withUnsafeTemporaryAllocation(of: SampleTracePointers.self, capacity: slots.count) { pointers in
      for (index, slot) in slots.enumerated() {
        let trace = slot.traces[block.layer]
        pointers.initializeElement(
          at: index,
          to: SampleTracePointers(
            masks: UnsafeBufferPointer(trace.masks.elements),
            adjoint: UnsafeBufferPointer(slot.adjoints[block.layer].elements),
            counts: trace.beyondOne ? UnsafeBufferPointer(slot.counts.elements) : nil))
      }
      let trace = slots[slots.startIndex].traces[block.layer]
      kernels.gather(
        layer.gradient.elements, stride: layer.stride, rows: block.rows, sources: trace.sources, words: trace.words,
        countStride: trace.sources, traces: UnsafeBufferPointer(pointers))
    }
  }

  private func sumBiases(of index: Int, _ slots: ArraySlice<SampleSlot>) {
    let layer = layers[index]
    let row = layer.gradient[layer.weightCount..<layer.weightCount + layer.stride]
    for slot in slots {
      kernels.sumColumns(row, UnsafeBufferPointer(slot.adjoints[index].elements), rows: slot.traces[index].frames)
    }
  }
}
