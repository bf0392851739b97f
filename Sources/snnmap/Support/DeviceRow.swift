import BoardLink
import FixedPoint
import Networks
import Signatures
import WireProtocol

/// A board as `snnmap devices` shows it.
struct DeviceRow: Encodable, Equatable {
  var device: String
  /// Where a board on USB is plugged in.
  var place: String?
  var serial: String?
  var target: String?
  var firmware: String?
  var protocolVersion: String?
  var locked: Bool?
  var canVerifySignatures: Bool?
  var keys: [String]?
  var rollbackCounter: UInt64?
  var inSession: Bool?
  var activeSlot: Int?
  var onTrial: Bool?
  var slotBytes: UInt64?
  var slots: [Slot]?
  var imageSHA256: String?
  var problem: String?
  /// What may be known of a device that was not asked.
  var note: String?

  /// What a slot holds.
  struct Slot: Encodable, Equatable {
    var slot: Int
    var state: String
    var bytes: UInt64?
    var sha256: String?
  }

  enum CodingKeys: String, CodingKey {
    case device, place, serial, target, firmware, locked, keys, slots, problem, note
    case protocolVersion = "protocol"
    case canVerifySignatures = "can_verify_signatures"
    case rollbackCounter = "rollback_counter"
    case inSession = "in_session"
    case activeSlot = "active_slot"
    case onTrial = "on_trial"
    case slotBytes = "slot_bytes"
    case imageSHA256 = "image_sha256"
  }

  init(_ found: FoundDevice) {
    device = "\(found.address)"
    place = found.place
    problem = found.problem.map { "\($0)" }
    guard let board = found.description else { return }
    serial = board.serial
    target = board.targetName
    firmware = board.firmwareVersion
    protocolVersion = board.protocolVersion
    locked = board.isLocked
    canVerifySignatures = board.canVerifySignatures
    keys = board.keys.map(\.hex)
    rollbackCounter = board.rollbackCounter
    inSession = board.isInSession
    activeSlot = board.activeSlot
    onTrial = board.activeSlot != nil && !board.isConfirmed
    slotBytes = board.slotBytes
    slots = board.slots.enumerated().map { number, slot in
      slot.state == .empty
        ? Slot(slot: number, state: "empty")
        : Slot(
          slot: number, state: slot.state == .verified ? "verified" : "receiving", bytes: slot.size,
          sha256: slot.digest.hex)
    }
    imageSHA256 = board.activeSlot.map { board.slots[$0].digest.hex }
  }

  /// A device with a link of its own, to which nothing was sent.
  init(_ candidate: DeviceCandidate) {
    device = "\(candidate.address)"
    place = candidate.place
    serial = candidate.serial
    target = candidate.family
    note = candidate.note
  }

  static let columns = ["device", "place", "serial", "target", "firmware", "slots", "state"]

  /// The row of a table for people.
  var cells: [String] {
    [device, place ?? "-", serial ?? "-", target ?? "-", firmware ?? "-", slotText, stateText]
  }

  /// Such as `A 3fa2…, B* 77c0…`.
  private var slotText: String {
    guard let slots else { return "-" }
    return slots.map { slot in
      let mark = slot.slot == activeSlot ? (onTrial == true ? "?" : "*") : ""
      let content =
        slot.state == "verified" ? slot.sha256.map { $0.prefix(8) + "…" } ?? "-" : slot.state
      return "\(BoardLinkError.slotName(slot.slot))\(mark) \(content)"
    }.joined(separator: ", ")
  }

  private var stateText: String {
    if let problem { return problem }
    if let note { return note }
    return (inSession == true ? "in use" : "free") + (locked == true ? ", locked" : ", unlocked")
  }
}
