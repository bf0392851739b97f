import BoardCore
import Glibc
import WireProtocol

/// One thread that serves a board to many connections, of which one at a time holds the board.
final class ServeLoop {
  private typealias Device = BoardDevice<VirtualPlatform, MeshExecutor>

  private static let maximumGuests = 32
  private let profile: BoardProfile
  private let storage: VirtualStorage
  private let socket: BoardSocket
  private let workspace: UnsafeMutableRawBufferPointer
  private var device: Device
  private var holder: FileDescriptor?
  private var guests: [GuestConnection] = []
  private var activity: Device.Activity = .idle

  /// Starts the board.
  init(profile: BoardProfile, storage: VirtualStorage, socket: BoardSocket) {
    self.profile = profile
    self.storage = storage
    self.socket = socket
    workspace = .allocate(byteCount: profile.workspaceBytes, alignment: 16)
    device = Device(platform: VirtualPlatform(storage: storage), profile: profile, workspace: workspace)
  }

  /// Makes sure that the board takes images of the profile's keys.
  func checkKeys() throws(VirtualBoardError) { try device.checkKeys() }

  deinit {
    workspace.deallocate()
  }

  /// Waits for something to happen and does it; a reason when it is time to end.
  func turn(_ stopSignal: StopSignal) throws(VirtualBoardError) -> StopSignal.Reason? {
    var entries = [
      pollfd(fd: stopSignal.descriptor.number, events: Int16(POLLIN), revents: 0),
      pollfd(fd: socket.listener.number, events: Int16(POLLIN), revents: 0),
      pollfd(fd: holder?.number ?? -1, events: holderEvents, revents: 0),
    ]
    for guest in guests { entries.append(pollfd(fd: guest.socket.number, events: Int16(POLLIN), revents: 0)) }
    let ready = wait(for: &entries, microseconds: activity == .working ? 0 : device.idleMicroseconds)
    guard ready >= 0 || errno == EINTR else { throw .failed("waiting at", socket.path) }
    if ready > 0 {
      if entries[0].revents != 0 { return stopSignal.reason() }
      if entries[2].revents != 0 { receiveFromHolder() }
      // From the back, as guests that leave or take hold are removed.
      for index in guests.indices.reversed() where entries[3 + index].revents != 0 { serveGuest(index) }
      if entries[1].revents != 0 { accept() }
    }
    work()
    return nil
  }

  private var holderEvents: Int16 {
    var events = device.output.isEmpty ? 0 : Int16(POLLOUT)
    // A board that is at work leaves requests in the socket.
    if activity != .working && !device.receiveSpace.isEmpty { events |= Int16(POLLIN) }
    return events
  }

  /// Lets the device work for a while, and sends what it has to say.
  private func work() {
    guard holder != nil else {
      activity = .idle
      return
    }
    for _ in 0..<64 {
      activity = device.poll()
      if activity != .working { break }
    }
    sendToHolder()
    if activity == .blocked && device.output.isEmpty { activity = .working }
    if device.wantsRestart && device.output.isEmpty { restart() }
  }

  private func sendToHolder() {
    while let holder, !device.output.isEmpty {
      let bytes = device.output
      let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
      let count = send(holder.number, bytes.baseAddress, bytes.count, flags)
      if count > 0 {
        device.sent(count)
      } else if count < 0 && errno == EINTR {
        continue
      } else {
        if count < 0 && errno != EAGAIN { dropHolder() }
        return
      }
    }
  }

  private func receiveFromHolder() {
    guard let holder else { return }
    let space = device.receiveSpace
    guard !space.isEmpty else { return }
    let count = recv(holder.number, space.baseAddress, space.count, Int32(MSG_DONTWAIT))
    if count > 0 {
      device.received(count)
    } else if count == 0 || errno != EAGAIN && errno != EINTR {
      dropHolder()
    }
  }

  private func dropHolder() {
    holder = nil
    device.detach()
    activity = .idle
  }

  /// What RESET does: the board starts anew, and the connection is gone, as a cable's would be.
  private func restart() {
    dropHolder()
    device = Device(platform: VirtualPlatform(storage: storage), profile: profile, workspace: workspace)
  }

  private func accept() {
    let number = Glibc.accept(socket.listener.number, nil, nil)
    guard number >= 0 else { return }
    let connection = FileDescriptor(number)
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    guard guests.count < Self.maximumGuests else { return }
    var size: Int32 = 1 << 20
    setsockopt(number, SOL_SOCKET, SO_SNDBUF, &size, 4)
    guests.append(GuestConnection(connection))
  }

  private func serveGuest(_ index: Int) {
    let guest = guests[index]
    guard guest.receive() else {
      guests.remove(at: index)
      return
    }
    while true {
      let bytes = guest.assembler.buffered
      // A request for a session goes to the board as it is, with everything behind it.
      if holder == nil,
        case .frame(let header, _, _) = FrameCodec.scan(bytes, maximumPayload: UInt32(GuestConnection.maximumPayload)),
        header.message == .hello || header.message == .sessionReset
      {
        device.receiveSpace.copyMemory(from: bytes)
        device.received(bytes.count)
        holder = guest.socket
        guests.remove(at: index)
        activity = .working
        return
      }
      switch guest.assembler.next() {
      case .needMore: return
      case .frame(let header, _):
        if answer(guest, header) { continue }
        guests.remove(at: index)
        return
      case .damaged:
        guests.remove(at: index)
        return
      }
    }
  }

  /// Sends the answer to a guest; false when it does not read its answers.
  private func answer(_ guest: GuestConnection, _ header: FrameHeader) -> Bool {
    withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 8) { buffer in
      let count = device.answerGuest(header, isHeld: holder != nil, into: buffer)
      let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
      return count > 0 && send(guest.socket.number, buffer.baseAddress, count, flags) == count
    }
  }
}
