package types

import (
	"fmt"
	"maps"
	"slices"

	"github.com/quatre-ppl/quatre/stan/syntax"
)

// push opens a scope, pop closes it.
func (c *checker) push() { c.scopes = append(c.scopes, map[string]*Symbol{}) }
func (c *checker) pop()  { c.scopes = c.scopes[:len(c.scopes)-1] }

// find returns the variable that a name means here, nil if none.
func (c *checker) find(name string) *Symbol {
	for _, scope := range slices.Backward(c.scopes) {
		if sym := scope[name]; sym != nil {
			return sym
		}
	}
	return nil
}

// declare makes a variable known in the innermost scope and gives it its slot.
func (c *checker) declare(sym *Symbol) {
	if old := c.find(sym.Name); old != nil {
		line, _ := c.src.Position(old.At.Start)
		c.errorf(sym.At, "choose another name", "%q is already declared in line %d", sym.Name, line)
	} else if c.funcs[sym.Name] != nil {
		c.errorf(sym.At, "choose another name", "%q is already the name of a function of this program", sym.Name)
	}
	sym.Slot = c.slots
	c.slots++
	c.scopes[len(c.scopes)-1][sym.Name] = sym
}

// variable resolves a name used as a value.
func (c *checker) variable(v *syntax.Var) Expr {
	sym := c.find(v.Name)
	if sym == nil {
		c.unknownVariable(v.Ident)
		return c.invalid(v.Span)
	}
	if c.inBlock(syntax.ParametersBlock, syntax.TransformedParametersBlock, syntax.ModelBlock) {
		sym.used = true
	}
	return &Var{node: c.node(v.Span, sym.Type, sym.DataOnly), Sym: sym}
}

// unknownVariable reports a name that is not in scope, with the likely reason.
func (c *checker) unknownVariable(id syntax.Ident) {
	if c.reported[id.Name] {
		return
	}
	c.reported[id.Name] = true
	if where, ok := c.declaredIn[id.Name]; ok {
		c.outOfReach(id, where)
		return
	}
	if len(c.funcs[id.Name]) > 0 || c.lib.functions[id.Name] != nil {
		c.errorf(id.Span, fmt.Sprintf("call it: %s(…)", id.Name), "%q is a function, not a variable", id.Name)
		return
	}
	c.errorf(id.Span, didYouMean(id.Name, c.visible()), "unknown name %q", id.Name)
}

// outOfReach reports a name that is declared in the program, but where it does not reach the place of its use.
func (c *checker) outOfReach(id syntax.Ident, where declaredPlace) {
	line, _ := c.src.Position(where.at.Start)
	switch {
	case c.block == syntax.FunctionsBlock:
		c.errorf(id.Span, "add a parameter for it to the function", "%q is not visible in functions", id.Name)
	case where.local:
		hint := "declare it before the braces"
		switch c.block {
		case syntax.GeneratedQuantitiesBlock, syntax.ModelBlock:
			hint = "declare it in the transformed parameters block, or before the braces"
		}
		c.errorf(id.Span, hint, "%q is local to the place of its declaration in line %d", id.Name, line)
	case where.block > c.block:
		c.errorf(id.Span, fmt.Sprintf("the %s block runs before the %s block", c.block, where.block),
			"%q is only declared later, in the %s block", id.Name, where.block)
	default:
		c.errorf(id.Span, "move the declaration up", "%q is only declared later, in line %d", id.Name, line)
	}
}

// visible lists the names of the variables in scope.
func (c *checker) visible() []string {
	var names []string
	for _, scope := range c.scopes {
		names = append(names, slices.Collect(maps.Keys(scope))...)
	}
	return names
}

// declaredPlace is where a program declares a name, for messages about its use elsewhere.
type declaredPlace struct {
	block syntax.BlockKind
	local bool
	at    syntax.Span
}

// collectDeclared notes the first declaration of each name outside of functions.
func (c *checker) collectDeclared(program *syntax.Program) {
	c.declaredIn = map[string]declaredPlace{}
	note := func(id syntax.Ident, place declaredPlace) {
		if _, ok := c.declaredIn[id.Name]; !ok {
			place.at = id.Span
			c.declaredIn[id.Name] = place
		}
	}
	var collect func(stmts []syntax.Stmt, place declaredPlace)
	collect = func(stmts []syntax.Stmt, place declaredPlace) {
		inner := declaredPlace{block: place.block, local: true}
		for _, stmt := range stmts {
			switch s := stmt.(type) {
			case *syntax.Decl:
				for _, d := range s.Names {
					note(d.Name, place)
				}
			case *syntax.For:
				collect(s.Body, inner)
			case *syntax.While:
				collect(s.Body, inner)
			case *syntax.If:
				collect(s.Then, inner)
				collect(s.Else, inner)
			case *syntax.Group:
				collect(s.Body, inner)
			case *syntax.Profile:
				collect(s.Body, inner)
			}
		}
	}
	for _, block := range program.Blocks {
		if block != nil {
			collect(block.Stmts, declaredPlace{block: block.Kind, local: block.Kind == syntax.ModelBlock})
		}
	}
}
