import CLibUSB

/// Tells when boards come, change and go.
///
/// ```swift
/// let watch = DeviceWatch()
/// while let changes = watch.next(isCancelled: { … }) { for change in changes { print(change) } }
/// ```
/// For use by one thread. Where libusb hears of plugging in, a change on USB is told at once; everything else is
/// looked for once a second.
public final class DeviceWatch {
  /// What has happened to a board.
  public enum Change: Equatable, Sendable {
    case appeared(FoundDevice)
    /// It says something else of itself than before, or can be opened now.
    case changed(FoundDevice)
    case disappeared(FoundDevice)
  }

  private static let interval = Duration.seconds(1)

  private let folder: String
  private let context: USBContext?
  private let plugs = PlugEvents()
  private var known: [FoundDevice] = []

  public init(folder: String = DeviceDirectory.defaultFolder) {
    self.folder = folder
    context = USBContext()
    guard let context, libusb_has_capability(UInt32(LIBUSB_CAP_HAS_HOTPLUG.rawValue)) != 0 else { return }
    libusb_hotplug_register_callback(
      context.raw,
      Int32(LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED.rawValue | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT.rawValue), 0,
      LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY, plugEvent,
      Unmanaged.passUnretained(plugs).toOpaque(), nil)
  }

  /// Waits for changes; the first call tells every board that is there, or nothing, at once.
  ///
  /// - Parameter isCancelled: asked at least ten times a second.
  /// - Returns: what has changed, ascending as `DeviceDirectory.list` has it, those that went first; nil once cancelled.
  public func next(isCancelled: () -> Bool) -> [Change]? {
    if isFirst {
      isFirst = false
      return look()
    }
    while !isCancelled() {
      wait(isCancelled: isCancelled)
      let changes = look()
      if !changes.isEmpty { return changes }
    }
    return nil
  }

  private var isFirst = true

  /// Waits for the next event, at most the interval.
  private func wait(isCancelled: () -> Bool) {
    let deadline = ContinuousClock.now + Self.interval
    plugs.count = 0
    while ContinuousClock.now < deadline && plugs.count == 0 && !isCancelled() {
      let time = min(deadline - .now, .milliseconds(100))
      if let context { context.handleEvents(within: time) } else { pause(milliseconds: 100) }
    }
  }

  private func look() -> [Change] {
    let found = DeviceDirectory.list(folder: folder)
    var changes: [Change] = []
    for device in known where !found.contains(where: { $0.isSameDevice(as: device) }) {
      changes.append(.disappeared(device))
    }
    for device in found {
      if let before = known.first(where: { $0.isSameDevice(as: device) }) {
        if before != device { changes.append(.changed(device)) }
      } else {
        changes.append(.appeared(device))
      }
    }
    known = found
    return changes
  }
}

extension FoundDevice {
  /// Whether it is at the same place: a board that could not be opened at first is told by place alone.
  fileprivate func isSameDevice(as other: FoundDevice) -> Bool {
    place == nil ? address == other.address : place == other.place
  }
}

/// Counts what libusb tells of plugging in and out.
private final class PlugEvents {
  var count = 0
}

/// Called by libusb, within `USBContext.handleEvents`.
private nonisolated func plugEvent(
  _ context: OpaquePointer?, _ device: OpaquePointer?, _ event: libusb_hotplug_event, _ owner: UnsafeMutableRawPointer?
) -> Int32 {
  if let owner { Unmanaged<PlugEvents>.fromOpaque(owner).takeUnretainedValue().count += 1 }
  return 0
}
