package main

import "github.com/quatre-ppl/quatre/graph/ir"

// cost counts what a part of a program consists of.
type cost struct {
	Loops        int   `json:"loops"`        // independent iterations
	Scans        int   `json:"scans"`        // iterations that carry values
	Matrices     int   `json:"matrices"`     // factorisations and triangular solves
	Instructions int   `json:"instructions"` // in the text of the program
	Operations   int64 `json:"operations"`   // carried out, matrices aside
	Flops        int64 `json:"flops"`        // of those, arithmetic; an elementary function is one
}

// costOf counts the regions.
func costOf(list []ir.Region) cost {
	var c cost
	for _, r := range list {
		switch r := r.(type) {
		case *ir.Scalar:
			c.add(r.Body, 1)
		case *ir.Loop:
			c.Loops++
			c.add(r.Body, r.N)
		case *ir.Scan:
			c.Scans++
			c.add(r.Body, r.N)
		case *ir.Linear:
			c.Scans++
			c.Operations += int64(r.N)
			c.Flops += 4 * int64(r.N)
		default:
			c.Matrices++
		}
	}
	return c
}

// add counts instructions that are carried out n times.
func (c *cost) add(body []ir.Instr, n int) {
	c.Instructions += len(body)
	for i := range body {
		each := int64(1)
		if body[i].Op == ir.RowDot || body[i].Op == ir.RowAxpy {
			each = int64(body[i].Len)
		}
		c.Operations += each * int64(n)
		c.Flops += each * int64(n) * flops(body[i].Op)
	}
}

// flops returns the arithmetic operations of an instruction, for each element
// of a row.
func flops(op ir.Op) int64 {
	switch op {
	case ir.FMA, ir.RowDot, ir.RowAxpy:
		return 2
	case ir.Sum, ir.SumLog, ir.Scatter:
		return 1
	case ir.Neg, ir.Abs, ir.Select:
		return 0
	}
	if op.IsPure() {
		return 1
	}
	return 0
}
