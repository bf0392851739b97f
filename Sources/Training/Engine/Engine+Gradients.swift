import Kernels
import Threads

extension Engine {
  /// Some rows of a gradient, or all of what is small.
  private enum GradientTask: Sendable {
    case weights(population: Int, rows: Range<Int>)
    case recurrent(population: Int, rows: Range<Int>)
    case convolution(population: Int, elements: Range<Int>)
    case scalars(population: Int)
  }

  /// The more rows a task has, the more often it uses an adjoint that it has fetched.
  private func rowsPerTask(_ rows: Int) -> Int { max(32, (rows + 4 * pool.workers - 1) / (4 * pool.workers)) }
  private static var elementsPerTask: Int { 4096 }

  /// Adds what the first samples of the stores left behind to the parameters' gradients.
  func sumGradients(_ samples: Int) {
    let list = gradientTasks()
    pool.run(list.count) { [self] _, task in
      switch list[task] {
      case .weights(let index, let rows): gather(index, rows, samples)
      case .recurrent(let index, let rows): gatherRecurrent(index, rows, samples)
      case .convolution(let index, let elements): sumPartials(index, elements, samples)
      case .scalars(let index): sumScalars(index, samples)
      }
    }
  }

  private func gradientTasks() -> [GradientTask] {
    var list: [GradientTask] = []
    for (index, population) in populations.enumerated() {
      if population.convolution == nil {
        for rows in Self.pieces(population.plan.pooled.count, rowsPerTask(population.plan.pooled.count)) {
          list.append(.weights(population: index, rows: rows))
        }
      } else {
        for elements in Self.pieces(population.plan.weightCount, Self.elementsPerTask) {
          list.append(.convolution(population: index, elements: elements))
        }
      }
      if population.plan.recurrentDelay != nil {
        for rows in Self.pieces(population.plan.output.channels, rowsPerTask(population.plan.output.channels)) {
          list.append(.recurrent(population: index, rows: rows))
        }
      }
      list.append(.scalars(population: index))
    }
    return list
  }

  private static func pieces(_ count: Int, _ size: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }

  private func gather(_ index: Int, _ rows: Range<Int>, _ samples: Int) {
    let prepared = populations[index], store = stores[index]
    let ticks = plan.ticks, sources = prepared.sourceCount
    withUnsafeTemporaryAllocation(of: TracePointers<R>.self, capacity: samples) { traces in
      guard let masks = store.masks.elements.baseAddress, let adjoints = store.adjoints.elements.baseAddress else {
        return
      }
      for sample in 0..<samples {
        let counted = store.beyondOne.elements[sample] != 0
        traces.initializeElement(
          at: sample,
          to: TracePointers(
            masks: masks + sample * store.words * sources, adjoint: adjoints + sample * ticks * store.pitch,
            counts: counted
              ? UnsafePointer(store.counts.elements.baseAddress).map { $0 + sample * ticks * sources } : nil))
      }
      kernels.gather(
        prepared.parameters.weights.gradient.elements, stride: prepared.plan.output.stride, rows: rows,
        sources: sources, frames: ticks, countStride: sources, pitch: store.pitch,
        scale: prepared.plan.inputScale, traces: UnsafeBufferPointer(traces))
    }
  }

  private func gatherRecurrent(_ index: Int, _ rows: Range<Int>, _ samples: Int) {
    let prepared = populations[index], store = stores[index]
    guard let gradient = prepared.parameters.recurrent?.gradient else { return }
    let ticks = plan.ticks, count = prepared.count
    withUnsafeTemporaryAllocation(of: TracePointers<R>.self, capacity: samples) { traces in
      guard let masks = store.recurrentMasks.elements.baseAddress, let adjoints = store.adjoints.elements.baseAddress
      else { return }
      let counts = UnsafePointer(store.recurrentCounts.count == 0 ? nil : store.recurrentCounts.elements.baseAddress)
      for sample in 0..<samples {
        traces.initializeElement(
          at: sample,
          to: TracePointers(
            masks: masks + sample * store.words * count, adjoint: adjoints + sample * ticks * store.pitch,
            counts: counts.map { $0 + sample * ticks * count }))
      }
      kernels.gather(
        gradient.elements, stride: count, rows: rows, sources: count, frames: ticks, countStride: count,
        pitch: store.pitch, scale: 1, traces: UnsafeBufferPointer(traces))
    }
  }

  private func sumPartials(_ index: Int, _ elements: Range<Int>, _ samples: Int) {
    let prepared = populations[index], store = stores[index], count = prepared.plan.weightCount
    kernels.sumColumns(
      prepared.parameters.weights.gradient[elements],
      UnsafeBufferPointer(store.partial[elements.lowerBound..<store.partial.count]),
      rows: (samples + block - 1) / block, rowStride: count, scale: prepared.plan.inputScale)
  }

  /// The gradients of biases, threshold and leaks, where they are trained.
  private func sumScalars(_ index: Int, _ samples: Int) {
    let prepared = populations[index], store = stores[index]
    let neurons = prepared.plan.neurons, stride = prepared.plan.output.stride
    if let biases = prepared.parameters.biases {
      kernels.sumColumns(
        biases.gradient.elements, UnsafeBufferPointer(store.sums.elements), rows: samples, rowStride: 4 * stride,
        scale: 1)
    }
    let scalars: [(Parameter<R>, Bool)] = [
      (prepared.parameters.threshold, neurons.trainsThreshold),
      (prepared.parameters.leak, neurons.leak?.isTrained == true),
      (prepared.parameters.currentLeak, neurons.currentLeak?.isTrained == true),
    ]
    for (sum, (parameter, isTrained)) in scalars.enumerated() where isTrained {
      var total = Double(parameter.gradient.elements[0])
      for sample in 0..<samples {
        let from = (sample * 4 + 1 + sum) * stride
        for channel in 0..<prepared.plan.output.channels { total += Double(store.sums.elements[from + channel]) }
      }
      parameter.gradient.elements[0] = R(total)
    }
  }
}
