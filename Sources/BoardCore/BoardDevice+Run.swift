import FixedPoint
import WireProtocol

extension BoardDevice where Platform: ~Copyable, Executor: ~Copyable {
  func requireExecutor() throws(BoardError) {
    guard executor != nil else { throw BoardError(.noActiveImage) }
  }

  mutating func clear() {
    executor?.clear()
    executorTick = 0
    input.reset()
    run = RunRecord()
    stats.clears &+= 1
  }

  /// SPIKES_IN: takes input for ticks to come.
  mutating func spikesIn(
    _ header: FrameHeader, _ payload: UnsafeRawBufferPointer, isNewer: Bool, isNext: Bool
  ) throws(BoardError) {
    var reader = WireReader(payload)
    let message: SpikesIn = try parse(&reader)
    // With a clear first nothing before it matters; without one a lost request would go unnoticed.
    guard message.clearsFirst ? isNewer : isNext else { throw outOfSequence }
    try requireExecutor()
    if message.clearsFirst { clear() }
    try input.append(reader.rest(), currentTick: executorTick, inputs: executorInputs)
    answer(
      SpikesInAnswer(waiting: UInt32(input.count), capacity: UInt32(input.capacity)), to: header)
  }

  /// RUN: takes the spikes that come with it and begins to execute.
  mutating func startRun(
    _ header: FrameHeader, _ payload: UnsafeRawBufferPointer, isNewer: Bool, isNext: Bool
  ) throws(BoardError) {
    var reader = WireReader(payload)
    let message: Run = try parse(&reader)
    guard message.clearsFirst ? isNewer : isNext else { throw outOfSequence }
    try requireExecutor()
    guard Int(message.ticks) <= profile.maximumTicks else {
      throw BoardError(.tooManyTicks, detail: UInt32(clamping: profile.maximumTicks))
    }
    if message.clearsFirst { clear() }
    try input.append(reader.rest(), currentTick: executorTick, inputs: executorInputs)
    run.outputEvents = 0
    startOperation(.run(ticksLeft: message.ticks), header)
  }

  /// Executes some ticks, or sends what they gave.
  mutating func continueRun(_ ticksLeft: UInt32) throws(BoardError) {
    var left = ticksLeft
    var budget = profile.stepTicks
    while left > 0 && budget > 0 && hasRoomForSpikes && hasRoomForReadouts {
      try executeTick()
      left -= 1
      budget -= 1
    }
    operation = .run(ticksLeft: left)
    if left > 0 {
      if !hasRoomForSpikes {
        sendStaged()
      } else if !hasRoomForReadouts {
        sendStagedReadouts(to: request)
      } else {
        tellProgress(.running, done: Int(executorTick), total: Int(executorTick) + Int(left))
      }
      return
    }
    if run.stagedReadouts > 0 {
      sendStagedReadouts(to: request)
      return
    }
    let fitting = (profile.maximumPayload - RunAnswer.headerBytes) / WireSpike.byteCount
    if run.staged > fitting {
      sendStaged()
      return
    }
    operation = .none
    let message = RunAnswer(
      currentTick: executorTick, crc: run.crc.value, spikes: run.spikes, inputEvents: run.inputEvents,
      outputEvents: run.outputEvents, spikeCount: UInt32(run.staged))
    answer(
      message, to: request,
      body: UnsafeRawBufferPointer(rebasing: stage[0..<run.staged * WireSpike.byteCount]))
    run.staged = 0
  }

  /// Whether the spikes of one more tick fit into the stage.
  var hasRoomForSpikes: Bool { (run.staged + executorOutputs) * WireSpike.byteCount <= readoutStart }

  /// Whether the readouts of one more tick do.
  var hasRoomForReadouts: Bool {
    (run.stagedReadouts + executorReadouts) * WireReadout.byteCount <= stage.count - readoutStart
  }

  /// Executes the next tick and keeps its outputs, as far as a realtime stream has room and credit for them.
  mutating func executeTick() throws(BoardError) {
    let tick = executorTick
    while let spike = input.first, spike.tick == tick {
      try executor?.addInput(line: spike.index, count: spike.count)
      input.removeFirst()
      run.inputEvents &+= 1
      stats.inputEvents &+= 1
    }
    var record = run
    var dropped: UInt64 = 0
    let most = stream?.creditLeft ?? .max
    let stage = self.stage
    let readoutStart = self.readoutStart
    var kept: UInt64 = 0
    executor?.tick { spike in
      record.crc.update(littleEndian: tick)
      record.crc.update(littleEndian: spike.core)
      record.crc.update(littleEndian: spike.neuron)
      record.crc.update(spike.count)
      record.spikes &+= UInt64(spike.count)
      if spike.output != .max {
        // An output belongs to one neuron, so a tick has at most `executorOutputs` of them.
        let at = record.staged * WireSpike.byteCount
        guard kept < most && at + WireSpike.byteCount <= readoutStart else {
          dropped &+= 1
          return
        }
        WireSpike(tick: tick, index: spike.output, count: spike.count).store(to: stage, at: at)
        record.staged += 1
        record.outputEvents &+= 1
        kept &+= 1
      }
    }
    executor?.forEachReadout { readout in
      record.crc.update(littleEndian: tick)
      record.crc.update(littleEndian: readout.core)
      record.crc.update(littleEndian: readout.neuron)
      record.crc.update(littleEndian: UInt32(bitPattern: readout.membrane))
      let at = readoutStart + record.stagedReadouts * WireReadout.byteCount
      guard kept < most && at + WireReadout.byteCount <= stage.count else {
        dropped &+= 1
        return
      }
      WireReadout(tick: tick, output: readout.output, membrane: readout.membrane).store(to: stage, at: at)
      record.stagedReadouts += 1
      kept &+= 1
    }
    executorTick = tick &+ 1
    stats.ticks &+= 1
    stats.spikes &+= record.spikes &- run.spikes
    run = record
    stream?.outputs &+= kept
    stream?.droppedOut &+= dropped
  }

  /// Sends the first staged spikes, a frame of them, ahead of the answer.
  private mutating func sendStaged() {
    let fitting = (profile.maximumPayload - SpikesOut.headerBytes) / WireSpike.byteCount
    let count = min(run.staged, fitting)
    let bytes = count * WireSpike.byteCount
    answer(
      SpikesOut(spikeCount: UInt32(count)), to: request, body: UnsafeRawBufferPointer(rebasing: stage[0..<bytes]))
    removeStaged(bytes)
  }

  /// Forgets the first `bytes` bytes of staged spikes, which were sent.
  mutating func removeStaged(_ bytes: Int) {
    UnsafeMutableRawBufferPointer(rebasing: stage[0..<run.staged * WireSpike.byteCount - bytes])
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: stage[bytes..<run.staged * WireSpike.byteCount]))
    run.staged -= bytes / WireSpike.byteCount
  }

  /// Sends the first staged readouts, a frame of them, ahead of the answer or of the stream's spikes.
  mutating func sendStagedReadouts(to request: FrameHeader) {
    let fitting = (profile.maximumPayload - MembranesOut.headerBytes) / WireReadout.byteCount
    let count = min(run.stagedReadouts, fitting)
    let staged = UnsafeMutableRawBufferPointer(
      rebasing: stage[readoutStart..<readoutStart + run.stagedReadouts * WireReadout.byteCount])
    let bytes = count * WireReadout.byteCount
    answer(
      MembranesOut(readoutCount: UInt32(count)), to: request, body: UnsafeRawBufferPointer(rebasing: staged[0..<bytes]))
    UnsafeMutableRawBufferPointer(rebasing: staged[0..<staged.count - bytes])
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: staged[bytes...]))
    run.stagedReadouts -= count
  }

  /// STATE: membranes of a core.
  mutating func state(_ header: FrameHeader, _ message: StateRequest) throws(BoardError) {
    try requireExecutor()
    let most = (profile.maximumPayload - StateAnswer.headerBytes) / 4
    guard let neurons = executor?.neuronCount(ofCore: message.core) ?? nil, Int(message.firstNeuron) <= neurons else {
      throw BoardError(.noSuchCore, detail: UInt32(message.core))
    }
    let first = Int(message.firstNeuron)
    // The stage is empty outside of a run, and may be smaller than a frame.
    let count = min(min(Int(message.count), neurons - first), min(most, stage.count / 4))
    for index in 0..<count {
      let membrane = executor?.membrane(core: message.core, neuron: first + index) ?? 0
      stage.storeBytes(of: membrane.littleEndian, toByteOffset: 4 * index, as: Int32.self)
    }
    let body = UnsafeRawBufferPointer(rebasing: stage[0..<4 * count])
    answer(
      StateAnswer(
        currentTick: executorTick, neuronCount: UInt32(neurons), count: UInt32(count),
        crc: CRC32C.checksum(of: body)),
      to: header, body: body)
  }
}
