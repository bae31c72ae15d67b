//go:build !amd64 || !unix

package direct

import "unsafe"

// Available tells whether Call works on this machine.
const Available = false

// Call must not be called where Available is false.
func Call(fn, a, b, top unsafe.Pointer) { panic("direct: not available on this machine") }
