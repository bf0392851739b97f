import CLibUSB

/// One transfer with its buffer, used again and again.
final class BulkTransfer {
  /// How a transfer ended.
  enum Ending {
    case done, stalled, gone, failed
  }

  let buffer: UnsafeMutableRawBufferPointer
  private let raw: UnsafeMutablePointer<libusb_transfer>
  /// Whether the system has it.
  fileprivate(set) var isFlying = false
  /// Bytes of the buffer that were moved, once it has ended: a transfer that was cancelled may have moved some.
  fileprivate(set) var moved = 0
  var ending = Ending.done
  /// Bytes at the front of the buffer that are done with: read by the host, or taken by the board earlier.
  var start = 0
  /// The bytes of the buffer in use.
  var count = 0

  /// nil where there is no memory for it.
  init?(bytes: Int) {
    guard let raw = libusb_alloc_transfer(0) else { return nil }
    self.raw = raw
    buffer = .allocate(byteCount: bytes, alignment: 64)
  }

  deinit {
    // libusb looks into the device's handle here, which was closed and freed before.
    raw.pointee.dev_handle = nil
    libusb_free_transfer(raw)
    buffer.deallocate()
  }

  /// Hands bytes `start ..< count` of the buffer to the system; 0 or a libusb error number.
  func submit(_ handle: USBHandle, endpoint: UInt8) -> Int32 {
    let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[start..<count])
    libusb_fill_bulk_transfer(
      raw, handle.raw, endpoint, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(bytes.count),
      transferEnded, Unmanaged.passUnretained(self).toOpaque(), 0)
    moved = 0
    ending = .done
    isFlying = true
    let code = libusb_submit_transfer(raw)
    if code != 0 { isFlying = false }
    return code
  }

  func cancel() {
    if isFlying { libusb_cancel_transfer(raw) }
  }

  fileprivate func end(_ transfer: libusb_transfer) {
    moved = Int(transfer.actual_length)
    ending =
      switch transfer.status {
      case LIBUSB_TRANSFER_COMPLETED, LIBUSB_TRANSFER_TIMED_OUT, LIBUSB_TRANSFER_CANCELLED: .done
      case LIBUSB_TRANSFER_STALL: .stalled
      case LIBUSB_TRANSFER_NO_DEVICE: .gone
      default: .failed
      }
    isFlying = false
  }
}

/// Called by libusb, within `USBContext.handleEvents`.
private nonisolated func transferEnded(_ transfer: UnsafeMutablePointer<libusb_transfer>?) {
  guard let transfer, let owner = transfer.pointee.user_data else { return }
  Unmanaged<BulkTransfer>.fromOpaque(owner).takeUnretainedValue().end(transfer.pointee)
}
