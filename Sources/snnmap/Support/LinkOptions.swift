import BoardLink
import Images
import Networks
import Reports
import Workflows

extension DeviceOption {
  /// Runs samples on the device that has the image: a board, or a device with a link of its own, which is configured
  /// first, as nobody can ask it what it holds.
  func runner(for image: LoadedImage, transfer: DeviceTransfer) throws -> any SampleRunner {
    try image.requireDevice()
    guard let linked = try LinkedDevice(image, argument: device) else {
      return try DeviceRunner(try session(), image: image, transfer: transfer)
    }
    guard transfer == .runs else { throw LinkRefusal.error("--stream", "its devices take whole samples") }
    _ = try linked.configure { _, _ in }
    return LinkRunner(linked)
  }
}

/// Options that mean nothing for devices with a link of their own.
enum LinkRefusal {
  static func error(_ option: String, _ reason: String) -> WorkflowError {
    WorkflowError(.usage, "\(option) does not go with an image of this family: \(reason); leave it out")
  }

  /// Throws the first option that was given.
  static func check(_ options: [(name: String, isGiven: Bool)], _ reason: String) throws {
    if let option = options.first(where: \.isGiven) { throw error(option.name, reason) }
  }
}

/// What `snnmap flash` prints of a device with a link of its own.
struct LinkFlashSummary: Encodable {
  var device: String
  var serial: String
  var bytes: Int
  var bytesSent: Int?
  var sha256: String
  var seconds: Double?

  enum CodingKeys: String, CodingKey {
    case device, serial, bytes, sha256, seconds
    case bytesSent = "bytes_sent"
  }

  init(_ device: LinkedDevice, _ image: LoadedImage, sent: (bytes: Int, seconds: Double)?) {
    self.device = "\(device.address)"
    serial = device.serial
    bytes = image.byteCount
    bytesSent = sent?.bytes
    sha256 = image.digest.hex
    seconds = sent?.seconds
  }

  func sentence(_ image: String) -> String {
    let place = "\(device) (serial \(serial.isEmpty ? "-" : serial))"
    guard let bytesSent, let seconds else {
      return "would flash \(image) to \(place): a device answers; nothing was written"
    }
    return "flashed \(image) to \(place): \(NumberText.grouped(bytesSent)) bytes of configuration, each packet "
      + "acknowledged, \(NumberText.seconds(seconds)); it cannot be read back, and is gone without power"
  }
}
