import BoardLink
import Images
import Networks
import Reports
import Signatures
import WireProtocol
import Workflows

/// What `snnmap flash` prints of a board.
struct FlashSummary: Encodable {
  var device: String
  var serial: String?
  var slot: Int?
  var bytes: Int
  var bytesSent: UInt64?
  var bytesToSend: UInt64?
  var bytesHeld: UInt64?
  var sha256: String
  var active: Bool?
  var key: String?
  var lostSHA256: String?
  var seconds: Double?
  var error: String?
  var exitCode: Int32?

  enum CodingKeys: String, CodingKey {
    case device, serial, slot, bytes, sha256, active, key, seconds, error
    case bytesSent = "bytes_sent"
    case bytesToSend = "bytes_to_send"
    case bytesHeld = "bytes_held"
    case lostSHA256 = "lost_sha256"
    case exitCode = "exit_code"
  }

  /// The image's name, for people.
  private var image: String

  /// A board that was flashed, or could be.
  init(_ job: FlashJob, _ outcome: FlashOutcome, isRehearsal: Bool) {
    device = "\(outcome.address)"
    serial = outcome.board.serial
    slot = outcome.slot
    bytes = job.image.byteCount
    if isRehearsal { bytesToSend = outcome.bytesSent } else { bytesSent = outcome.bytesSent }
    bytesHeld = outcome.bytesHeld
    sha256 = job.image.digest.hex
    active = outcome.isActive
    key = job.manifest?.keyIdentifier.hex
    lostSHA256 = outcome.lost
    seconds = outcome.seconds
    image = job.image.name
  }

  /// A board that was not flashed.
  init(_ job: FlashJob, _ address: DeviceAddress, serial: String?, error: any Error) {
    device = "\(address)"
    self.serial = serial
    bytes = job.image.byteCount
    sha256 = job.image.digest.hex
    key = job.manifest?.keyIdentifier.hex
    self.error = "\(error)"
    exitCode = ExitStatus(error).rawValue
    image = job.image.name
  }

  /// The result in one line.
  func sentence(_ activation: ActivationChoice) -> String {
    if let error { return "\(device): \(error)" }
    let place = "\(device) (serial \(serial ?? "-")), slot \(BoardLinkError.slotName(slot ?? 0))"
    guard let bytesToSend else {
      return "flashed \(image) to \(place): \(NumberText.grouped(bytes)) bytes, read back and equal, "
        + "\(Self.state(activation, isActive: active == true)), \(NumberText.seconds(seconds ?? 0))"
    }
    return "would flash \(image) to \(place): \(plan(bytesToSend)); nothing was written"
  }

  /// What a flash would do, such as `12,345 bytes to send`.
  func plan(_ bytesToSend: UInt64) -> String {
    if bytesToSend == 0 {
      return "it holds these \(NumberText.grouped(bytes)) bytes already, read back and equal"
        + (active == true ? ", active" : "")
    }
    return "at most \(NumberText.grouped(Int(clamping: bytesToSend))) bytes to send"
      + (lostSHA256.map { ", in place of image \($0.prefix(16))…" } ?? "")
  }

  static func state(_ activation: ActivationChoice, isActive: Bool) -> String {
    switch activation {
    case .activate: "active"
    case .trial: "active on trial: test it, then `snnmap confirm` it"
    case .noActivate: isActive ? "active already" : "not active"
    }
  }
}
