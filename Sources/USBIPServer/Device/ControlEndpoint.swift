import WireProtocol

/// What endpoint 0 does with a request; pure, so that it can be tried with every request there is.
struct ControlEndpoint {
  let descriptors: DescriptorSet
  /// 0 or 1.
  private(set) var configuration: UInt8 = 0
  private(set) var isOutHalted = false
  private(set) var isInHalted = false

  /// What follows from a request.
  enum Action: Equatable {
    /// The data stage; the host may have asked for less.
    case answer([UInt8])
    case acknowledge
    case stall
    /// The link begins anew.
    case configured
    case getInfo
    case getStatus
    case resetSession(nonce: UInt64)
  }

  init(descriptors: DescriptorSet) {
    self.descriptors = descriptors
  }

  /// A request with the bytes of its data stage, where that goes to the device.
  mutating func handle(_ setup: SetupPacket, _ payload: [UInt8]) -> Action {
    switch setup.requestType & 0x60 {
    case 0: standard(setup)
    case 0x40: vendor(setup, payload)
    default: .stall
    }
  }

  private func vendor(_ setup: SetupPacket, _ payload: [UInt8]) -> Action {
    if setup.requestType == 0xC0 && setup.request == DescriptorSet.windowsRequest {
      return setup.index == DescriptorSet.windowsIndex ? .answer(descriptors.windowsDescriptors) : .stall
    }
    guard configuration != 0, setup.index == 0 else { return .stall }
    switch (setup.requestType, USBBinding.ControlRequest(rawValue: setup.request)) {
    case (USBBinding.requestTypeIn, .getInfo): return .getInfo
    case (USBBinding.requestTypeIn, .getStatus): return .getStatus
    case (USBBinding.requestTypeOut, .sessionReset):
      guard setup.length == 8, payload.count == 8 else { return .stall }
      return .resetSession(nonce: payload.reversed().reduce(0) { $0 << 8 | UInt64($1) })
    default: return .stall
    }
  }

  /// Requests of USB 2.0, table 9-4, and those that USB 3.2 adds.
  private mutating func standard(_ setup: SetupPacket) -> Action {
    let value = UInt8(truncatingIfNeeded: setup.value)
    switch (setup.requestType, setup.request) {
    case (0x80, 0): return .answer([1, 0])
    case (0x81, 0): return isInterface(setup) ? .answer([0, 0]) : .stall
    case (0x82, 0): return isHalted(setup.index).map { .answer([$0 ? 1 : 0, 0]) } ?? .stall
    // SET_ADDRESS: the client's kernel has done it already.
    case (0x00, 5): return .acknowledge
    case (0x80, 6):
      let type = UInt8(setup.value >> 8)
      return descriptors.descriptor(type: type, index: value).map { .answer($0) } ?? .stall
    case (0x80, 8): return .answer([configuration])
    case (0x00, 9):
      guard setup.value <= 1 else { return .stall }
      configuration = value
      clearHalts()
      return .configured
    case (0x81, 10): return isInterface(setup) ? .answer([0]) : .stall
    case (0x01, 11):
      guard isInterface(setup), setup.value == 0 else { return .stall }
      clearHalts()
      return .acknowledge
    case (0x02, 1): return setup.value == 0 ? setHalt(setup.index, false) : .stall
    case (0x02, 3): return setup.value == 0 ? setHalt(setup.index, true) : .stall
    // Power states U1 and U2 (features 48 and 49), function suspend (0): there is nothing to save.
    case (0x00, 1), (0x00, 3): return descriptors.speed == .super && (48...49).contains(value) ? .acknowledge : .stall
    case (0x01, 1), (0x01, 3): return descriptors.speed == .super && value == 0 ? .acknowledge : .stall
    // SET_SEL and SET_ISOCH_DELAY.
    case (0x00, 0x30), (0x00, 0x31): return descriptors.speed == .super ? .acknowledge : .stall
    default: return .stall
    }
  }

  private func isInterface(_ setup: SetupPacket) -> Bool { configuration != 0 && setup.index & 0xFF == 0 }

  private func isHalted(_ endpoint: UInt16) -> Bool? {
    switch UInt8(truncatingIfNeeded: endpoint) {
    case 0, 0x80: false
    case DescriptorSet.outEndpoint where configuration != 0: isOutHalted
    case DescriptorSet.inEndpoint where configuration != 0: isInHalted
    default: nil
    }
  }

  private mutating func setHalt(_ endpoint: UInt16, _ isHalted: Bool) -> Action {
    guard self.isHalted(endpoint) != nil else { return .stall }
    switch UInt8(truncatingIfNeeded: endpoint) {
    case DescriptorSet.outEndpoint: isOutHalted = isHalted
    case DescriptorSet.inEndpoint: isInHalted = isHalted
    default: break
    }
    return .acknowledge
  }

  private mutating func clearHalts() {
    isOutHalted = false
    isInHalted = false
  }
}
