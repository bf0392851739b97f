/// How a host reaches a board and how fast it may speak to it.
public struct Link: Sendable, Hashable {
  /// USB vendor id; a placeholder until one is assigned.
  public var usbVendor: Int
  /// USB product id; a placeholder until one is assigned.
  public var usbProduct: Int
  /// Bytes of the greatest payload of one frame.
  public var maximumPayload: Int
  /// Frames that may be on their way without an answer.
  public var window: Int
  /// Bytes of a page of storage, the unit in which an image is written.
  public var pageBytes: Int
  /// The longest time to erase one slot, milliseconds.
  public var eraseMilliseconds: Int
  /// The longest time to check and commit one slot, milliseconds.
  public var commitMilliseconds: Int

  public init(
    usbVendor: Int = 0x1209, usbProduct: Int = 0x0001, maximumPayload: Int, window: Int, pageBytes: Int,
    eraseMilliseconds: Int, commitMilliseconds: Int
  ) {
    self.usbVendor = usbVendor
    self.usbProduct = usbProduct
    self.maximumPayload = maximumPayload
    self.window = window
    self.pageBytes = pageBytes
    self.eraseMilliseconds = eraseMilliseconds
    self.commitMilliseconds = commitMilliseconds
  }
}
