import BoardLink
import Testing

@Suite("FTDI's serial chips")
struct FTDITests {
  @Test("Rates are the divisors that Linux's driver sets")
  func divisors() throws {
    func numbers(_ chip: FTDIChip, _ baud: Int) -> [UInt16]? {
      chip.divisor(baud: baud).map { [$0.value, $0.index] }
    }
    #expect(numbers(.ft232H, 3_000_000) == [0x0004, 0x0200])
    #expect(numbers(.ft2232H, 3_000_000) == [0x0004, 0x0201])
    #expect(numbers(.ft232R, 3_000_000) == [0x0000, 0x0000])
    #expect(numbers(.ft232H, 115_200) == [0xC068, 0x0200])
    #expect(numbers(.ft232R, 115_200) == [0x001A, 0x0000])
    #expect(numbers(.ft232R, 9600) == [0x4138, 0x0000])
    for baud in [Int.min, -1, 0, 1, 12_000_001, Int.max] { #expect(numbers(.ft232H, baud) == nil) }
    #expect(numbers(.ft232R, 12_000_000) == nil)
    // Nothing traps on the way.
    for baud in stride(from: 1, through: 13_000_000, by: 997) {
      for chip in FTDIChip.allCases { _ = chip.divisor(baud: baud) }
    }
  }

  private func candidate(_ serial: String?, _ place: String, isCertain: Bool) -> DeviceCandidate {
    DeviceCandidate(
      address: serial.map { .usb(serial: $0) } ?? .usbPlace(place), place: place, serial: serial, family: "core",
      isCertain: isCertain, note: "")
  }

  @Test("Only a device that says what it is, or that is named, is chosen")
  func selection() throws {
    let (certain, other) = (candidate("A", "1-1", isCertain: true), candidate("B", "1-2", isCertain: false))
    let unnamed = candidate(nil, "1-3", isCertain: false)
    func select(_ address: DeviceAddress?, _ candidates: [DeviceCandidate]) throws(BoardLinkError) -> DeviceCandidate {
      try DeviceCandidate.select(address, of: candidates, family: "core")
    }
    #expect(try select(nil, [other, certain, unnamed]) == certain)
    #expect(try select(.usb(serial: "B"), [other, certain]) == other)
    #expect(try select(.usbPlace("1-3"), [other, unnamed]) == unnamed)
    #expect(throws: BoardLinkError.noChip(family: "core")) { try select(nil, []) }
    #expect(throws: BoardLinkError.uncertain([other.address, unnamed.address], family: "core")) {
      try select(nil, [other, unnamed])
    }
    let twin = candidate("A", "1-4", isCertain: true)
    #expect(throws: BoardLinkError.ambiguous([certain.address, twin.address])) { try select(nil, [certain, twin]) }
    #expect(throws: BoardLinkError.ambiguous([.usbPlace("1-1"), .usbPlace("1-4")])) {
      try select(.usb(serial: "A"), [certain, twin])
    }
    #expect(throws: BoardLinkError.noDevice(.usb(serial: "C"))) { try select(.usb(serial: "C"), [certain]) }
    #expect(throws: BoardLinkError.noChip(family: "core")) {
      try select(.serial(path: "/dev/ttyUSB0"), [certain])
    }
  }
}
