import Kernels

extension PopulationActivity {
  /// Runs all ticks of a sample and returns its spikes.
  ///
  /// - Parameters:
  ///   - sample: in the block.
  ///   - source: the counts below, [ticks][sourcePitch].
  ///   - store: receives what gradients need, in the place of the group's sample; nil to look only.
  func forward(
    _ sample: Int, source: UnsafeBufferPointer<UInt8>, sourcePitch: Int, store: GroupStore<R>?, place: Int
  ) -> Int {
    let counts = pool(sample, source, sourcePitch), plan = prepared.plan
    var call = ForwardCall(
      ticks: ticks, delay: plan.delay, recurrentDelay: plan.recurrentDelay, sources: prepared.sourceCount, count: count,
      merges: prepared.mergesFrames, convolution: prepared.convolution)
    let result =
      prepared.integers == nil
      ? runReal(&call, sample, counts, store, place) : runInteger(&call, sample, counts, store, place)
    store?.frames.elements[place] = Int32(truncatingIfNeeded: result.frames)
    store?.beyondOne.elements[place] = result.beyondOne ? 1 : 0
    return result.spikes
  }

  /// The counts that the weights see, [ticks][sourceCount].
  private func pool(_ sample: Int, _ source: UnsafeBufferPointer<UInt8>, _ sourcePitch: Int) -> UnsafeBufferPointer<
    UInt8
  > {
    guard let pooling = prepared.plan.pooling else { return source }
    let below = prepared.plan.source, pitch = prepared.sourceCount
    for tick in 0..<ticks {
      let first = (sample * ticks + tick) * pitch
      prepared.kernels.pool(
        pooled[first..<first + pitch],
        UnsafeBufferPointer(rebasing: source[tick * sourcePitch..<tick * sourcePitch + below.count]),
        height: below.height,
        width: below.width, size: pooling.size, step: pooling.stride, stride: below.stride)
    }
    return UnsafeBufferPointer(pooled[sample * ticks * pitch..<(sample + 1) * ticks * pitch])
  }

  private func runInteger(
    _ call: inout ForwardCall, _ sample: Int, _ counts: UnsafeBufferPointer<UInt8>, _ store: GroupStore<R>?,
    _ place: Int
  ) -> ForwardCall.Result {
    guard let integers = prepared.integers, let neurons = prepared.integerNeurons else {
      preconditionFailure("integers that were not prepared")
    }
    call.setNeurons(neurons)
    connect(
      &call, sample, counts, weights: integers.weights, recurrent: integers.recurrent, bias: prepared.integerBias,
      membranes: integerMembranes, currents: integerCurrents, workspace: integer, keepsState: neurons.keepsState)
    trace(&call, store, place)
    return prepared.kernels.forward(&call)
  }

  private func runReal(
    _ call: inout ForwardCall, _ sample: Int, _ counts: UnsafeBufferPointer<UInt8>, _ store: GroupStore<R>?,
    _ place: Int
  ) -> ForwardCall.Result {
    let parameters = prepared.parameters
    call.setNeurons(
      prepared.realNeurons, current: prepared.currentLeak.map { (decay: $0, scale: prepared.plan.inputScale) })
    connect(
      &call, sample, counts, weights: parameters.weights.values, recurrent: parameters.recurrent?.values,
      bias: prepared.realBias, membranes: realMembranes, currents: realCurrents, workspace: real,
      keepsState: prepared.realNeurons.keepsState)
    trace(&call, store, place)
    return prepared.kernels.forward(&call, as: R.self)
  }

  /// Says where everything lies.
  private func connect<Weight, Number>(
    _ call: inout ForwardCall, _ sample: Int, _ counts: UnsafeBufferPointer<UInt8>, weights: AlignedBuffer<Weight>,
    recurrent: AlignedBuffer<Weight>?, bias: AlignedBuffer<Number>, membranes: AlignedBuffer<Number>,
    currents: AlignedBuffer<Number>, workspace: TickWorkspace<Number>, keepsState: Bool
  ) {
    let rows = sample * (ticks + 1) * count, flagged = sample * ticks * count
    guard counts.count >= ticks * prepared.sourceCount, let countRows = counts.baseAddress,
      let weightRows = weights.elements.baseAddress, let biases = bias.elements.baseAddress,
      let membraneRows = membranes[rows..<rows + (ticks + 1) * count].baseAddress,
      let spikeRows = spikes[rows..<rows + (ticks + 1) * count].baseAddress,
      let flagRows = flags[flagged..<flagged + ticks * count].baseAddress,
      let sums = workspace.sums.elements.baseAddress, let list = indices.elements.baseAddress
    else { preconditionFailure("a population without memory") }
    call.read(
      counts: countRows, weights: weightRows, recurrent: UnsafeRawPointer(recurrent?.elements.baseAddress), bias: biases
    )
    call.record(
      membranes: membraneRows, spikes: spikeRows, flags: flagRows,
      currents: currents.count == 0
        ? nil : UnsafeMutableRawPointer(currents[flagged..<flagged + ticks * count].baseAddress))
    call.work(
      sums: sums, recurrentSums: workspace.recurrentSums.elements.baseAddress,
      current: workspace.current.elements.baseAddress, residual: workspace.residual.elements.baseAddress,
      held: keepsState ? UnsafeMutableRawPointer(workspace.held.elements.baseAddress) : nil,
      pending: workspace.pending.elements.baseAddress, left: workspace.left.elements.baseAddress, indices: list,
      narrow: narrow.count == 0 ? nil : narrow.elements.baseAddress)
  }

  private func trace(_ call: inout ForwardCall, _ store: GroupStore<R>?, _ place: Int) {
    guard let store else { return }
    let sources = prepared.sourceCount
    func rows<Element>(_ buffer: AlignedBuffer<Element>, _ width: Int) -> UnsafeMutablePointer<Element>? {
      buffer.count == 0 ? nil : buffer[place * width..<(place + 1) * width].baseAddress
    }
    call.trace(
      masks: rows(store.masks, store.words * sources), frameStart: rows(store.frameStart, ticks),
      counts: rows(store.counts, ticks * sources), recurrentMasks: rows(store.recurrentMasks, store.words * count),
      recurrentCounts: rows(store.recurrentCounts, ticks * count))
  }
}
