package eval

// library holds the functions of the language's library by name, and its operators by how they are written: "-" is the
// infix operator with two arguments and the prefix operator with one; "'" is the transpose. The logical && and || are not
// here, for they do not always evaluate both sides. Log densities are under their name in _lpdf or _lpmf. A function that
// the type checker knows and that is not here is refused by name.
var library = map[string]entry{}
