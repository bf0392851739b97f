import CLibUSB

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A libusb context, for use by one thread at a time.
///
/// Each transport and each listing has one of its own, so that boards do not wait for each other's events.
final class USBContext {
  let raw: OpaquePointer

  /// nil where this machine has no USB at all, as in most containers.
  init?() {
    var context: OpaquePointer?
    guard libusb_init(&context) == 0, let context else { return nil }
    raw = context
  }

  deinit {
    libusb_exit(raw)
  }

  /// Lets transfers and hotplug events that are due call back, and waits for the first of them.
  func handleEvents(within duration: Duration) {
    let time = max(duration, .zero).components
    var wait = timeval(
      tv_sec: time_t(time.seconds), tv_usec: suseconds_t(time.attoseconds / 1_000_000_000_000))
    libusb_handle_events_timeout_completed(raw, &wait, nil)
  }

  /// Every device with a board's interface, or with numbers that boards have; ascending by place.
  func candidates() -> [USBDevice] {
    devices().filter { $0.interface != nil || $0.identity.isKnown }
  }

  /// Every device, ascending by place.
  func devices() -> [USBDevice] {
    var list: UnsafeMutablePointer<OpaquePointer?>?
    let count = libusb_get_device_list(raw, &list)
    guard count >= 0, let list else { return [] }
    defer { libusb_free_device_list(list, 1) }
    return (0..<count).compactMap { index in list[index].flatMap { USBDevice($0, context: self) } }
      .sorted { $0.place < $1.place }
  }
}
