#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A serial port's path and rate, as `serial:PATH[@BAUD]` says them.
struct SerialLine: Equatable {
  static let usualRate: UInt32 = 115_200

  let path: String
  /// Baud; terminals without a wire, such as an emulator's, ignore it.
  let rate: UInt32

  /// `/dev/ttyUSB0@921600`, or `/dev/ttyUSB0` for 115,200 baud; nil where the system has no such rate.
  init?(_ text: String) {
    if let at = text.lastIndex(of: "@"), let rate = UInt32(text[text.index(after: at)...]) {
      path = String(text[..<at])
      self.rate = rate
    } else {
      path = text
      rate = Self.usualRate
    }
    guard !path.isEmpty, Self.codes.contains(where: { $0.rate == rate }) else { return nil }
  }

  /// Sets a terminal to carry bytes as they are: eight bits, no parity, no flow control, no echo.
  ///
  /// - Returns: 0, or the system's error number.
  func configure(_ descriptor: Int32) -> Int32 {
    guard let code = Self.codes.first(where: { $0.rate == rate })?.code else { return EINVAL }
    var settings = termios()
    guard tcgetattr(descriptor, &settings) == 0 else { return errno }
    cfmakeraw(&settings)
    settings.c_cflag |= tcflag_t(CLOCAL | CREAD)
    // Many boards restart when the line hangs up, so closing must not do so.
    settings.c_cflag &= ~tcflag_t(HUPCL | CSTOPB)
    settings.c_cflag &= ~Self.hardwareFlowControl
    guard cfsetispeed(&settings, code) == 0, cfsetospeed(&settings, code) == 0 else { return errno }
    guard tcsetattr(descriptor, TCSANOW, &settings) == 0 else { return errno }
    return 0
  }

  private static let hardwareFlowControl: tcflag_t = 0x8000_0000

  private static let codes: [(rate: UInt32, code: speed_t)] = [
    (9600, speed_t(B9600)), (19_200, speed_t(B19200)), (38_400, speed_t(B38400)), (57_600, speed_t(B57600)),
    (115_200, speed_t(B115200)), (230_400, speed_t(B230400)), (460_800, speed_t(B460800)),
    (500_000, speed_t(B500000)), (576_000, speed_t(B576000)), (921_600, speed_t(B921600)),
    (1_000_000, speed_t(B1000000)), (1_500_000, speed_t(B1500000)), (2_000_000, speed_t(B2000000)),
    (3_000_000, speed_t(B3000000)), (4_000_000, speed_t(B4000000)),
  ]
}
