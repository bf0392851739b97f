import Workflows

extension JUnitReport {
  /// The checks of an image test, a case each.
  public init(_ test: ImageTest, suite: String) {
    self.init(
      suite: suite,
      cases: test.checks.map { Case(name: $0.name, seconds: $0.seconds, failure: $0.failure) })
  }
}
