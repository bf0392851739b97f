import Networks

extension NetworkReader {
  /// Whole numbers of a given shape: nested arrays, or `{"tensor": name}` of the sidecar.
  ///
  /// - Parameters:
  ///   - shape: the extents from the outermost array to the innermost.
  ///   - axes: what each extent counts, for messages: `["source", "target"]`.
  func numbers(
    _ value: JSONValue, _ path: FieldPath, shape: [Int], axes: [String], in range: ClosedRange<Int> = int32Range
  ) throws(NetworkFilesError) -> Weights {
    if case .object = value.content { return try tensor(value, path, shape: shape) }
    var flat: [Int32] = []
    var indices: [Int] = []
    try collect(value, path, shape: shape, axes: axes[...], in: range, at: &indices, into: &flat)
    return Weights(narrowest: flat)
  }

  static let int32Range = Int(Int32.min)...Int(Int32.max)

  private func collect(
    _ value: JSONValue, _ path: FieldPath, shape: [Int], axes: ArraySlice<String>, in range: ClosedRange<Int>,
    at indices: inout [Int], into flat: inout [Int32]
  ) throws(NetworkFilesError) {
    // The path of an element is built only when it is needed: there may be millions.
    func place() -> FieldPath { indices.reduce(path) { .index($0, $1) } }
    guard indices.count < shape.count else {
      guard let number = DocumentText.whole(value) else {
        throw text.failure(value, place(), DocumentText.notWhole(value))
      }
      guard range.contains(number), let narrow = Int32(exactly: number) else {
        throw text.failure(
          value, place(), "is \(number); it must be \(range.lowerBound) to \(range.upperBound)")
      }
      flat.append(narrow)
      return
    }
    let extent = shape[indices.count]
    guard case .array(let elements) = value.content else {
      throw text.failure(
        value, place(), "is \(value.kindName); it must be an array of \(extent) (one for each \(axes.first ?? "value"))"
      )
    }
    guard elements.count == extent else {
      throw text.failure(
        value, place(), "has \(elements.count) entries; \(extent) are needed (one for each \(axes.first ?? "value"))")
    }
    for (index, element) in elements.enumerated() {
      indices.append(index)
      try collect(element, path, shape: shape, axes: axes.dropFirst(), in: range, at: &indices, into: &flat)
      indices.removeLast()
    }
  }

  /// The tensor that `{"tensor": name}` refers to.
  private func tensor(_ value: JSONValue, _ path: FieldPath, shape: [Int]) throws(NetworkFilesError) -> Weights {
    let fields = try Fields(value, path, in: text, allowed: ["tensor"])
    let name = try fields.string("tensor")
    guard let sidecar else {
      throw text.failure(value, path, "refers to tensor \"\(shown(name))\", but the document names no sidecar")
    }
    guard let tensor = sidecar[name] else {
      throw text.failure(value, path, "refers to tensor \"\(shown(name))\", which \(sidecar.path) does not hold")
    }
    guard tensor.shape == shape else {
      throw text.failure(
        value, path, "refers to tensor \"\(shown(name))\" of shape \(shown("\(tensor.shape)")); \(shape) is needed")
    }
    guard let weights = sidecar.weights(tensor) else {
      throw text.failure(
        value, path,
        "refers to tensor \"\(shown(name))\" of type \(tensor.type.rawValue); I8, I16 or I32 is needed (quantise floats first)"
      )
    }
    return weights
  }

  /// One value for all neurons, or one for each.
  func perNeuron(
    _ fields: Fields, _ key: String, size: Int, standard: Int32? = nil
  ) throws(NetworkFilesError) -> PerNeuron {
    if let standard, fields.optional(key) == nil { return .uniform(standard) }
    let value = try fields.required(key)
    switch value.content {
    case .array, .object:
      return .each(try numbers(value, fields.path(key), shape: [size], axes: ["neuron"]).values)
    default:
      return .uniform(Int32(try text.integer(value, fields.path(key), in: Self.int32Range)))
    }
  }
}

extension Weights {
  /// Weights in the smallest of 8, 16 and 32 bits that holds them all.
  init(narrowest values: [Int32]) {
    if values.allSatisfy({ Int8(exactly: $0) != nil }) {
      self.init(values.map { Int8(truncatingIfNeeded: $0) })
    } else if values.allSatisfy({ Int16(exactly: $0) != nil }) {
      self.init(values.map { Int16(truncatingIfNeeded: $0) })
    } else {
      self.init(values)
    }
  }
}
