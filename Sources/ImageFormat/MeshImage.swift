/// The mesh family's sections of an image, found and measured.
///
/// `init` checks what is needed to find every record; `validate()` then checks each record, after
/// which a machine can execute the image without further checks.
public struct MeshImage {
  public let view: ImageView
  /// Chips in x, chips in y, cores of a chip in x, cores of a chip in y.
  public let grid: (chipsX: Int, chipsY: Int, coresX: Int, coresY: Int)
  public let layout: RecordLayout
  /// 32 or 64.
  public let accumulatorBits: Int
  /// Cores in use.
  public let coreCount: Int
  public let inputCount: Int
  public let outputCount: Int
  /// How many of the outputs are readouts, which tell membranes; 0 in images of version 1.
  public let readoutCount: Int
  let board: Range<Int>
  let cores: Range<Int>
  let inputs: Range<Int>
  let inputRoutesStart: Int

  /// Finds the mesh sections of an image.
  public init(_ view: ImageView) throws(ImageError) {
    self.view = view
    guard view.header.family == .mesh else { throw .family(view.header.family) }
    try Self.checkSections(view)
    board = try view.range(of: .board)
    cores = try view.range(of: .cores)
    inputs = try view.range(of: .inputs)
    _ = try view.range(of: .host)
    _ = try view.range(of: .neuronMap)
    _ = try view.range(of: .provenance)
    let read = ByteReader(view.bytes)
    let at = board.lowerBound
    guard board.count >= ImageLayout.boardHeaderBytes else {
      throw .truncated(offset: UInt64(at), needed: UInt64(ImageLayout.boardHeaderBytes))
    }
    grid = (Int(read.u16(at)), Int(read.u16(at + 2)), Int(read.u16(at + 4)), Int(read.u16(at + 6)))
    // Four 16-bit factors fit in 64 bits.
    let total = UInt64(grid.chipsX) &* UInt64(grid.chipsY) &* UInt64(grid.coresX) &* UInt64(grid.coresY)
    guard total >= 1 && total <= 65535 else {
      throw .invalidField(.grid, offset: UInt64(at), value: Int64(bitPattern: total))
    }
    guard let layout = RecordLayout(rawValue: read.u8(at + 8)) else {
      throw .invalidField(.layout, offset: UInt64(at + 8), value: Int64(read.u8(at + 8)))
    }
    self.layout = layout
    accumulatorBits = Int(read.u8(at + 9))
    guard accumulatorBits == 32 || accumulatorBits == 64 else {
      throw .invalidField(.accumulatorBits, offset: UInt64(at + 9), value: Int64(accumulatorBits))
    }
    guard read.u16(at + 10) == UInt16(ImageLayout.ringTicks) else {
      throw .invalidField(.ring, offset: UInt64(at + 10), value: Int64(read.u16(at + 10)))
    }
    coreCount = Int(clamping: read.u32(at + 12))
    guard coreCount <= Int(total),
      board.count == ImageLayout.boardHeaderBytes + coreCount * ImageLayout.boardCoreBytes
    else { throw .invalidField(.coreCount, offset: UInt64(at + 12), value: Int64(coreCount)) }
    inputCount = Int(clamping: read.u32(at + 16))
    outputCount = Int(clamping: read.u32(at + 20))
    readoutCount = try Self.readoutCount(read, at: at + 24, major: view.header.major, outputs: outputCount)
    guard inputCount <= ImageLayout.maximumCount, (inputCount + 1) * ImageLayout.inputOffsetBytes <= inputs.count else {
      throw .invalidField(.inputCount, offset: UInt64(at + 16), value: Int64(inputCount))
    }
    inputRoutesStart = inputs.lowerBound + (inputCount + 1) * ImageLayout.inputOffsetBytes
    try checkCores()
  }

  /// The number of cores of the whole grid.
  public var gridCoreCount: Int { grid.chipsX * grid.chipsY * grid.coresX * grid.coresY }

  /// The core in use at `index`, in ascending order of core numbers.
  public func core(at index: Int) -> MeshCore {
    let read = ByteReader(view.bytes)
    let at = entryOffset(index)
    let start = cores.lowerBound + Int(clamping: read.u64(at + 8))
    return MeshCore(bytes: view.bytes, start: start, layout: layout)
  }

  /// The number of the core in use at `index`.
  public func coreNumber(at index: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: ByteReader(view.bytes).u32(entryOffset(index)))
  }

  /// The place in the list of cores in use of core `number`; nil where it is not in use.
  public func index(ofCore number: UInt16) -> Int? {
    var low = 0
    var high = coreCount
    while low < high {
      let middle = (low + high) / 2
      let candidate = coreNumber(at: middle)
      if candidate == number { return middle }
      if candidate < number { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// The routes of input line `line`, as a range for `inputRoute(at:)`.
  public func routes(ofInput line: Int) -> Range<Int> {
    let read = ByteReader(view.bytes)
    let at = inputs.lowerBound + line * ImageLayout.inputOffsetBytes
    return Int(clamping: read.u32(at))..<Int(clamping: read.u32(at + 4))
  }

  /// Route `index` of the input table.
  @inlinable
  public func inputRoute(at index: Int) -> RouteRecord {
    readRoute(view.bytes, inputRoutesOffset + index * layout.routeBytes, layout)
  }

  /// Where the input table's routes begin in the file.
  public var inputRoutesOffset: Int { inputRoutesStart }
  /// How many routes the input table holds.
  public var inputRouteCount: Int { (inputs.upperBound - inputRoutesStart) / layout.routeBytes }

  private func entryOffset(_ index: Int) -> Int {
    board.lowerBound + ImageLayout.boardHeaderBytes + index * ImageLayout.boardCoreBytes
  }

  /// Checks that the sections of the family stand in their order, with their flags, and that no other is for devices.
  private static func checkSections(_ view: ImageView) throws(ImageError) {
    var next = 0
    for index in 0..<view.header.sectionCount {
      let entry = view.section(at: index)
      let at = ImageLayout.headerBytes + index * ImageLayout.sectionEntryBytes
      guard let place = place(of: entry.kind) else {
        if entry.isForHost { continue }
        throw .unknownSection(entry.kind, offset: UInt64(entry.range.lowerBound))
      }
      guard entry.isForHost == (place >= 3) else {
        throw .invalidField(.sectionFlags, offset: UInt64(at + 4), value: entry.isForHost ? 1 : 0)
      }
      guard place >= next else { throw .invalidField(.sectionOrder, offset: UInt64(at), value: Int64(index)) }
      next = place + 1
    }
  }

  /// The number of readouts: none in version 1, at least one in version 2, which exists for them.
  private static func readoutCount(
    _ read: ByteReader, at offset: Int, major: UInt16, outputs: Int
  ) throws(ImageError) -> Int {
    let hasReadouts = major == ImageLayout.readoutMajorVersion
    guard read.isZero((hasReadouts ? offset + 4 : offset)..<offset + 8) else {
      throw .invalidField(.reserved, offset: UInt64(offset), value: 1)
    }
    guard hasReadouts else { return 0 }
    let count = Int(clamping: read.u32(offset))
    guard count >= 1 && count <= outputs else {
      throw .invalidField(.readoutCount, offset: UInt64(offset), value: Int64(count))
    }
    return count
  }

  /// The place of a section in the order of the family; nil for another one.
  private static func place(of kind: FourCharacterCode) -> Int? {
    switch kind {
    case .board: 0
    case .cores: 1
    case .inputs: 2
    case .host: 3
    case .neuronMap: 4
    case .provenance: 5
    default: nil
    }
  }

  private func checkCores() throws(ImageError) {
    let read = ByteReader(view.bytes)
    var end = 0
    var previous = -1
    for index in 0..<coreCount {
      let at = entryOffset(index)
      let number = Int(clamping: read.u32(at))
      guard number > previous && number < gridCoreCount else {
        throw .invalidField(.coreNumber, offset: UInt64(at), value: Int64(number))
      }
      previous = number
      guard read.u32(at + 4) == 0 else { throw .invalidField(.reserved, offset: UInt64(at + 4), value: 1) }
      let offset = read.u64(at + 8)
      let length = read.u64(at + 16)
      let expected = (end + 15) / 16 * 16
      guard offset == UInt64(expected), expected <= cores.count else {
        throw .invalidField(.coreOffset, offset: UInt64(at + 8), value: Int64(truncatingIfNeeded: offset))
      }
      guard length >= UInt64(ImageLayout.coreHeaderBytes), length <= UInt64(cores.count - expected) else {
        throw .invalidField(.coreLength, offset: UInt64(at + 16), value: Int64(truncatingIfNeeded: length))
      }
      guard read.isZero(cores.lowerBound + end..<cores.lowerBound + expected) else {
        throw .invalidField(.padding, offset: UInt64(cores.lowerBound + end), value: 1)
      }
      try MeshCore.check(
        view.bytes, start: cores.lowerBound + expected, length: Int(length), layout: layout, number: number)
      end = expected + Int(length)
    }
    guard end == cores.count else {
      throw .invalidField(.coreLength, offset: UInt64(cores.lowerBound + end), value: Int64(cores.count))
    }
  }
}

/// Reads a route record.
@inlinable
func readRoute(_ bytes: UnsafeRawBufferPointer, _ offset: Int, _ layout: RecordLayout) -> RouteRecord {
  let read = ByteReader(bytes)
  switch layout {
  case .compact: return RouteRecord(core: read.u16(offset), axon: UInt32(read.u16(offset + 2)))
  case .wide: return RouteRecord(core: read.u16(offset), axon: read.u32(offset + 4))
  }
}
