/// Transfers in the order in which they were asked for.
struct TransferQueue: Sequence {
  private var entries: [USBIPTransfer] = []
  private var start = 0

  var count: Int { entries.count - start }
  var isEmpty: Bool { start == entries.count }
  var first: USBIPTransfer? { isEmpty ? nil : entries[start] }

  mutating func append(_ transfer: USBIPTransfer) {
    entries.append(transfer)
  }

  @discardableResult
  mutating func removeFirst() -> USBIPTransfer {
    let transfer = entries[start]
    // The payload's memory goes with the transfer.
    entries[start].payload = []
    start += 1
    if start == entries.count {
      removeAll()
    } else if start >= 64 && start > entries.count / 2 {
      entries.removeSubrange(..<start)
      start = 0
    }
    return transfer
  }

  /// Takes the transfer of a number out; nil where it does not wait.
  mutating func remove(_ sequence: UInt32) -> USBIPTransfer? {
    guard let place = entries[start...].firstIndex(where: { $0.sequence == sequence }) else { return nil }
    return entries.remove(at: place)
  }

  mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    start = 0
  }

  func makeIterator() -> ArraySlice<USBIPTransfer>.Iterator { entries[start...].makeIterator() }
}
