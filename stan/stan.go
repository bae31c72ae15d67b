// Package stan reads programs in the Stan language. Its subpackages are the steps: syntax (text to tree) and types (tree
// to a tree with types and resolved names).
package stan

import (
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
)

// Parse reads and checks a program. Name is the file's name in messages. The error is a syntax.Errors with everything
// that was found; the types are checked only where the text could be read without errors.
func Parse(name, text string) (*types.Program, error) {
	tree, err := syntax.Parse(syntax.NewSource(name, text))
	if err != nil {
		return nil, err
	}
	return types.Check(tree)
}
