package syntax

import "slices"

// blockWords gives the words that open each block.
var blockWords = map[BlockKind][]string{
	FunctionsBlock:             {"functions"},
	DataBlock:                  {"data"},
	TransformedDataBlock:       {"transformed", "data"},
	ParametersBlock:            {"parameters"},
	TransformedParametersBlock: {"transformed", "parameters"},
	ModelBlock:                 {"model"},
	GeneratedQuantitiesBlock:   {"generated", "quantities"},
}

// blockAhead returns the kind of the block that the next tokens open, nil if they open none.
func (p *parser) blockAhead() *BlockKind {
	for _, kind := range BlockKinds {
		words := blockWords[kind]
		if !p.ahead(len(words)).is("{") {
			continue
		}
		matches := true
		for i, word := range words {
			token := p.ahead(i)
			matches = matches && token.Text == word && (token.Kind == Name || token.Kind == Keyword)
		}
		if matches {
			return &kind
		}
	}
	return nil
}

// program reads the blocks. They must stand in their order, each at most once.
func (p *parser) program() *Program {
	program := &Program{Source: p.src}
	var seen []BlockKind
	for p.peek().Kind != EOF {
		opened := p.blockAhead()
		if opened == nil {
			p.strayAtTop()
			continue
		}
		kind := *opened
		at := p.blockHeader(kind)
		switch {
		case slices.Contains(seen, kind):
			p.report(at, "put everything into one block", "second %s block", kind)
		case len(seen) > 0 && slices.Max(seen) > kind:
			p.report(at, "blocks stand in this order: functions, data, transformed data, parameters, transformed parameters, model, generated quantities",
				"the %s block must stand before the %s block", kind, slices.Max(seen))
		}
		seen = append(seen, kind)
		p.block(program, kind, at)
	}
	return program
}

// blockHeader consumes the words that open a block and its brace.
func (p *parser) blockHeader(kind BlockKind) Span {
	start := p.peek().Start
	for range blockWords[kind] {
		p.next()
	}
	at := p.from(start)
	p.expect("{", "to open the block")
	return at
}

// block reads the contents of a block up to its closing brace.
func (p *parser) block(program *Program, kind BlockKind, header Span) {
	if kind == FunctionsBlock {
		program.Functions = append(program.Functions, p.functions()...)
		p.closeBlock(kind, header)
		return
	}
	block := &Block{Span: header, Kind: kind}
	block.Stmts = p.statements()
	p.closeBlock(kind, header)
	if before := program.Blocks[kind]; before != nil {
		before.Stmts = append(before.Stmts, block.Stmts...)
		return
	}
	program.Blocks[kind] = block
}

func (p *parser) closeBlock(kind BlockKind, header Span) {
	if !p.accept("}") && p.unclosed != p.pos {
		p.report(header, "", "the %s block is not closed: expected '}' before %s", kind, p.peek().describe())
	}
}

// strayAtTop reports what stands outside all blocks and skips to the next block.
func (p *parser) strayAtTop() {
	token := p.peek()
	hint := "everything stands in a block such as data { … }, parameters { … } or model { … }"
	switch {
	case token.is("}"):
		hint = "one closing brace too many?"
	case token.isName("transformed") || token.isName("generated"):
		hint = "the blocks are called transformed data, transformed parameters and generated quantities"
	case p.ahead(1).is("{"):
		hint = "the blocks are functions, data, transformed data, parameters, transformed parameters, model, generated quantities"
	}
	p.report(token.Span, hint, "expected a block, found %s", token.describe())
	for depth := 0; p.peek().Kind != EOF; {
		switch token := p.next(); {
		case token.is("{"):
			depth++
		case token.is("}"):
			if depth--; depth == 0 {
				return
			}
		}
		if p.blockAhead() != nil {
			return
		}
	}
}

// functions reads the definitions of the functions block up to its closing brace.
func (p *parser) functions() []*FuncDef {
	var defs []*FuncDef
	for !p.at("}") && p.peek().Kind != EOF && p.blockAhead() == nil {
		before := p.pos
		if p.accept(";") {
			continue
		}
		if def := p.funcDef(); !p.broken {
			defs = append(defs, def)
		}
		if p.broken {
			p.recoverStatement()
			if p.pos == before {
				p.pos++
			}
		}
	}
	return defs
}

// funcDef reads one function: result, name, parameters, body; a semicolon instead of the body announces it.
func (p *parser) funcDef() *FuncDef {
	start := p.peek().Start
	def := &FuncDef{Return: p.unsizedType(true)}
	def.Name = p.newName("the function")
	p.expect("(", "after the function's name")
	for !p.at(")") && !p.broken {
		def.Params = append(def.Params, p.param())
		if !p.accept(",") {
			break
		}
	}
	p.expect(")", "after the parameters")
	def.Span = p.from(start)
	if p.accept(";") {
		def.Forward = true
		return def
	}
	if !p.at("{") {
		p.failf(p.peek().Span, "", "expected '{' and the body of %q, found %s", def.Name.Name, p.peek().describe())
		return def
	}
	def.Body = p.braced("the function")
	return def
}

func (p *parser) param() Param {
	start := p.peek().Start
	param := Param{Data: p.accept("data")}
	param.Type = p.unsizedType(false)
	param.Name = p.newName("the parameter")
	if p.at("[") {
		at := p.peek().Span
		p.skipBrackets()
		p.report(p.from(at.Start), "write array[] "+param.Type.Base+" "+param.Name.Name, "the brackets of an array stand before its type")
	}
	param.Span = p.from(start)
	return param
}
