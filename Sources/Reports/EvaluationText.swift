import Workflows

/// An evaluation as text.
public enum EvaluationText {
  /// Accuracy, spikes and, up to 30 classes, the confusion matrix.
  public static func text(_ evaluation: Evaluation) -> String {
    var lines = [
      "accuracy: \(NumberText.percent(evaluation.accuracy)) of \(NumberText.count(evaluation.samples, "sample")) "
        + "(on \(evaluation.on))",
      "spikes: \(NumberText.fixed(evaluation.spikesPerSample, 1)) a sample",
    ]
    if evaluation.classNames.count <= 30 { lines += ["", matrix(evaluation)] }
    return lines.joined(separator: "\n")
  }

  private static func matrix(_ evaluation: Evaluation) -> String {
    var table = TextTable(
      ["is \\ taken for"] + evaluation.classNames, rightAligned: Set(1...max(1, evaluation.classNames.count)))
    for (name, row) in zip(evaluation.classNames, evaluation.confusion) {
      table.add([name] + row.map { $0 == 0 ? "·" : String($0) })
    }
    return table.text
  }
}
