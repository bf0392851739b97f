/// How a board is put to the protocol, and what may be lost by it.
public struct ConformanceOptions: Sendable {
  /// Whether the board may lose what it holds: the images of slots that are not active, which slot is active, and, by a
  /// start anew, whatever it does not keep.
  ///
  /// Without it, only empty slots are written, and they are empty again afterwards.
  public var mayLoseImages: Bool
  /// An image that the board can execute, for the checks of activation; without it they are left out.
  public var image: [UInt8]?
  /// The manifest that comes with the image, for locked boards: 144 bytes.
  public var manifest: [UInt8]?
  /// The longest silence after a request.
  public var timeout: Duration
  /// What is added to the silence that a board declares for itself.
  public var margin: Duration
  /// How long the board may take to come back after RESET.
  public var reconnectTime: Duration

  public init(
    mayLoseImages: Bool = false, image: [UInt8]? = nil, manifest: [UInt8]? = nil, timeout: Duration = .seconds(3),
    margin: Duration = .seconds(1), reconnectTime: Duration = .seconds(10)
  ) {
    self.mayLoseImages = mayLoseImages
    self.image = image
    self.manifest = manifest
    self.timeout = timeout
    self.margin = margin
    self.reconnectTime = reconnectTime
  }
}
