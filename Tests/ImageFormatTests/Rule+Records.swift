import ImageFormat

extension Rule {
  /// Class, neuron and axon records.
  static let records: [Rule] = [
    Rule("an accumulator that wraps", [Edit(656, UInt8(1))], .accumulator, at: 656, 1),
    Rule("an unknown sum", [Edit(657, UInt8(2))], .sum, at: 657, 2),
    Rule("an unknown compare", [Edit(658, UInt8(2))], .compare, at: 658, 2),
    Rule("an unknown reset", [Edit(659, UInt8(3))], .reset, at: 659, 3),
    Rule("a cap of no spikes", [Edit(660, UInt8(0))], .spikeCap, at: 660, 0),
    Rule("three currents", [Edit(941, UInt8(3))], .currents, at: 941, 3),
    Rule("a decay of a current that is not there", [Edit(941, UInt8(1))], .currents, at: 941, 1),
    Rule("an unknown floor", [Edit(662, UInt8(2))], .membraneFloor, at: 662, 2),
    Rule("a floor of minus the threshold with a bound", [Edit(662, UInt8(1))], .membraneFloor, at: 662, 1),
    Rule("byte 7 of a class", [Edit(663, UInt8(1))], .reserved, at: 663, 1),
    Rule("the end of a class", [Edit(695, UInt8(1))], .reserved, at: 692, 1),
    Rule("an unknown decay", [Edit(666, UInt8(7))], .decayRule, at: 666, 7 + 4 << 8),
    Rule("a shift of 32", [Edit(667, UInt8(32))], .decayRule, at: 666, 1 + 32 << 8),
    Rule("a shift without a decay", [Edit(666, UInt8(0))], .decayRule, at: 666, 4 << 8),
    Rule("a shift of a linear decay", [Edit(666, UInt8(6))], .decayRule, at: 666, 6 + 4 << 8),
    Rule("an amount of another decay", [Edit(680, UInt32(1))], .decayRule, at: 666, 1 + 4 << 8),
    Rule("an amount of a current that is not there", [Edit(688, UInt32(1))], .decayRule, at: 670, 0),
    Rule("a least membrane above 0", [Edit(672, Int32(1))], .lowerBound, at: 672, 1),
    Rule("a greatest membrane below 0", [Edit(676, Int32(-1))], .upperBound, at: 676, -1),

    Rule("a class that is not there", [Edit(696, UInt16(1))], .neuronClass, at: 696, 1),
    Rule("routes beyond the core's", [Edit(700, UInt32(2))], .routeRange, at: 700, 3),
    Rule("routes far beyond", [Edit(700, UInt32.max)], .routeRange, at: 700, 0x7FFF_FFFF - 65535 + 1),
    Rule("a threshold of 0 with a subtracting reset", [Edit(704, Int32(0))], .threshold, at: 704, 0),
    Rule("a floor above 0", [Edit(984, Int32(-1))], .threshold, at: 984, -1),
    Rule("an output that is not there", [Edit(716, UInt32(1))], .output, at: 716, 1),
    Rule("two neurons of one output", [Edit(716, UInt32(0))], .duplicateOutput, at: 996, 0),

    Rule("a delay of 15", [Edit(760, UInt8(15))], .delay, at: 760, 15),
    Rule("an unknown row", [Edit(761, UInt8(2))], .rowFormat, at: 761, 2),
    Rule("weights of 3 bits", [Edit(762, UInt8(3))], .weightBits, at: 762, 3),
    Rule("sparse weights of 4 bits", [Edit(810, UInt8(4))], .weightBits, at: 810, 4),
    Rule("a weight shift of 8", [Edit(763, UInt8(8))], .weightShift, at: 763, 8),
    Rule("a third current", [Edit(764, UInt8(2))], .axonCurrent, at: 764, 2),
    Rule("the end of an axon", [Edit(767, UInt8(1))], .reserved, at: 765, 1),
    Rule("a row behind the synapses", [Edit(744, UInt64(8))], .rowOffset, at: 744, 8),
    Rule("a row far behind", [Edit(744, UInt64.max)], .rowOffset, at: 744, -1),
    Rule("a row that leaves the synapses", [Edit(744, UInt64(6))], .rowOffset, at: 744, 6),
    Rule("a dense row of more than all neurons", [Edit(756, UInt32(3))], .rowCount, at: 756, 3),
    Rule("a sparse row of more than all bytes", [Edit(804, UInt32(4))], .rowCount, at: 804, 4),
    Rule("a sparse row of 2^32 − 1", [Edit(804, UInt32.max)], .rowCount, at: 804, 0xFFFF_FFFF),
    Rule("a dense row beyond the last neuron", [Edit(752, UInt32(1))], .firstNeuron, at: 752, 1),
    Rule("a first neuron of a sparse row", [Edit(800, UInt32(1))], .firstNeuron, at: 800, 1),
  ]

  /// Rows, routes and the input table.
  static let references: [Rule] = [
    Rule("a 2-bit weight of −2", [Edit(1048, UInt8(0b10))], .weight, at: 1048, -2),
    Rule("unused bits of a 2-bit row", [Edit(1048, UInt8(0b101))], .padding, at: 1048, 0b101),
    Rule("unused bits of a 4-bit row", [Edit(826, UInt8(0x18))], .padding, at: 826, 0x18),
    Rule("a sparse row that does not ascend", [Edit(829, UInt8(0))], .rowOrder, at: 829, 0),
    Rule("a sparse row of a neuron that is not there", [Edit(829, UInt8(2))], .firstNeuron, at: 827, 2),
    Rule("a gap of 0", in: .wide, [Edit(811, UInt16(0))], .rowOrder, at: 811, 0),
    Rule("a gap beyond the last neuron", in: .wide, [Edit(811, UInt16(3))], .firstNeuron, at: 808, 3),
    Rule("a current that the neuron does not have", [Edit(764, UInt8(1))], .axonCurrent, at: 824, 1),
    Rule("a route to a core not in use", [Edit(816, UInt16(2))], .routeCore, at: 816, 2),
    Rule("a route to an axon that is not there", [Edit(818, UInt16(2))], .routeAxon, at: 816, 2),
    Rule("a wide route's zero", in: .wide, [Edit(802, UInt16(1))], .reserved, at: 802, 1),
    Rule("an input's route to a core not in use", [Edit(1068, UInt16(2))], .routeCore, at: 1068, 2),
    Rule("an input's route to an axon that is not there", [Edit(1070, UInt16(3))], .routeAxon, at: 1068, 3),
    Rule("a wide input route's zero", in: .wide, [Edit(842, UInt16(256))], .reserved, at: 842, 1),
    Rule("a first line that does not begin at 0", [Edit(1056, UInt32(1))], .inputRoutes, at: 1056, 1),
    Rule("lines that do not ascend", [Edit(1060, UInt32(4))], .inputRoutes, at: 1064, 3),
    Rule("routes of no line", [Edit(1064, UInt32(2))], .inputRoutes, at: 1056, 2),
    Rule("more routes than there are", [Edit(1064, UInt32.max)], .inputRoutes, at: 1056, 0xFFFF_FFFF),
  ]

  /// Readouts, which came with version 2.
  static let readouts: [Rule] = [
    Rule("version 2 without readouts", [Edit(8, UInt16(2))], .readoutCount, at: 536, 0),
    Rule("more readouts than outputs", [Edit(8, UInt16(2)), Edit(536, UInt32(2))], .readoutCount, at: 536, 2),
    Rule("a readout that is not there", [Edit(8, UInt16(2)), Edit(536, UInt32(1))], .readoutCount, at: 536, 0),
    Rule(
      "a readout in version 1", [Edit(996, UInt32(1) << 31), Edit(984, Int32(32768))], .readoutCount, at: 536, 1),
    Rule(
      "a readout that can spike", [Edit(8, UInt16(2)), Edit(536, UInt32(1)), Edit(996, UInt32(1) << 31)],
      .readout, at: 996, 0),
    Rule(
      "the end of the board's header", [Edit(8, UInt16(2)), Edit(536, UInt32(1)), Edit(540, UInt32(1))], .reserved,
      at: 536, 1),
  ]

  static let all = container + board + records + readouts + references
}
