// Package direct calls native functions without leaving the Go scheduler. A
// cgo call tells the scheduler that its thread is away, which costs more than
// the gradient of a small model. Here the goroutine changes to a stack that
// the caller provides, runs the function, and changes back.
//
// Until the function returns, its goroutine cannot be stopped: garbage
// collection waits for it. So direct is for functions that return within
// microseconds, call nothing that blocks and never call back into Go. Signals
// are safe: they have a stack of their own, and the runtime neither preempts
// nor unwinds a goroutine whose program counter is outside Go code.
//
// It is a package of its own because a package that uses cgo cannot hold Go
// assembly.
package direct

// StackBytes is the size of a stack for Call. What is never touched of it takes
// no memory.
const StackBytes = 1 << 20
