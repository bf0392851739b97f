import WireProtocol

/// Boards on USB, by what users call them.
enum USBSearch {
  /// How long after plugging in udev may take to apply its rules.
  static let accessPatience = Duration.seconds(2)

  /// Opens the board that an address names.
  ///
  /// - Throws: `noDevice`, `ambiguous`, `access`, `notABoard`.
  static func open(_ address: DeviceAddress) throws(BoardLinkError) -> USBHandle {
    let deadline = ContinuousClock.now + accessPatience
    while true {
      do throws(BoardLinkError) {
        return try openOnce(address)
      } catch {
        guard case .access = error, ContinuousClock.now < deadline else { throw error }
      }
      pause(milliseconds: 50)
    }
  }

  private static func openOnce(_ address: DeviceAddress) throws(BoardLinkError) -> USBHandle {
    guard let context = USBContext() else { throw .noDevice(address) }
    let candidates = context.candidates()
    guard case .usb(let serial) = address else {
      guard let device = candidates.first(where: { $0.address == address }) else { throw .noDevice(address) }
      return try USBHandle(device, address: address)
    }
    var found: [USBHandle] = []
    var refusal: BoardLinkError?
    for device in candidates where device.interface != nil {
      do throws(BoardLinkError) {
        let handle = try USBHandle(device, address: address)
        if try handle.serial() == serial { found.append(handle) }
      } catch {
        switch error {
        case .noDevice, .disconnected: continue
        // Devices that do not answer, and those that may not be opened, say nothing about their serial.
        default: refusal = error
        }
      }
    }
    guard found.count <= 1 else { throw .ambiguous(found.map(\.device.address)) }
    if let handle = found.first { return handle }
    // It may be one of those that could not be asked.
    throw refusal ?? .noDevice(address)
  }

  /// Every board, and every device that looks like one by its numbers; ascending by place.
  static func list(timeout: Duration) -> [FoundDevice] {
    guard let context = USBContext() else { return [] }
    let rows = context.candidates().map { Row($0, timeout: timeout) }
    return rows.map { row in
      // Only a serial that no other board has names it.
      let isUnique = !row.serial.isEmpty && rows.count { $0.serial == row.serial } == 1
      return FoundDevice(
        address: isUnique ? .usb(serial: row.serial) : row.address, description: row.description,
        problem: row.problem, place: row.place)
    }
  }

  private struct Row {
    let address: DeviceAddress
    let place: String
    var serial = ""
    var description: BoardDescription?
    var problem: BoardLinkError?

    init(_ device: USBDevice, timeout: Duration) {
      address = device.address
      place = device.place.description
      do throws(BoardLinkError) {
        let handle = try USBHandle(device, address: device.address)
        serial = try handle.serial()
        description = BoardDescription(try handle.info(timeout: timeout))
      } catch {
        problem = error
      }
    }
  }
}
