package types

import (
	"fmt"
	"sort"
	"strings"

	"github.com/quatre-ppl/quatre/stan/syntax"
)

// checker holds what is known at the current place of the program.
type checker struct {
	src     *syntax.Source
	lib     *Library
	program *Program
	errs    syntax.Errors

	funcs  map[string][]*Function
	scopes []map[string]*Symbol
	slots  int
	// block is the block that is checked, fn the function (nil outside of functions), loops how many loops are open, depth
	// how many braces.
	block syntax.BlockKind
	fn    *Function
	loops int
	depth int

	// declaredIn and reported serve messages about unknown names: where a name is declared, and which were reported.
	declaredIn map[string]declaredPlace
	reported   map[string]bool
}

// Check checks a program that was read without errors. On error it returns the syntax.Errors found, in the order of the
// text, and no program.
func Check(tree *syntax.Program) (*Program, error) {
	c := &checker{
		src: tree.Source, lib: library(), program: &Program{Source: tree.Source, Syntax: tree},
		funcs: map[string][]*Function{}, reported: map[string]bool{},
	}
	c.collectDeclared(tree)
	c.functions(tree.Functions)
	c.push()
	for _, block := range tree.Blocks {
		if block != nil {
			c.checkBlock(block)
		}
	}
	c.program.Slots = c.slots
	byPlace := func(list []syntax.Diagnostic) {
		sort.SliceStable(list, func(i, j int) bool { return list[i].Span.Start < list[j].Span.Start })
	}
	byPlace(c.errs)
	if len(c.errs) > 0 {
		return nil, c.errs
	}
	if tree.Blocks[syntax.ModelBlock] != nil {
		c.unusedParameters()
	}
	byPlace(c.program.Warnings)
	return c.program, nil
}

func (c *checker) errorf(at syntax.Span, hint, format string, args ...any) {
	c.errs = append(c.errs, c.src.Diagnose(syntax.SeverityError, at, fmt.Sprintf(format, args...), hint))
}

func (c *checker) warnf(at syntax.Span, hint, format string, args ...any) {
	c.program.Warnings = append(c.program.Warnings, c.src.Diagnose(syntax.SeverityWarning, at, fmt.Sprintf(format, args...), hint))
}

// checkBlock checks one block. Its declarations stay in scope for the blocks behind it, those of the model do not.
func (c *checker) checkBlock(block *syntax.Block) {
	c.block = block.Kind
	switch block.Kind {
	case syntax.DataBlock:
		c.program.Data = c.declarationsOnly(block)
	case syntax.ParametersBlock:
		c.program.Parameters = c.declarationsOnly(block)
	case syntax.TransformedDataBlock:
		c.program.TransformedData = c.stmts(block.Stmts)
	case syntax.TransformedParametersBlock:
		c.program.TransformedParameters = c.stmts(block.Stmts)
	case syntax.ModelBlock:
		c.push()
		c.program.Model = c.stmts(block.Stmts)
		c.pop()
	case syntax.GeneratedQuantitiesBlock:
		c.program.GeneratedQuantities = c.stmts(block.Stmts)
	}
}

// declarationsOnly checks the data and parameters blocks, which hold nothing but declarations without values.
func (c *checker) declarationsOnly(block *syntax.Block) []*Symbol {
	other := map[syntax.BlockKind]string{
		syntax.DataBlock:       "put it into the transformed data block",
		syntax.ParametersBlock: "put it into the transformed parameters block or the model block",
	}[block.Kind]
	var symbols []*Symbol
	for _, stmt := range block.Stmts {
		decl, ok := stmt.(*syntax.Decl)
		if !ok {
			c.errorf(stmt.Pos(), other, "the %s block holds declarations only", block.Kind)
			continue
		}
		for _, d := range decl.Names {
			if d.Init != nil {
				c.errorf(d.Init.Pos(), other, "a variable of the %s block gets no value here", block.Kind)
			}
		}
		for _, stmt := range c.decl(decl) {
			symbols = append(symbols, stmt.(*Decl).Sym)
		}
	}
	return symbols
}

// unusedParameters warns of parameters that nothing but their bounds would shape.
func (c *checker) unusedParameters() {
	for _, sym := range c.program.Parameters {
		if !sym.used {
			c.warnf(sym.At, "give it a prior, or remove it", "the parameter %q is not used in the model", sym.Name)
		}
	}
}

// node makes the common part of an expression. Ints are never differentiated, and nothing is in generated quantities.
func (c *checker) node(at syntax.Span, t Type, data bool) node {
	data = data || t.IsInt() || c.fn == nil && (c.block <= syntax.TransformedDataBlock || c.block == syntax.GeneratedQuantitiesBlock)
	return node{Span: at, typ: t, data: data}
}

// invalid stands for an expression with an error that has been reported.
func (c *checker) invalid(at syntax.Span) Expr { return &Const{node: node{Span: at, data: true}} }

// inFunction tells whether the code is in a function whose name has one of the suffixes.
func (c *checker) inFunction(suffixes ...string) bool {
	if c.fn == nil {
		return false
	}
	for _, suffix := range suffixes {
		if strings.HasSuffix(c.fn.Name, suffix) {
			return true
		}
	}
	return false
}

// inBlock tells whether the code is in one of the blocks and not in a function.
func (c *checker) inBlock(blocks ...syntax.BlockKind) bool {
	for _, block := range blocks {
		if c.fn == nil && c.block == block {
			return true
		}
	}
	return false
}

// mayAddToTarget tells whether the log density may be read and added to here.
func (c *checker) mayAddToTarget() bool {
	return c.inBlock(syntax.ModelBlock) || c.inFunction("_lp")
}

// mayAddJacobian tells whether a change of variables may be accounted for here.
func (c *checker) mayAddJacobian() bool {
	return c.inBlock(syntax.TransformedParametersBlock) || c.inFunction("_jacobian")
}

// mayDraw tells whether random generators may be called here.
func (c *checker) mayDraw() bool {
	return c.inBlock(syntax.TransformedDataBlock, syntax.GeneratedQuantitiesBlock) || c.inFunction("_rng")
}
