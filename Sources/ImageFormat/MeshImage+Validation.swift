extension MeshImage {
  /// Checks every record of the device's sections: cores, rows, routes, inputs and outputs.
  ///
  /// An image that passes can be executed without a further check.
  public func validate() throws(ImageError) {
    var neurons = 0
    for index in 0..<coreCount { neurons += core(at: index).neuronCount }
    guard outputCount <= neurons else {
      throw .invalidField(.outputCount, offset: UInt64(board.lowerBound + 20), value: Int64(outputCount))
    }
    // At most one bit for every 24 bytes of file.
    let failure = withUnsafeTemporaryAllocation(byteCount: outputCount / 8 + 1, alignment: 8) { seen in
      seen.initializeMemory(as: UInt8.self, repeating: 0)
      return firstProblem(seenOutputs: seen)
    }
    if let failure { throw failure }
  }

  private func firstProblem(seenOutputs: UnsafeMutableRawBufferPointer) -> ImageError? {
    do throws(ImageError) {
      var readouts = 0
      for index in 0..<coreCount {
        try core(at: index).validateRecords(
          outputCount: outputCount, seenOutputs: seenOutputs, readouts: &readouts)
      }
      guard readouts == readoutCount else {
        throw .invalidField(.readoutCount, offset: UInt64(board.lowerBound + 24), value: Int64(readouts))
      }
      for output in 0..<outputCount where seenOutputs[output >> 3] & (1 << UInt8(output & 7)) == 0 {
        throw .invalidField(.missingOutput, offset: UInt64(board.lowerBound + 20), value: Int64(output))
      }
      try validateRoutes()
      try validateInputs()
      return nil
    } catch {
      return error
    }
  }

  private func validateRoutes() throws(ImageError) {
    for index in 0..<coreCount {
      let core = core(at: index)
      for route in 0..<core.routeCount {
        try validate(core.route(at: route), offset: core.routesOffset + route * layout.routeBytes)
      }
    }
  }

  private func validateInputs() throws(ImageError) {
    let read = ByteReader(view.bytes)
    let routeBytes = inputs.upperBound - inputRoutesStart
    var previous = 0
    for line in 0...inputCount {
      let at = inputs.lowerBound + line * ImageLayout.inputOffsetBytes
      let first = Int(clamping: read.u32(at))
      guard first >= previous, line > 0 || first == 0 else {
        throw .invalidField(.inputRoutes, offset: UInt64(at), value: Int64(first))
      }
      previous = first
    }
    guard previous * layout.routeBytes == routeBytes else {
      throw .invalidField(.inputRoutes, offset: UInt64(inputs.lowerBound), value: Int64(previous))
    }
    for index in 0..<previous {
      try validate(inputRoute(at: index), offset: inputRoutesStart + index * layout.routeBytes)
    }
  }

  private func validate(_ route: RouteRecord, offset: Int) throws(ImageError) {
    guard let target = index(ofCore: route.core) else {
      throw .invalidField(.routeCore, offset: UInt64(offset), value: Int64(route.core))
    }
    guard Int(route.axon) < core(at: target).axonCount else {
      throw .invalidField(.routeAxon, offset: UInt64(offset), value: Int64(route.axon))
    }
    if layout == .wide, ByteReader(view.bytes).u16(offset + 2) != 0 {
      throw .invalidField(.reserved, offset: UInt64(offset + 2), value: 1)
    }
  }
}
