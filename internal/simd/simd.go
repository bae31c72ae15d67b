// Package simd tells whether the processor has the vector instructions that
// the assembly of other packages is written in. What runs on them gives the
// same bits as the Go code beside it, so nothing but speed depends on this.
package simd

// AVX2 reports whether AVX2 and fused multiply-add may be used: the processor
// has them and the operating system saves their registers.
func AVX2() bool { return available }

var available = detect()
