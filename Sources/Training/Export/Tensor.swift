/// Numbers with a name and extents, as they go to disk and back.
public struct Tensor: Sendable, Equatable {
  /// The elements, in the type that they were computed in.
  public enum Values: Sendable, Equatable {
    case float32([Float])
    case float64([Double])

    public var count: Int {
      switch self {
      case .float32(let values): values.count
      case .float64(let values): values.count
      }
    }
  }

  /// `hidden1.weights`, for example.
  public var name: String
  /// Their product is the number of values; the last extent is the nearest in memory.
  public var shape: [Int]
  public var values: Values

  public init(name: String, shape: [Int], values: Values) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}

extension Tensor.Values {
  /// The values of a buffer, in its own type.
  init<R: BinaryFloatingPoint>(_ values: some Sequence<R>) {
    if R.self == Double.self {
      self = .float64(values.map { Double($0) })
    } else {
      self = .float32(values.map { Float($0) })
    }
  }

  /// Value `index` as another type; exact from 32 to 64 bits.
  func value<R: BinaryFloatingPoint>(_ index: Int) -> R {
    switch self {
    case .float32(let values): R(values[index])
    case .float64(let values): R(values[index])
    }
  }
}
