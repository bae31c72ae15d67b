package ir

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Format returns the program as stable text: equal programs give equal text,
// and the text holds everything that the program's results depend on, data
// values excepted.
func (p *Program) Format() string {
	var b strings.Builder
	p.format(&b)
	return b.String()
}

// Hash returns the SHA-256 of Format's text in hexadecimal: the identity under
// which compiled code is cached.
func (p *Program) Hash() string {
	h := sha256.New()
	p.format(h)
	return hex.EncodeToString(h.Sum(nil))
}

func (p *Program) format(w io.Writer) {
	fmt.Fprintf(w, "program dim=%d\n", p.Dim)
	for i := range p.Bufs {
		b := &p.Bufs[i]
		fmt.Fprintf(w, "  %-5s b%d %s f64[%d]%s\n", b.Kind, i, b.Name, b.Len, floatList(b.Values))
	}
	for i := range p.Ints {
		b := &p.Ints[i]
		fmt.Fprintf(w, "  index k%d %s int[%d] < %d", i, b.Name, b.Len, b.Max)
		if b.Values != nil {
			fmt.Fprintf(w, " %v", b.Values)
		}
		fmt.Fprintln(w)
	}
	if len(p.Setup) > 0 {
		fmt.Fprintln(w, "setup")
		p.formatRegions(w, p.Setup)
	}
	fmt.Fprintln(w, "body")
	p.formatRegions(w, p.Body)
}

func floatList(values []float64) string {
	if values == nil {
		return ""
	}
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = strconv.FormatFloat(v, 'x', -1, 64)
	}
	return " {" + strings.Join(parts, " ") + "}"
}

func (p *Program) formatRegions(w io.Writer, list []Region) {
	for _, r := range list {
		switch r := r.(type) {
		case *Scalar:
			fmt.Fprintln(w, "  scalar")
			p.formatBody(w, r.Body, 0, "")
		case *Loop:
			fmt.Fprintf(w, "  loop i < %d\n", r.N)
			p.formatBody(w, r.Body, r.N, "i")
		case *Scan:
			order := "up"
			if r.Reverse {
				order = "down"
			}
			fmt.Fprintf(w, "  scan i < %d %s\n", r.N, order)
			for _, c := range r.Carry {
				fmt.Fprintf(w, "    carry %%%d = %%%d then %%%d, last %%%d\n", c.In, c.Init, c.Out, c.Final)
			}
			p.formatBody(w, r.Body, r.N, "i")
		case *Linear:
			order := "up"
			if r.Reverse {
				order = "down"
			}
			fmt.Fprintf(w, "  linear i < %d %s from %%%d %s %s -> %s\n", r.N, order, r.Init, p.place(r.Own), p.place(r.Weight), p.place(r.Dst))
		case *Cholesky:
			fmt.Fprintf(w, "  cholesky %d %s -> %s\n", r.N, p.place(r.Src), p.place(r.Dst))
		case *CholeskyGrad:
			fmt.Fprintf(w, "  cholesky_grad %d %s %s -> %s\n", r.N, p.place(r.L), p.place(r.Adj), p.place(r.Dst))
		case *TriSolve:
			fmt.Fprintf(w, "  trisolve %d x %d trans=%v %s %s -> %s\n", r.N, r.M, r.Trans, p.place(r.L), p.place(r.B), p.place(r.Dst))
		case *LeastSquares:
			fmt.Fprintf(w, "  %s\n", r.text(p))
		}
	}
}

func (p *Program) place(at Place) string {
	return fmt.Sprintf("b%d[%d]", at.Buf, at.Off)
}

func (p *Program) formatBody(w io.Writer, body []Instr, n int, index string) {
	for _, in := range body {
		fmt.Fprint(w, "    ")
		if in.Dst != NoReg {
			fmt.Fprintf(w, "%%%d = ", in.Dst)
		}
		fmt.Fprint(w, in.Op)
		switch in.Op {
		case Const:
			fmt.Fprintf(w, " %s", strconv.FormatFloat(in.Imm, 'x', -1, 64))
		case Load, Store:
			fmt.Fprintf(w, " b%d[%s]", in.Buf, affine(in.Off, in.Stride, index))
		case Gather:
			fmt.Fprintf(w, " b%d[%d+k%d[i]]", in.Buf, in.Off, in.Idx)
		case Scatter:
			fmt.Fprintf(w, " b%d[%d+k%d[i]] of %d", in.Buf, in.Off, in.Idx, in.Len)
		case RowDot:
			fmt.Fprintf(w, " b%d[%d+i+%d*j] b%d[%d+j] j < %d", in.Buf, in.Off, n, in.Vec, in.VecOff, in.Len)
		case RowAxpy:
			fmt.Fprintf(w, " b%d[%d+j] b%d[%d+i+%d*j] j < %d", in.Buf, in.Off, in.Vec, in.VecOff, n, in.Len)
		}
		for k := range in.Op.Arity() {
			fmt.Fprintf(w, " %%%d", in.Args[k])
		}
		fmt.Fprintln(w)
	}
}

func affine(off, stride int, index string) string {
	switch {
	case index == "" || stride == 0:
		return strconv.Itoa(off)
	case stride == 1:
		return fmt.Sprintf("%d+%s", off, index)
	}
	return fmt.Sprintf("%d+%d*%s", off, stride, index)
}
