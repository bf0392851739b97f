import Kernels

extension SampleWorker {
  /// Runs a block of samples forward and backward, and leaves in the stores what gradients need.
  ///
  /// - Parameters:
  ///   - samples: at most `block`, read by `encode`.
  ///   - first: the place of the block's first sample in the stores.
  func train(
    _ samples: ArraySlice<BatchSample>, first: Int, stores: [GroupStore<R>], loss: some SampleLoss,
    inputGradient: AlignedBuffer<R>?, outcomes: UnsafeMutableBufferPointer<SampleOutcome>
  ) {
    let last = populations[populations.count - 1], count = last.count
    let isExpanded = last.plan.recurrentDelay != nil
    var shapes: [GradientShape] = []
    for (place, sample) in samples.enumerated() {
      forward(place, stores: stores, place: first + place)
      let (outcome, shape) = judge(place, label: sample.label, loss: loss)
      outcomes[first + place] = outcome
      shapes.append(shape)
      takeLossRows(place, shape, count, isExpanded)
    }
    let isConstant = !isExpanded && shapes.allSatisfy { $0 == .constant }
    if !isExpanded && !isConstant {
      for (place, shape) in shapes.enumerated() where shape == .constant { repeatFirstRow(place, count) }
    }
    var rows = upstream[0], below = upstream[1]
    for index in populations.indices.reversed() {
      let prepared = populations[index], store = stores[index]
      if loss.regularises, index < populations.count - 1 { addPenalty(index, samples.count, rows) }
      let isLast = index == populations.count - 1
      adjoin(index, samples.count, first: first, store: store, rows: rows, isConstant: isLast && isConstant)
      if prepared.transposed.count > 0 {
        if index == 0, let inputGradient {
          let width = ticks * prepared.belowCount
          descend(index, samples.count, first, store, inputGradient[first * width..<(first + samples.count) * width])
        } else if index > 0 {
          descend(index, samples.count, first, store, below.elements)
        }
      }
      if let shape = prepared.convolution {
        convolveGradient(index, samples.count, shape, store.blockGradient(first / block))
      } else if prepared.mergesFrames {
        for place in 0..<samples.count { store.compactToFrames(first + place, kernels: kernels) }
      }
      swap(&rows, &below)
    }
  }

  /// Copies the loss's derivative to a sample's rows.
  private func takeLossRows(_ place: Int, _ shape: GradientShape, _ count: Int, _ isExpanded: Bool) {
    let taken = shape == .constant ? count : ticks * count
    let from = place * ticks * count
    _ = upstream[0][from..<from + taken].update(fromContentsOf: lossRows[0..<taken])
    if shape == .constant, isExpanded { repeatFirstRow(place, count) }
  }

  private func repeatFirstRow(_ place: Int, _ count: Int) {
    let from = place * ticks * count
    for tick in 1..<max(ticks, 1) {
      _ = upstream[0][from + tick * count..<from + (tick + 1) * count].update(
        fromContentsOf: upstream[0][from..<from + count])
    }
  }

  private func addPenalty(_ index: Int, _ samples: Int, _ rows: AlignedBuffer<R>) {
    let count = populations[index].count
    for place in 0..<samples {
      let penalty = penaltyRows[index][place * count..<(place + 1) * count]
      for tick in 0..<ticks {
        let row = rows[(place * ticks + tick) * count..<(place * ticks + tick + 1) * count]
        for element in 0..<count { row[element] += penalty[element] }
      }
    }
  }

  /// Where the derivatives by a population's weighted input lie: elements from tick to tick and from sample to sample.
  private func place(
    _ index: Int, _ first: Int, _ store: GroupStore<R>
  ) -> (rows: UnsafeMutableBufferPointer<R>, tick: Int, sample: Int) {
    if populations[index].convolution != nil {
      let count = populations[index].count
      return (adjoints.elements, count, ticks * count)
    }
    let start = first * ticks * store.pitch
    return (store.adjoints[start..<store.adjoints.count], store.pitch, ticks * store.pitch)
  }

  /// The derivatives by the weighted input of one population.
  private func adjoin(
    _ index: Int, _ samples: Int, first: Int, store: GroupStore<R>, rows: AlignedBuffer<R>, isConstant: Bool
  ) {
    let prepared = populations[index], activity = activities[index], count = prepared.count
    let adjoint = place(index, first, store)
    let used = state[0..<samples * 6 * count]
    used.clear()
    guard let upstream = rows.elements.baseAddress, let target = adjoint.rows.baseAddress,
      let states = used.baseAddress,
      let spikes = activity.spikes.elements.baseAddress, let flags = activity.flags.elements.baseAddress
    else { return }
    let membranes: UnsafeRawPointer?, currents: UnsafeRawPointer?
    if prepared.integers == nil {
      membranes = activity.realMembranes.elements.baseAddress.map { UnsafeRawPointer($0 + count) }
      currents = UnsafeRawPointer(activity.realCurrents.elements.baseAddress)
    } else {
      membranes = activity.integerMembranes.elements.baseAddress.map { UnsafeRawPointer($0 + count) }
      currents = UnsafeRawPointer(activity.integerCurrents.elements.baseAddress)
    }
    guard let membranes else { return }
    let neurons = prepared.plan.neurons
    var call = prepared.backward
    call.read(
      upstream: upstream, upstreamTick: isConstant ? 0 : count, upstreamSample: ticks * count, membranes: membranes,
      membraneSample: (ticks + 1) * count, spikes: spikes + count, spikeSample: (ticks + 1) * count, flags: flags,
      flagSample: ticks * count, currents: currents, currentSample: ticks * count)
    call.write(
      adjoint: target, adjointTick: adjoint.tick, adjointSample: adjoint.sample, next: states,
      nextCurrent: states + count,
      sums: (
        neurons.hasBias ? states + 2 * count : nil, neurons.trainsThreshold ? states + 3 * count : nil,
        neurons.leak?.isTrained == true ? states + 4 * count : nil,
        neurons.currentLeak?.isTrained == true ? states + 5 * count : nil
      ), stateSample: 6 * count)
    if let delay = prepared.plan.recurrentDelay {
      kernels.backward(
        call, samples: samples, ticks: ticks, count: count,
        weights: UnsafeBufferPointer(prepared.recurrentTransposed.elements), delay: delay,
        depth: prepared.plan.output.channels)
    } else {
      kernels.backward(call, samples: samples, ticks: 0..<ticks, count: count)
    }
    foldSums(prepared, samples, first, store)
  }

  /// Sums what bias, θ, α and β get over the positions of a map.
  private func foldSums(_ prepared: PreparedPopulation<R>, _ samples: Int, _ first: Int, _ store: GroupStore<R>) {
    let neurons = prepared.plan.neurons
    if !neurons.hasBias && !prepared.trainsScalars { return }
    let count = prepared.count, stride = prepared.plan.output.stride
    for place in 0..<samples {
      for sum in 0..<4 {
        let from = (place * 6 + 2 + sum) * count, to = ((first + place) * 4 + sum) * stride
        let total = store.sums[to..<to + stride]
        total.clear()
        kernels.sumColumns(
          total, UnsafeBufferPointer(state[from..<from + count]), rows: count / stride, rowStride: stride, scale: 1)
      }
    }
  }

  /// The derivative by the counts of the source: [sample][ticks][belowCount].
  private func descend(
    _ index: Int, _ samples: Int, _ first: Int, _ store: GroupStore<R>, _ below: UnsafeMutableBufferPointer<R>
  ) {
    let prepared = populations[index], plan = prepared.plan
    let adjoint = place(index, first, store)
    let count = prepared.belowCount, live = max(ticks - plan.delay, 0)
    let weights = UnsafeBufferPointer(prepared.transposed.elements)
    for sample in 0..<samples {
      let start = sample * ticks * count
      UnsafeMutableBufferPointer(rebasing: below[start + live * count..<start + ticks * count]).clear()
      if live == 0 { continue }
      let rows = UnsafeMutableBufferPointer(rebasing: below[start..<start + live * count])
      let from = UnsafeBufferPointer(rebasing: adjoint.rows[(sample * adjoint.sample + plan.delay * adjoint.tick)...])
      if let shape = prepared.convolution {
        descendConvolution(prepared, shape, rows, from, adjoint.tick, live)
        continue
      }
      let direct = plan.pooling == nil
      kernels.product(
        direct ? rows : pooled.elements, cStride: direct ? count : prepared.sourceCount, from, aStride: adjoint.tick,
        weights, rows: live, depth: plan.output.channels, columns: prepared.sourceCount, adding: false)
      if direct { continue }
      for tick in 0..<live {
        let seen = UnsafeBufferPointer(pooled[tick * prepared.sourceCount..<(tick + 1) * prepared.sourceCount])
        unpool(prepared, UnsafeMutableBufferPointer(rebasing: rows[tick * count..<(tick + 1) * count]), seen)
      }
    }
  }

  private func descendConvolution(
    _ prepared: PreparedPopulation<R>, _ shape: ConvolutionShape, _ rows: UnsafeMutableBufferPointer<R>,
    _ adjoint: UnsafeBufferPointer<R>, _ adjointTick: Int, _ live: Int
  ) {
    let count = prepared.belowCount, weights = UnsafeBufferPointer(prepared.transposed.elements)
    for tick in 0..<live {
      let row = UnsafeMutableBufferPointer(rebasing: rows[tick * count..<(tick + 1) * count])
      let direct = prepared.plan.pooling == nil
      kernels.convolveAdjoint(
        direct ? row : pooled.elements, adjoint: UnsafeBufferPointer(rebasing: adjoint[(tick * adjointTick)...]),
        transposed: weights, shape: shape, work: work.elements)
      if !direct { unpool(prepared, row, UnsafeBufferPointer(pooled.elements)) }
    }
  }

  private func unpool(
    _ prepared: PreparedPopulation<R>, _ row: UnsafeMutableBufferPointer<R>, _ seen: UnsafeBufferPointer<R>
  ) {
    guard let pooling = prepared.plan.pooling else { return }
    kernels.unpool(
      row, seen, height: prepared.plan.source.height, width: prepared.plan.source.width, size: pooling.size,
      step: pooling.stride, stride: prepared.belowPitch)
  }

  /// The gradient of a convolution's weights, summed over the block.
  private func convolveGradient(
    _ index: Int, _ samples: Int, _ shape: ConvolutionShape, _ gradient: UnsafeMutableBufferPointer<R>
  ) {
    let prepared = populations[index], activity = activities[index]
    let pitch = prepared.sourceCount, count = prepared.count, delay = prepared.plan.delay
    gradient.clear()
    var beyondOne = false
    for sample in 0..<samples {
      let counts = source(index, sample)
      for tick in Swift.stride(from: delay, to: ticks, by: 1) {
        let row = UnsafeBufferPointer(rebasing: counts[(tick - delay) * pitch..<(tick - delay + 1) * pitch])
        let active = kernels.events(row, indices: activity.indices.elements, beyondOne: &beyondOne)
        let from = (sample * ticks + tick) * count
        kernels.convolveGradient(
          gradient, adjoint: UnsafeBufferPointer(adjoints[from..<from + count]), shape: shape,
          indices: UnsafeBufferPointer(activity.indices[0..<active]), counts: row, padded: activity.padded.elements,
          sorted: activity.sorted.elements)
      }
    }
  }

  /// What a population's weights see of a sample: [ticks][sourceCount].
  private func source(_ index: Int, _ sample: Int) -> UnsafeBufferPointer<UInt8> {
    let activity = activities[index]
    if activity.pooled.count > 0 {
      let width = ticks * activity.prepared.sourceCount
      return UnsafeBufferPointer(activity.pooled[sample * width..<(sample + 1) * width])
    }
    if index == 0 {
      return UnsafeBufferPointer(inputs[sample * ticks * inputPitch..<(sample + 1) * ticks * inputPitch])
    }
    return UnsafeBufferPointer(activities[index - 1].spikeRows(sample))
  }
}

extension GroupStore {
  /// The gradient that a block sums.
  func blockGradient(_ block: Int) -> UnsafeMutableBufferPointer<R> {
    let count = prepared.plan.weightCount
    return partial[block * count..<(block + 1) * count]
  }
}
