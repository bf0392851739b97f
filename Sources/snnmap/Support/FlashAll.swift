import BoardLink
import Reports
import Synchronization
import Workflows

/// `snnmap flash --all`: one thread a board, one line a board.
struct FlashAll: Sendable {
  let job: FlashJob
  let isRehearsal: Bool
  let activation: ActivationChoice

  /// Boards that are pulled out and plugged in again have this long to come back.
  static var options: LinkOptions { LinkOptions(reconnectTime: .seconds(5)) }

  /// Flashes every board that can be found.
  ///
  /// - Throws: `BoardsFailed` with the greatest exit code, after the table was printed.
  func run(json: Bool) throws {
    let devices = DeviceDirectory.list().filter { !$0.isForeign }
    let problem = DeviceDirectory.problem()
    guard !devices.isEmpty else { throw problem ?? .noDevices(folder: DeviceDirectory.defaultFolder) }
    if let problem { Output.note("\(problem)") }
    let lines = ProgressLines(devices.map { $0.description?.serial ?? "\($0.address)" })
    let results = FlashResults(count: devices.count)
    BoardThreads.forEach(devices.count) { [self] index in
      let summary = flash(devices[index]) {
        lines.update(index, done: $0.done, of: $0.total, detail: $0.phase.rawValue)
      }
      lines.end(index, summary.error.map { "failed: \($0)" } ?? "done")
      results.set(index, summary)
    }
    lines.finish()
    let summaries = results.all
    if json { try Output.print(json: summaries) } else { try Output.print(table(summaries)) }
    let failures = summaries.compactMap(\.exitCode)
    if let worst = failures.max() {
      throw BoardsFailed(
        failed: failures.count, total: summaries.count, status: ExitStatus(rawValue: worst) ?? .failure)
    }
  }

  private func flash(_ device: FoundDevice, progress: (FlashProgress) -> Void) -> FlashSummary {
    do {
      if let problem = device.problem { throw problem }
      let outcome =
        isRehearsal
        ? try job.rehearse(device.address, options: Self.options, progress: progress)
        : try job.flash(device.address, options: Self.options, progress: progress)
      return FlashSummary(job, outcome, isRehearsal: isRehearsal)
    } catch {
      return FlashSummary(job, device.address, serial: device.description?.serial, error: error)
    }
  }

  private func table(_ summaries: [FlashSummary]) -> String {
    var table = TextTable(["board", "serial", "slot", "result"])
    for summary in summaries {
      let result =
        summary.error
        ?? summary.bytesToSend.map { "would do: " + summary.plan($0) }
        ?? "\(NumberText.grouped(Int(clamping: summary.bytesSent ?? 0))) bytes sent, read back and equal, "
        + "\(FlashSummary.state(activation, isActive: summary.active == true)), "
        + NumberText.seconds(summary.seconds ?? 0)
      table.add([
        summary.device, summary.serial ?? "-", summary.slot.map(BoardLinkError.slotName) ?? "-", result,
      ])
    }
    return table.text
  }
}

/// What became of each board, in the order of the boards.
private final class FlashResults: Sendable {
  private let summaries: Mutex<[FlashSummary?]>

  init(count: Int) {
    summaries = Mutex(Array(repeating: nil, count: count))
  }

  func set(_ index: Int, _ summary: FlashSummary) {
    summaries.withLock { $0[index] = summary }
  }

  var all: [FlashSummary] { summaries.withLock { $0 }.compactMap(\.self) }
}
