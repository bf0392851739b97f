import FixedPoint
import NeuronCore

/// A neuron's record in a core.
public struct NeuronRecord: Sendable, Equatable {
  public let classIndex: Int
  /// The neuron's routes in the core's route table.
  public let routes: Range<Int>
  public let constants: NeuronConstants
  /// The output index, or `ImageLayout.noOutput`.
  public let output: UInt32
  /// Whether the output tells the membrane after each tick in place of spikes.
  public let isReadout: Bool
}

/// An axon's record in a core.
public struct AxonRecord: Sendable, Equatable {
  /// Where the row begins in the core's synapses.
  public let rowOffset: Int
  /// Dense rows: the first neuron. Sparse rows: 0.
  public let firstNeuron: Int
  /// Dense rows: neurons. Sparse rows: entries.
  public let count: Int
  /// D: an input of tick t arrives at t + D, a spike at t + 1 + D.
  public let delay: Int
  public let format: RowFormat
  public let weightBits: Int
  /// A weight w acts as w · 2^shift.
  public let weightShift: Int
  /// The synaptic current that receives the row.
  public let current: Int

  @inlinable
  init(
    rowOffset: Int, firstNeuron: Int, count: Int, delay: Int, format: RowFormat, weightBits: Int, weightShift: Int,
    current: Int
  ) {
    self.rowOffset = rowOffset
    self.firstNeuron = firstNeuron
    self.count = count
    self.delay = delay
    self.format = format
    self.weightBits = weightBits
    self.weightShift = weightShift
    self.current = current
  }
}

/// How the weights of a row are stored.
public enum RowFormat: UInt8, Sendable, Hashable {
  case dense = 0
  case sparse = 1
}

/// Where a spike or an input goes.
public struct RouteRecord: Sendable, Hashable {
  public let core: UInt16
  public let axon: UInt32

  @inlinable
  public init(core: UInt16, axon: UInt32) {
    self.core = core
    self.axon = axon
  }
}

extension DecayRule {
  /// The rule's number in an image.
  public var code: UInt8 {
    switch self {
    case .none: 0
    case .floor: 1
    case .towardZero: 2
    case .atLeastOne: 3
    case .atLeastOneFloor: 4
    case .multiply: 5
    case .linear: 6
    }
  }

  /// The rule's shift in an image; 0 where it has none.
  public var storedShift: UInt8 {
    switch self {
    case .none, .linear: 0
    case .floor(let k), .towardZero(let k), .atLeastOne(let k), .atLeastOneFloor(let k), .multiply(let k): k
    }
  }

  /// The rule of a number, shift and amount; nil where the format does not allow them together.
  init?(code: UInt8, shift: UInt8, amount: UInt32) {
    guard shift <= 31, code == 6 || amount == 0 else { return nil }
    switch code {
    case 0 where shift == 0: self = .none
    case 1: self = .floor(shift: shift)
    case 2: self = .towardZero(shift: shift)
    case 3: self = .atLeastOne(shift: shift)
    case 4: self = .atLeastOneFloor(shift: shift)
    case 5: self = .multiply(shift: shift)
    case 6 where shift == 0: self = .linear(amount: .init(amount))
    default: return nil
    }
  }
}
