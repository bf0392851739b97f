/// The speed that a board is plugged in at.
public enum USBSpeed: String, Sendable, CaseIterable {
  case full
  case high
  case `super`

  /// Bytes of the greatest bulk packet.
  public var packetBytes: Int {
    switch self {
    case .full: 64
    case .high: 512
    case .super: 1024
    }
  }

  /// The number that the kernel and USB/IP have for it.
  var number: UInt32 {
    switch self {
    case .full: 2
    case .high: 3
    case .super: 5
    }
  }

  /// The speed that a device of this one has to be able to fall back to; nil where its descriptors do not say.
  var other: USBSpeed? {
    switch self {
    case .full: .high
    case .high: .full
    case .super: nil
    }
  }
}
