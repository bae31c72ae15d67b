//go:build unix

package direct

import "unsafe"

// Available tells whether Call works on this machine.
const Available = true

// Call runs the C function fn(a, b) on a stack that ends at top, a multiple of
// 16. No two calls may use one stack at the same time.
//
//go:noescape
func Call(fn, a, b, top unsafe.Pointer)
