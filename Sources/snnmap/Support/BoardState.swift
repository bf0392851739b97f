import BoardLink
import Networks
import WireProtocol

/// What several commands tell of a board when they are done.
struct BoardState: Encodable {
  var device: String
  var serial: String
  var activeSlot: Int?
  var onTrial: Bool
  var imageSHA256: String?

  enum CodingKeys: String, CodingKey {
    case device, serial
    case activeSlot = "active_slot"
    case onTrial = "on_trial"
    case imageSHA256 = "image_sha256"
  }

  init(_ session: BoardSession) {
    self.init(session.address, session.description)
  }

  init(_ address: DeviceAddress, _ board: BoardDescription) {
    device = "\(address)"
    serial = board.serial
    activeSlot = board.activeSlot
    onTrial = board.activeSlot != nil && !board.isConfirmed
    imageSHA256 = board.activeSlot.map { board.slots[$0].digest.hex }
  }

  /// Such as `slot B is active for good (image 3fa2…)`.
  var sentence: String {
    guard let activeSlot, let imageSHA256 else { return "no image is active" }
    let state = onTrial ? "on trial" : "for good"
    return "slot \(BoardLinkError.slotName(activeSlot)) is active \(state) (image \(imageSHA256.prefix(16))…)"
  }
}
