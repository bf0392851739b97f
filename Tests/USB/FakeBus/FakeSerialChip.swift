import BoardLink
import CFakeUSB
import Glibc
import UCaspianChip

/// An FTDI chip with a uCaspian core on its line.
///
/// It has the habits that a host must heed: two status bytes begin each packet, also when there is nothing to say; the
/// core hears nothing at another rate than its own; it takes no byte while it runs, and has memory for a thousand.
///
/// Everything happens under the bus's lock.
final class FakeSerialChip: @unchecked Sendable {
  static let outEndpoint: UInt8 = 0x02
  static let inEndpoint: UInt8 = 0x81
  private static let packetBytes = 512
  private static let statusBytes = 2
  private static let fifoBytes = 1024

  let serial: String
  let product: String
  let chip: FTDIChip
  var number = 0
  var usb: OpaquePointer?
  /// Whether nothing is on the line.
  var isMute = false
  /// Whether the core has been sent bytes that it could not take.
  private(set) var isOverrun = false
  /// How many requests and bytes the chip was sent.
  private(set) var requests = 0
  /// Answers to go until one is another byte.
  var wrongAnswer = -1
  /// Bytes to go until the cable is pulled.
  var unplugAfter = -1
  /// Told to the host once, as a lost byte.
  var losesByte = false
  var onUnplug: (FakeSerialChip) -> Void = { _ in }
  private var core = UCaspianMachine()
  private var isAtRate = false
  /// DTR selects the flash memory, which shares the line's pins.
  private var isFlashSelected = true
  private var leaving: [UInt8] = []
  /// Bytes of `leaving` until the end of the last time of a run.
  private var runBytes = 0
  /// Bytes that the core was sent since it has answered all.
  private var waiting = 0
  private var isCut = false
  private var lastPacket: timespec = timespec()

  init(serial: String, chip: FTDIChip, product: String) {
    self.serial = serial
    self.chip = chip
    self.product = product
  }

  /// Without power the core forgets.
  func start() {
    core = UCaspianMachine()
    (isAtRate, isFlashSelected, isCut, isOverrun) = (false, true, false, false)
    (leaving, runBytes, waiting) = ([], 0, 0)
  }

  /// What a program leaves that is killed in the middle of a packet and of an answer.
  func leaveUnfinished() {
    _ = try? core.receive([0x08, 5, 9])
    leaving += [0x80, 3, 0x80]
  }

  func cut() {
    isCut = true
    if let usb { fake_device_cut(usb) }
  }

  func control(_ setup: [UInt8], _ size: Int32) -> Int32 {
    requests += 1
    guard setup[0] == FTDIRequest.type, let request = FTDIRequest(rawValue: setup[1]) else { return FAKE_STALL }
    let value = UInt16(setup[2]) | UInt16(setup[3]) << 8
    let index = UInt16(setup[4]) | UInt16(setup[5]) << 8
    switch request {
    case .reset where value == FTDIRequest.purgeReceived: (leaving, runBytes) = ([], 0)
    case .setBaudRate:
      // 3 Mbaud, as the kernel's driver sets it for each of the chips.
      let expected: (UInt16, UInt16) =
        switch chip {
        case .ft232R: (0, 0)
        case .ft232H: (4, 0x0200)
        case .ft2232H: (4, 0x0201)
        }
      isAtRate = (value, index) == expected
    case .setModemLines: isFlashSelected = value & 0x0101 == 0x0101
    default: break
    }
    return 0
  }

  func work() {
    guard let usb, !isCut else { return }
    while let urb = fake_device_urb(usb, Self.outEndpoint) {
      let bytes = Array(UnsafeBufferPointer(start: fake_urb_bytes(urb), count: Int(fake_urb_size(urb))))
      fake_urb_move(urb, Int32(bytes.count))
      fake_urb_complete(usb, urb, 0)
      requests += 1
      hear(bytes)
      if isCut { return }
    }
    while let urb = fake_device_urb(usb, Self.inEndpoint), say(urb, usb) {}
  }

  private func hear(_ bytes: [UInt8]) {
    if unplugAfter >= 0 {
      unplugAfter -= bytes.count
      if unplugAfter < 0 {
        cut()
        onUnplug(self)
        return
      }
    }
    waiting += bytes.count
    if runBytes > 0 || waiting > Self.fifoBytes { isOverrun = true }
    guard isAtRate, !isFlashSelected, !isMute, !isOverrun, let answer = try? core.receive(bytes) else { return }
    runBytes = leaving.count + endOfLastTime(answer)
    if runBytes == leaving.count { runBytes = 0 }
    for byte in answer {
      leaving.append(wrongAnswer == 0 ? byte ^ 0xFF : byte)
      if wrongAnswer >= 0 { wrongAnswer -= 1 }
    }
  }

  /// Bytes of an answer up to the end of its last time, 0 where it has none.
  private func endOfLastTime(_ answer: [UInt8]) -> Int {
    var (place, end) = (0, 0)
    while place < answer.count {
      switch answer[place] {
      case 0x01:
        place += 5
        end = place
      case 0x80: place += 2
      default: place += 1
      }
    }
    return end
  }

  /// Gives a read its bytes, or, once in a millisecond, the news that there are none; false where it has to wait.
  private func say(_ urb: OpaquePointer, _ usb: OpaquePointer) -> Bool {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let passed = (now.tv_sec - lastPacket.tv_sec) * 1_000_000 + (now.tv_nsec - lastPacket.tv_nsec) / 1000
    guard !leaving.isEmpty || passed > 1000 else { return false }
    lastPacket = now
    let size = Int(fake_urb_size(urb))
    var bytes: [UInt8] = []
    repeat {
      let count = min(Self.packetBytes - Self.statusBytes, leaving.count)
      guard bytes.count + Self.statusBytes + count <= size else { break }
      bytes += [0x01, losesByte && count > 0 ? 0x62 : 0x60] + leaving[..<count]
      if count > 0 { losesByte = false }
      leaving.removeFirst(count)
      runBytes = max(0, runBytes - count)
    } while bytes.count % Self.packetBytes == 0 && bytes.count < size
    if leaving.isEmpty { waiting = 0 }
    UnsafeMutableBufferPointer(start: fake_urb_bytes(urb), count: size).baseAddress?.update(
      from: bytes, count: bytes.count)
    fake_urb_move(urb, Int32(bytes.count))
    fake_urb_complete(usb, urb, 0)
    return true
  }
}

extension FakeSerialChip {
  /// Device and configuration, as hexadecimal digits.
  var descriptors: String {
    func low(_ number: UInt16) -> UInt8 { UInt8(truncatingIfNeeded: number) }
    let (vendor, product) = (FTDIChip.vendor, chip.rawValue)
    let device: [UInt8] = [
      18, 1, 0, 2, 0, 0, 0, 64, low(vendor), low(vendor >> 8), low(product), low(product >> 8), 0, 9, 1, 2, 3, 1,
    ]
    func endpoint(_ address: UInt8) -> [UInt8] { [7, 5, address, 2, 0, 2, 0] }
    let body: [UInt8] = [9, 4, 0, 0, 2, 0xFF, 0xFF, 0xFF, 2] + endpoint(Self.inEndpoint) + endpoint(Self.outEndpoint)
    let configuration: [UInt8] = [9, 2, UInt8(9 + body.count), 0, 1, 1, 0, 0x80, 45]
    return (device + configuration + body).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  /// What the system has read when it was plugged in.
  var attributes: String { "A: serial=\(serial)\\n\nA: product=\(product)\\n\nA: manufacturer=FTDI\\n\n" }
}
