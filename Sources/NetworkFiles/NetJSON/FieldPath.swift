/// Where a value stands in a document: `populations[1].threshold`.
indirect enum FieldPath {
  case root
  case key(FieldPath, String)
  case index(FieldPath, Int)

  var text: String {
    switch self {
    case .root: ""
    case .key(.root, let key): shown(key)
    case .key(let parent, let key): "\(parent.text).\(shown(key))"
    case .index(let parent, let index): "\(parent.text)[\(index)]"
    }
  }
}
