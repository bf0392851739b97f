/// A chip behind a link of its own, taken for this program alone: what a family implements whose devices do not speak
/// the protocol of boards.
///
/// A link belongs to one thread.
public protocol DeviceLink: AnyObject {
  var address: DeviceAddress { get }
  /// The serial number; empty where the device has none.
  var serial: String { get }

  /// Sends the image's configuration and checks that the device takes each part of it.
  ///
  /// - Returns: how many bytes were sent.
  func configure(progress: (_ done: Int, _ total: Int) -> Void) throws(BoardLinkError) -> Int

  /// Runs samples on what the device was configured to, each from a cleared state.
  ///
  /// - Parameters:
  ///   - encode: writes the counts [inputTicks][inputs] of a sample into a zeroed buffer.
  ///   - receive: takes the counts [totalTicks][outputs] of a sample, each in the tick in which it left (raw, not
  ///     aligned), in the order of samples.
  /// - Throws: `cancelled`, `tooGreatInput`, and what links throw.
  func run(
    samples: Range<Int>, shape: RunShape, isCancelled: () -> Bool,
    encode: (Int, UnsafeMutableBufferPointer<UInt8>) -> Void, receive: (Int, [UInt8]) -> Void
  ) throws(BoardLinkError)

  func close()
}

/// Finds and opens the devices of a family that has a link of its own.
public protocol DeviceLinkMaker: Sendable {
  /// What may be a device of this family; nothing is sent to any.
  func candidates() -> [DeviceCandidate]

  /// Takes a device for this program alone.
  ///
  /// - Parameters:
  ///   - image: the bytes of an image of this family, whose configuration `configure` sends.
  ///   - name: what messages call the image.
  ///   - address: nil for the only device that is known to be of this family.
  /// - Throws: link errors, and what is wrong with the image.
  func open(_ address: DeviceAddress?, image: [UInt8], named name: String) throws -> any DeviceLink
}

/// A device that may be of a family with a link of its own, as `snnmap devices` lists it.
public struct DeviceCandidate: Sendable, Equatable {
  public let address: DeviceAddress
  /// Where it is plugged in, such as `1-1.2`.
  public let place: String
  /// The serial number, nil where the system knows none.
  public let serial: String?
  /// The name of the family.
  public let family: String
  /// Whether it says that it is of the family; else only its numbers fit, and it is spoken to only where it is named.
  public let isCertain: Bool
  /// What it is, in words.
  public let note: String

  public init(address: DeviceAddress, place: String, serial: String?, family: String, isCertain: Bool, note: String) {
    self.address = address
    self.place = place
    self.serial = serial
    self.family = family
    self.isCertain = isCertain
    self.note = note
  }
}

extension DeviceCandidate {
  /// The address that an argument names, or that of the only certain candidate.
  ///
  /// - Throws: `noChip` where there is none, or for an address that is not on USB; `noDevice` for one on USB that nobody
  ///   has; `ambiguous`; `uncertain` where there are only devices that may be somebody else's.
  public static func select(
    _ address: DeviceAddress?, of candidates: [DeviceCandidate], family: String
  ) throws(BoardLinkError) -> DeviceCandidate {
    guard let address else {
      let certain = candidates.filter(\.isCertain)
      if certain.count > 1 { throw .ambiguous(certain.map(\.address)) }
      if let only = certain.first { return only }
      if candidates.isEmpty { throw .noChip(family: family) }
      throw .uncertain(candidates.map(\.address), family: family)
    }
    let named = candidates.filter { candidate in
      switch address {
      case .usb(let serial): candidate.serial == serial
      case .usbPlace(let place): candidate.place == place
      default: false
      }
    }
    if named.count > 1 { throw .ambiguous(named.map { .usbPlace($0.place) }) }
    if let only = named.first { return only }
    // A board may well answer at a socket; a device of this family never does.
    switch address {
    case .usb, .usbPlace: throw .noDevice(address)
    default: throw .noChip(family: family)
    }
  }
}
