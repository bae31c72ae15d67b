// Package syntax turns the text of a Stan program into a syntax tree: lexer, parser, printer, and the diagnostics that
// both this package and the type checker report.
//
// The grammar is that of Stan 2.37. Forms that older releases accepted are recognised and refused with the modern
// spelling. A run reports several errors: the parser recovers at the end of a statement or block.
package syntax
