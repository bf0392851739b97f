/// Values of maps, windows of pixels averaged to one at full scale 255.
///
/// A window with n pixels of the sum s becomes ⌊s·255 / (n·full scale) + ½⌋; windows at the right and lower edge hold
/// the pixels that are left.
struct DownscaledStorage: SampleStorage {
  let rowCount: Int
  let rowBytes: Int
  let maximumValue = 255
  private let whole: any SampleStorage
  private let maps: (channels: Int, height: Int, width: Int)
  private let factor: Int
  private let fullScale: Int

  /// - Precondition: a row of `whole` holds these maps, and `factor` is 1 or more.
  init(_ whole: any SampleStorage, maps: (channels: Int, height: Int, width: Int), factor: Int, fullScale: Int) {
    precondition(factor >= 1 && fullScale >= 1 && whole.rowBytes == maps.channels * maps.height * maps.width)
    (self.whole, self.maps, self.factor, self.fullScale) = (whole, maps, factor, fullScale)
    rowCount = whole.rowCount
    let sides = Self.sides(maps.height, maps.width, factor)
    rowBytes = maps.channels * sides.height * sides.width
  }

  static func sides(_ height: Int, _ width: Int, _ factor: Int) -> (height: Int, width: Int) {
    ((height + factor - 1) / factor, (width + factor - 1) / factor)
  }

  func read(_ row: Int, _ body: (UnsafeRawBufferPointer) -> Void) throws(DatasetError) {
    try whole.read(row) { values in
      withUnsafeTemporaryAllocation(byteCount: rowBytes, alignment: 16) { small in
        average(values, into: small)
        body(UnsafeRawBufferPointer(small))
      }
    }
  }

  private func average(_ values: UnsafeRawBufferPointer, into small: UnsafeMutableRawBufferPointer) {
    let sides = Self.sides(maps.height, maps.width, factor)
    var place = 0
    for channel in 0..<maps.channels {
      for y in 0..<sides.height {
        let rows = y * factor..<min((y + 1) * factor, maps.height)
        for x in 0..<sides.width {
          let columns = x * factor..<min((x + 1) * factor, maps.width)
          var sum = 0
          for row in rows {
            let first = (channel * maps.height + row) * maps.width
            for column in columns { sum += Int(values[first + column]) }
          }
          let whole = rows.count * columns.count * fullScale
          small[place] = UInt8(clamping: (2 * sum * 255 + whole) / (2 * whole))
          place += 1
        }
      }
    }
  }
}

extension Dataset {
  /// The data with maps of fewer pixels, each the average of `factor` × `factor`, at full scale 255.
  ///
  /// - Throws: `DatasetError.noMaps` for data without maps of values.
  func downscaled(by factor: Int) throws(DatasetError) -> Dataset {
    if factor == 1 { return self }
    guard train.form == .values || train.count == 0, test.form == .values || test.count == 0,
      (2...3).contains(inputShape.count)
    else { throw .noMaps(name: name, shape: inputShape) }
    let maps = (
      channels: inputShape.count == 3 ? inputShape[0] : 1, height: inputShape[inputShape.count - 2],
      width: inputShape[inputShape.count - 1]
    )
    let sides = DownscaledStorage.sides(maps.height, maps.width, factor)
    let shape = inputShape.dropLast(2) + [sides.height, sides.width]
    let (fullScale, count) = (fullScale, shape.reduce(1, *))
    func small(_ set: SampleSet) -> SampleSet {
      set.replacingStorage(inputCount: count) {
        DownscaledStorage($0, maps: maps, factor: factor, fullScale: fullScale)
      }
    }
    return Dataset(
      name: name, inputShape: Array(shape), inputCount: count, classNames: classNames, train: small(train),
      test: small(test), fullScale: 255)
  }
}
