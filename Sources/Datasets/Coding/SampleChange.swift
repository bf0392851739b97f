/// What an augmentation does to one sample in one draw.
struct SampleChange: Equatable {
  /// Pixels down and to the right.
  let y: Int
  let x: Int
  let isFlipped: Bool
  /// Ticks later.
  let time: Int
  /// The speed of time in 65536ths.
  let rate: Int

  var movesMaps: Bool { y != 0 || x != 0 || isFlipped }

  /// Tick t takes the counts of tick ⌊t·rate / 65536⌋ − time; ticks from outside the sample are silent.
  func moveInTime(_ output: UnsafeMutableBufferPointer<UInt8>, ticks: Int, inputs: Int) {
    guard time != 0 || rate != 65536, let base = output.baseAddress else { return }
    func source(_ tick: Int) -> Int { (tick &* rate) >> 16 &- time }
    withUnsafeTemporaryAllocation(byteCount: output.count, alignment: 16) { copy in
      guard let old = copy.baseAddress else { return }
      old.copyMemory(from: UnsafeRawPointer(base), byteCount: output.count)
      for tick in 0..<ticks {
        let from = source(tick)
        let target = UnsafeMutableRawPointer(base + tick &* inputs)
        if from < 0 || from >= ticks {
          target.initializeMemory(as: UInt8.self, repeating: 0, count: inputs)
        } else {
          target.copyMemory(from: old + from &* inputs, byteCount: inputs)
        }
      }
    }
  }
}

/// Maps of [height, width], any number of them one after the other, shifted and mirrored.
struct MapMove {
  private let height: Int
  private let width: Int
  private let change: SampleChange

  /// nil where the shape has no maps.
  init?(shape: [Int], change: SampleChange) {
    guard shape.count >= 2, let height = shape.dropLast().last, let width = shape.last, height > 0, width > 0 else {
      return nil
    }
    (self.height, self.width, self.change) = (height, width, change)
  }

  /// Pixel (y, x) of the result is pixel (y − dy, x − dx) of the source, mirrored first; 0 from outside.
  ///
  /// - Precondition: both have the same size, a multiple of height × width.
  func move(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) {
    precondition(source.count == target.count && source.count % (height * width) == 0)
    let first = min(max(change.x, 0), width)
    let last = max(min(width + change.x, width), first)
    for map in stride(from: 0, to: source.count, by: height * width) {
      for y in 0..<height {
        let row = UnsafeMutableRawBufferPointer(rebasing: target[(map + y * width)..<(map + (y + 1) * width)])
        let from = y - change.y
        guard from >= 0, from < height else {
          for x in 0..<width { row[x] = 0 }
          continue
        }
        let start = map + from * width
        for x in 0..<first { row[x] = 0 }
        for x in last..<width { row[x] = 0 }
        for x in first..<last {
          let column = x - change.x
          row[x] = source[start + (change.isFlipped ? width - 1 - column : column)]
        }
      }
    }
  }
}
