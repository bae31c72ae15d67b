// Package stan reads programs in the Stan language and makes models of them. Its subpackages are the steps: syntax (text
// to tree), types (tree to a tree with types and resolved names), data (the data's file format) and eval (program and
// data to a model).
package stan

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/stan/data"
	"github.com/quatre-ppl/quatre/stan/eval"
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
)

// Program is a program that was read and checked. It is immutable.
type Program struct{ checked *types.Program }

// Options choose how a program is run over its data.
type Options = eval.Options

// Parse reads and checks a program. Name is the file's name in messages. The error is a syntax.Errors with everything
// that was found; the types are checked only where the text could be read without errors.
func Parse(name, text string) (*Program, error) {
	tree, err := syntax.Parse(syntax.NewSource(name, text))
	if err != nil {
		return nil, err
	}
	checked, err := types.Check(tree)
	if err != nil {
		return nil, err
	}
	return &Program{checked}, nil
}

// Model runs the program over its data and returns the model. A mistake in the data is an error that names the variable;
// what cannot be evaluated, and what the program rejects, is an *eval.Error or an *eval.Rejection with its place.
func (p *Program) Model(set *data.Set, o Options) (*model.Model, error) {
	return eval.Model(p.checked, set, o)
}

// Unsupported lists what the program uses that is correct but cannot be evaluated yet.
func (p *Program) Unsupported() []syntax.Diagnostic { return eval.Unsupported(p.checked) }

// Warnings returns remarks on the program, which is correct.
func (p *Program) Warnings() []syntax.Diagnostic { return p.checked.Warnings }

// Tree returns the program with types and resolved names.
func (p *Program) Tree() *types.Program { return p.checked }

// Canonical returns the program as the printer lays it out, without comments.
func (p *Program) Canonical() string { return syntax.Format(p.checked.Syntax) }

// Hash returns the SHA-256 of the canonical text, in hexadecimal: programs that differ in layout and comments alone have
// the same.
func (p *Program) Hash() string {
	sum := sha256.Sum256([]byte(p.Canonical()))
	return hex.EncodeToString(sum[:])
}
