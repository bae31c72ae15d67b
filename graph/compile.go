// Package graph turns the log density of a model into a program: it builds the
// expression as a Gorgonia graph of its own operations, derives the gradient
// by reverse accumulation, and lowers both to package ir. It is the only
// package that knows Gorgonia.
package graph

import (
	"fmt"
	"slices"

	G "gorgonia.org/gorgonia"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// The names of the output buffers.
const (
	LogDensity = "logdensity" // one element
	Gradient   = "grad"       // dim elements, the order of q
	Values     = "values"     // the elements of the reported expressions
)

// CompileDensity returns the program of the scalar logDensity over q of length
// dim and of its gradient, and the data it is to be bound to.
func CompileDensity(logDensity expr.Expr, dim int) (*ir.Program, *ir.Inputs, error) {
	p, in, _, err := CompileDensityWithout(nil, logDensity, dim)
	return p, in, err
}

// Algebra names the rewriting of expressions to cheaper ones before they are
// differentiated.
const Algebra = "algebra"

// CompileDensityWithout is CompileDensity without the passes that are named:
// Algebra, and those of package ir that are not required. It tells what the
// latter did.
func CompileDensityWithout(passes []string, logDensity expr.Expr, dim int) (*ir.Program, *ir.Inputs, []ir.Effect, error) {
	building.Lock()
	defer building.Unlock()
	b := newBuilder()
	b.plain, b.without = slices.Contains(passes, Algebra), passes
	p, in, err := b.density(logDensity, dim)
	return p, in, b.effects, err
}

// density builds, differentiates and lowers a log density.
func (b *builder) density(logDensity expr.Expr, dim int) (*ir.Program, *ir.Inputs, error) {
	b.logs = true // values that are reported keep −∞ and numbers below 2^−1022
	cost, err := b.build(logDensity)
	if err != nil {
		return nil, nil, err
	}
	if b.extent(cost) != scalar {
		return nil, nil, fmt.Errorf("graph: the log density has shape %v, it must be a scalar", logDensity.Shape)
	}
	leaves := b.parameters()
	grads, err := b.gradient(cost, leaves)
	if err != nil {
		return nil, nil, err
	}
	roots := []*G.Node{cost}
	to := []output{{LogDensity, 1, 0}}
	for i, leaf := range leaves {
		roots = append(roots, b.full(grads[i], b.extent(leaf)))
		to = append(to, output{Gradient, dim, b.leaves[leaf].Off})
	}
	p, in, err := b.lower(dim, roots, to)
	if err == nil && p.Find(ir.Out, Gradient) < 0 {
		p.Bufs = append(p.Bufs, ir.Buf{Name: Gradient, Kind: ir.Out, Len: dim})
	}
	return p, in, err
}

// CompileValues returns the program that computes the elements of the given
// expressions, one after the other.
func CompileValues(list []expr.Expr, dim int) (*ir.Program, *ir.Inputs, error) {
	building.Lock()
	defer building.Unlock()
	b := newBuilder()
	total := 0
	for _, e := range list {
		if e.Err() == nil {
			total += e.Size()
		}
	}
	var roots []*G.Node
	var to []output
	off := 0
	for _, e := range list {
		n, err := b.build(e)
		if err != nil {
			return nil, nil, err
		}
		roots = append(roots, n)
		to = append(to, output{Values, total, off})
		off += e.Size()
	}
	p, in, err := b.lower(dim, roots, to)
	if err == nil && p.Find(ir.Out, Values) < 0 {
		p.Bufs = append(p.Bufs, ir.Buf{Name: Values, Kind: ir.Out, Len: total})
	}
	return p, in, err
}

// parameters lists the leaves of q in order.
func (b *builder) parameters() []*G.Node {
	var list []*G.Node
	for n, e := range b.leaves {
		if e.Kind == expr.Param {
			list = append(list, n)
		}
	}
	slices.SortFunc(list, func(x, y *G.Node) int { return b.leaves[x].Off - b.leaves[y].Off })
	return list
}
