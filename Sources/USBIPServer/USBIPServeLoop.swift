import Glibc
import VirtualBoard

/// One thread that serves all boards to all clients.
final class USBIPServeLoop {
  /// Clients without a board; the one that has been there longest makes room for another.
  private static let maximumVisitors = 32
  private let service: USBIPService
  private var clients: [USBIPClient] = []
  private let scratch: UnsafeMutableRawBufferPointer

  init(service: USBIPService) {
    self.service = service
    scratch = .allocate(byteCount: 1 << 18, alignment: 16)
  }

  deinit {
    scratch.deallocate()
    for client in clients { client.board?.detach() }
  }

  /// Waits for something to happen and does it; a reason when it is time to end.
  func turn(_ stopSignal: StopSignal) throws(USBIPError) -> StopSignal.Reason? {
    var entries = [
      pollfd(fd: stopSignal.descriptor.number, events: Int16(POLLIN), revents: 0),
      pollfd(fd: service.listener.number, events: Int16(POLLIN), revents: 0),
    ]
    for client in clients { entries.append(pollfd(fd: client.socket.number, events: client.events, revents: 0)) }
    let patience = clients.compactMap { $0.replies.isFull ? nil : $0.board?.patience }.min()
    let ready = wait(for: &entries, microseconds: patience)
    guard ready >= 0 || errno == EINTR else { throw .failed("waiting at \(service.address)") }
    if ready > 0 {
      if entries[0].revents != 0 { return stopSignal.reason() }
      for (index, client) in clients.enumerated() where entries[2 + index].revents & ~Int16(POLLOUT) != 0 {
        receive(client)
      }
      if entries[1].revents != 0 { accept() }
    }
    for client in clients { work(client) }
    clients.removeAll { client in
      guard client.isGone else { return false }
      if let board = client.board {
        board.detach()
        service.onEvent(.detached(serial: board.serial))
      }
      return true
    }
    return nil
  }

  private func work(_ client: USBIPClient) {
    if let board = client.board, !client.isEnding, !client.isGone {
      if !client.replies.isFull { board.work(&client.replies) }
      if board.wantsRestart {
        service.onEvent(.restarted(serial: board.serial))
        client.isEnding = true
      }
    }
    client.send()
  }

  private func receive(_ client: USBIPClient) {
    do throws(USBIPError) {
      try client.receive(into: scratch) { (message) throws(USBIPError) in try handle(message, client) }
    } catch {
      service.onEvent(.refused(error))
      client.end()
    }
  }

  private func handle(_ message: USBIPMessage, _ client: USBIPClient) throws(USBIPError) {
    switch message {
    case .listDevices:
      client.replies.appendList(service.boards.filter { !isAttached($0) }.map(\.exported))
      client.isEnding = true
    case .importDevice(let busID):
      guard let board = service.boards.first(where: { $0.exported.busID == busID }) else {
        client.replies.appendImportRefusal(.noDevice)
        client.isEnding = true
        return
      }
      guard !isAttached(board) else {
        client.replies.appendImportRefusal(.busy)
        client.isEnding = true
        return
      }
      client.replies.appendImport(board.exported)
      client.attach(board)
      service.onEvent(.attached(serial: board.serial))
    case .submit(let transfer):
      try client.board?.submit(transfer, &client.replies)
    case .unlink(let sequence, let target):
      client.board?.unlink(sequence, target: target, &client.replies)
    }
  }

  private func isAttached(_ board: USBBoard) -> Bool { clients.contains { $0.board === board } }

  private func accept() {
    let number = Glibc.accept(service.listener.number, nil, nil)
    guard number >= 0 else { return }
    let visitors = clients.indices.filter { clients[$0].board == nil }
    if visitors.count >= Self.maximumVisitors { clients.remove(at: visitors[0]) }
    clients.append(USBIPClient(FileDescriptor(number)))
  }
}
