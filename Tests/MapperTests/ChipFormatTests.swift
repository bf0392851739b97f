import ChipCatalog
import Mapper
import NeuronCore
import ShippedTargets
import Targets
import Testing

@Suite("Formats of chips")
struct ChipFormatTests {
  static let chips = ["ucaspian", "tinyodin", "odin", "xylo-audio-2", "xylo-audio-3", "xylo-imu"]

  @Test("A shipped chip states what its family's format holds", arguments: chips)
  func shipped(name: String) throws {
    let target = try Target.load(name)
    try ChipCatalog.family(of: target).check(target)
  }

  @Test("A target file that states more than a chip has is refused with the field", arguments: chips)
  func beyond(name: String) throws {
    let changes: [(String, (inout Target) -> Void)] = [
      ("budgets.neurons_per_core", { $0.budgets.neuronsPerCore = 1 << 20 }),
      ("budgets.inputs", { $0.budgets.inputs = 1 << 20 }),
      ("chip.weights", { $0.chip?.weights = -200...7 }),
      ("chip.thresholds", { $0.chip?.thresholds = -1...40 }),
      ("chip.biases", { $0.chip?.biases = -40000...0 }),
      ("chip.maximum_leak_amount", { $0.chip?.maximumLeakAmount = 128 }),
      ("arithmetic.membrane_bits", { $0.arithmetic.membraneBits = 24 }),
      ("chip.queued_events", { $0.chip?.queuedEvents = 500 }),
      ("chip.hidden_spike_cap", { $0.chip?.hiddenSpikeCap = 7 }),
      ("chip.output_spike_cap", { $0.chip?.outputSpikeCap = 7 }),
      ("arithmetic.maximum_currents", { $0.arithmetic.maximumCurrents = 3 }),
      ("arithmetic.maximum_leak_shift", { $0.arithmetic.maximumLeakShift = 16 }),
      ("arithmetic.maximum_refractory_ticks", { $0.arithmetic.maximumRefractoryTicks = 1 }),
      ("arithmetic.maximum_weight_shift", { $0.arithmetic.maximumWeightShift = 8 }),
      ("arithmetic.maximum_input_count", { $0.arithmetic.maximumInputCount = 256 }),
      ("arithmetic.delays", { $0.arithmetic.delays = 1...17 }),
      ("arithmetic.input_delays", { $0.arithmetic.inputDelays = 0...16 }),
    ]
    let shipped = try Target.load(name)
    let family = try ChipCatalog.family(of: shipped)
    for (field, change) in changes {
      var target = shipped
      change(&target)
      #expect("\(name): \(field)") {
        try family.check(target)
      } throws: { error in
        if case ChipFamilyError.beyondFormat(field, name, _, _) = error { true } else { false }
      }
    }
    let options: [(String, (inout Target) -> Void)] = [
      ("chip.timing", { $0.chip?.timing = name.hasSuffix("odin") ? .synchronous : .withinTick }),
      ("arithmetic.leaks", { $0.arithmetic.leaks.append(.multiply) }),
      ("arithmetic.sums", { $0.arithmetic.sums = [.exact, .perTerm16] }),
      ("arithmetic.compares", { $0.arithmetic.compares = [.atLeast, .above] }),
      ("arithmetic.resets", { $0.arithmetic.resets.append(.subtractAfterLeak) }),
      ("arithmetic.weight_bits", { $0.arithmetic.weightBits = [8, 4] }),
    ]
    for (field, change) in options {
      var target = shipped
      change(&target)
      #expect("\(name): \(field)") {
        try family.check(target)
      } throws: { error in
        if case ChipFamilyError.foreignOption(field, name, _, _) = error { true } else { false }
      }
    }
    var other = shipped
    other.chip?.isMembraneSigned.toggle()
    #expect(throws: ChipFamilyError.membraneSign(target: name, isSigned: name != "odin")) { try family.check(other) }
    other = shipped
    other.chip = nil
    #expect(throws: ChipFamilyError.chipSection(target: name, isNeeded: true)) { try family.check(other) }
  }
}
