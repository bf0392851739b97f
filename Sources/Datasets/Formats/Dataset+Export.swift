import NetworkFiles

extension Dataset {
  /// How exported spikes are stored.
  public enum SpikeLayout: Sendable {
    /// `input`: a byte for each tick and input, [samples, ticks, inputs].
    case counts
    /// `bits`, packed as by `np.packbits` over the last axis, with `shape`; for counts of 0 and 1.
    case packedBits
  }

  /// Writes all samples as spikes into an npz file: training samples first, then test samples.
  ///
  /// Arrays: `input` (or `bits` and `shape`), `label`, the mask `test`, and `classes`. Samples are
  /// encoded one by one while writing, so memory does not grow with their number.
  /// - Parameter progress: called with the number of samples written, now and then.
  /// - Throws: `DatasetError` or `NetworkFilesError`.
  public func export(
    to path: String, encoder: SampleEncoder, layout: SpikeLayout = .counts, progress: (Int) -> Void = { _ in }
  ) throws {
    let sets = [train, test]
    for set in sets { try encoder.check(set) }
    let total = train.count + test.count
    let labels = train.labels + test.labels
    try AtomicFile.write(path) { file in
      var archive = NpzWriter(file)
      let spikes = SpikeStream(sets: sets, encoder: encoder)
      switch layout {
      case .counts:
        try archive.add("input", shape: [total, encoder.ticks, encoder.inputCount], type: .uint8) { emit in
          try spikes.forEach(progress) { _, counts in try emit(counts) }
        }
      case .packedBits:
        let width = (encoder.inputCount + 7) / 8
        var packed = [UInt8](repeating: 0, count: encoder.ticks * width)
        try archive.add("bits", shape: [total, encoder.ticks, width], type: .uint8) { emit in
          try spikes.forEach(progress) { sample, counts in
            try SpikeStream.pack(counts, inputs: encoder.inputCount, sample: sample, into: &packed)
            try packed.withUnsafeBytes { try emit($0) }
          }
        }
        try archive.add("shape", NpyArray(shape: [3], [total, encoder.ticks, encoder.inputCount].map(Int64.init)))
      }
      let isNarrow = classNames.count <= 256
      try archive.add(
        "label",
        isNarrow
          ? NpyArray(shape: [total], labels.map { UInt8(truncatingIfNeeded: $0) })
          : NpyArray(shape: [total], labels.map { Int32(truncatingIfNeeded: $0) }))
      try archive.add("test", NpyArray(shape: [total], (0..<total).map { $0 >= train.count }))
      try archive.add("classes", NpyArray(shape: [classNames.count], strings: classNames))
      try archive.finish()
    }
  }
}

/// The samples of some sets, encoded one after the other.
private struct SpikeStream {
  let sets: [SampleSet]
  let encoder: SampleEncoder

  func forEach(_ progress: (Int) -> Void, _ body: (_ sample: Int, _ counts: UnsafeRawBufferPointer) throws -> Void)
    throws
  {
    let size = encoder.ticks * encoder.inputCount
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: size)
    buffer.initialize(repeating: 0)
    defer { buffer.deallocate() }
    var done = 0
    for set in sets {
      for index in 0..<set.count {
        try encoder.encode(index, of: set, into: buffer)
        try body(done, UnsafeRawBufferPointer(buffer))
        done += 1
        if done % 256 == 0 { progress(done) }
      }
    }
    progress(done)
  }

  /// Packs counts of 0 and 1, the first input into the highest bit.
  static func pack(
    _ counts: UnsafeRawBufferPointer, inputs: Int, sample: Int, into packed: inout [UInt8]
  ) throws(DatasetError) {
    let width = (inputs + 7) / 8
    for byte in packed.indices { packed[byte] = 0 }
    for position in 0..<counts.count where counts[position] != 0 {
      guard counts[position] == 1 else { throw .countNotBinary(sample: sample, count: Int(counts[position])) }
      let (tick, input) = position.quotientAndRemainder(dividingBy: inputs)
      packed[tick * width + input / 8] |= 0x80 >> UInt8(input % 8)
    }
  }
}
