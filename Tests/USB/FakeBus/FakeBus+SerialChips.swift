import BoardLink
import CFakeUSB
import Dispatch
import Glibc

extension FakeBus {
  /// Runs one command about chips behind a serial line; false for a word that is none of these.
  ///
  /// - `chip SERIAL PLACE 6001|6010|6014 PRODUCT…`: plugs in an FTDI chip that says it is the product
  /// - `chip-mute SERIAL`: nothing is on its line
  /// - `chip-stale SERIAL`: an earlier program was killed in the middle of a packet and of an answer
  /// - `chip-err SERIAL COUNT`: after COUNT bytes of answers one is another
  /// - `chip-loses SERIAL`: the next answer comes with the news that a byte was lost
  /// - `chip-unplug SERIAL`, and `chip-unplug-at SERIAL BYTES`, when the host has sent so many more; `chip-plug SERIAL PLACE`
  /// - `chip-untouched SERIAL`: a mistake where anything was ever sent to it
  /// - `chip-obeyed SERIAL`: a mistake where it was sent bytes that it could not take
  /// - `chip-allow SERIAL MODE`: permissions of the device's file, octal
  func obeyForChips(_ words: [String]) throws -> Bool {
    func word(_ index: Int) throws -> String {
      guard index < words.count else { throw Mistake(description: "a word is lacking") }
      return words[index]
    }
    func number(_ index: Int, radix: Int = 10) throws -> Int {
      guard let number = Int(try word(index), radix: radix) else {
        throw Mistake(description: "'\(try word(index))' is no number")
      }
      return number
    }
    func change(_ body: (FakeSerialChip) throws -> Void) throws {
      guard let chip = chips[try word(1)] else { throw Mistake(description: "no chip '\(try word(1))'") }
      fake_bus_lock(raw)
      defer { fake_bus_unlock(raw) }
      try body(chip)
    }
    switch try word(0) {
    case "chip":
      guard let kind = FTDIChip(rawValue: UInt16(try number(3, radix: 16))) else {
        throw Mistake(description: "no FTDI chip \(try word(3))")
      }
      let made = FakeSerialChip(serial: try word(1), chip: kind, product: words.dropFirst(4).joined(separator: " "))
      made.onUnplug = { [self] chip in cables.async { [self] in remove(chip) } }
      chips[made.serial] = made
      try plug(made, at: try word(2))
    case "chip-stale": try change { $0.leaveUnfinished() }
    case "chip-mute": try change { $0.isMute = true }
    case "chip-err":
      let count = try number(2)
      try change { $0.wrongAnswer = count }
    case "chip-loses": try change { $0.losesByte = true }
    case "chip-unplug-at":
      let bytes = try number(2)
      try change { $0.unplugAfter = bytes }
    case "chip-unplug":
      try change { $0.cut() }
      if let chip = chips[try word(1)] { cables.sync { remove(chip) } }
    case "chip-plug":
      guard let chip = chips[try word(1)] else { throw Mistake(description: "no chip '\(try word(1))'") }
      try plug(chip, at: try word(2))
    case "chip-untouched":
      try change { if $0.requests > 0 { throw Mistake(description: "\($0.serial) was sent \($0.requests) requests") } }
    case "chip-obeyed":
      try change {
        if $0.isOverrun { throw Mistake(description: "\($0.serial) was sent bytes that it could not take") }
      }
    case "chip-allow":
      let mode = try number(2, radix: 8)
      try change {
        let path = "\(folder)/dev/bus/usb/001/\(threeDigits($0.number))"
        guard chmod(path, mode_t(mode)) == 0 else { throw Mistake(description: "chmod \(path)") }
      }
    default: return false
    }
    return true
  }

  func remove(_ chip: FakeSerialChip) {
    if let usb = chip.usb { fake_device_remove(usb) }
    chip.usb = nil
  }

  private func plug(_ chip: FakeSerialChip, at place: String) throws {
    try cables.sync {
      chip.number = nextNumber
      nextNumber += 1
      chip.start()
      let callbacks = fake_callbacks(
        owner: Unmanaged.passUnretained(chip).toOpaque(), control: chipControl, work: chipWork,
        halt_cleared: chipHaltCleared)
      fake_bus_lock(raw)
      defer { fake_bus_unlock(raw) }
      chip.usb = fake_bus_plug(raw, place, Int32(chip.number), 480, chip.descriptors, chip.attributes, callbacks)
      guard chip.usb != nil else { throw Mistake(description: "cannot plug in \(chip.serial) at \(place)") }
    }
  }
}

private nonisolated func chipControl(
  _ owner: UnsafeMutableRawPointer?, _ setup: UnsafePointer<UInt8>?, _ data: UnsafeMutablePointer<UInt8>?, _ size: Int32
) -> Int32 {
  guard let owner, let setup else { return FAKE_STALL }
  return Unmanaged<FakeSerialChip>.fromOpaque(owner).takeUnretainedValue()
    .control(Array(UnsafeBufferPointer(start: setup, count: 8)), size)
}

private nonisolated func chipWork(_ owner: UnsafeMutableRawPointer?) {
  if let owner { Unmanaged<FakeSerialChip>.fromOpaque(owner).takeUnretainedValue().work() }
}

private nonisolated func chipHaltCleared(_ owner: UnsafeMutableRawPointer?, _ endpoint: UInt8) {}
