/// The vendor requests of FTDI's serial chips, and the numbers that they take.
///
/// Source: drivers/usb/serial/ftdi_sio.h of Linux; FTDI's application note AN232B-05 on baud rates.
public enum FTDIRequest: UInt8, Sendable {
  case reset = 0
  case setModemLines = 1
  case setFlowControl = 2
  case setBaudRate = 3
  case setLineFormat = 4
  case setLatencyTimer = 9
  case setBitMode = 11

  /// bmRequestType: to a device, of the vendor.
  public static let type: UInt8 = 0x40

  /// wValue of `reset`: the whole chip, what it has received, and what it has to send.
  public static let resetAll: UInt16 = 0
  public static let purgeReceived: UInt16 = 1
  public static let purgeUnsent: UInt16 = 2
  /// wValue of `setLineFormat`: 8 bits, no parity, one stop bit.
  public static let eightBits: UInt16 = 8
  /// wValue of `setModemLines`: DTR and RTS off, their pins high. On boards whose FTDI chip also writes the FPGA's flash
  /// memory, DTR's pin is the memory's chip select, which must stay off while the other pins are a serial line.
  public static let linesOff: UInt16 = 0x0300
}

/// A kind of FTDI chip, by its product number.
public enum FTDIChip: UInt16, Sendable, CaseIterable {
  case ft232R = 0x6001
  case ft2232H = 0x6010
  case ft232H = 0x6014

  /// FTDI's vendor number.
  public static let vendor: UInt16 = 0x0403

  /// Chips with several ports count them from 1 in wIndex; the first is used.
  public var portIndex: UInt16 { self == .ft2232H ? 1 : 0 }

  /// wValue and wIndex of `setBaudRate` for a rate; nil for one that the chip does not reach within 3 %.
  ///
  /// 3,000,000 baud is divisor 4 of 12 MHz on the high-speed chips, and the special divisor 0 on the FT232R.
  public func divisor(baud: Int) -> (value: UInt16, index: UInt16)? {
    // Eighths of the divisor, which has three bits behind its point.
    let clock = self == .ft232R ? 3_000_000 : 12_000_000
    guard baud > 0, baud <= clock else { return nil }
    let eighths = (clock * 8 + baud / 2) / baud
    guard eighths >> 3 < 1 << 14, abs(clock * 8 - eighths * baud) * 100 <= 3 * clock * 8 else { return nil }
    // The order in which the chip has the eighths.
    let fractions: [UInt32] = [0, 3, 2, 4, 1, 5, 6, 7]
    var divisor = UInt32(eighths >> 3) | fractions[eighths & 7] << 14
    if divisor == 1 { divisor = 0 } else if divisor == 0x4001 { divisor = 1 }
    // High-speed chips: without the division by 2.5.
    if self != .ft232R { divisor |= 0x20000 }
    let high = UInt16(divisor >> 16)
    return (UInt16(truncatingIfNeeded: divisor), self == .ft232R ? high : high << 8 | portIndex)
  }
}
