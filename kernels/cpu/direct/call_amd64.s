//go:build unix

#include "textflag.h"

// func Call(fn, a, b, top unsafe.Pointer)
//
// In the System V convention the arguments are in DI and SI, and R12 as well as
// R14, Go's register of the goroutine, belong to the caller.
TEXT ·Call(SB), NOSPLIT, $0-32
	MOVQ fn+0(FP), AX
	MOVQ a+8(FP), DI
	MOVQ b+16(FP), SI
	MOVQ top+24(FP), BX
	MOVQ SP, R12
	MOVQ BX, SP
	CALL AX
	MOVQ R12, SP
	RET
