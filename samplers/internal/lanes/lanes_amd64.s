#include "textflag.h"

// func dotAVX2(a, b *float64, groups int) float64
TEXT ·dotAVX2(SB), NOSPLIT, $0-32
	MOVQ   a+0(FP), SI
	MOVQ   b+8(FP), DI
	MOVQ   groups+16(FP), CX
	VXORPD Y0, Y0, Y0
	VXORPD Y1, Y1, Y1

dot:
	VMOVUPD (SI), Y2
	VMOVUPD 32(SI), Y3
	VMULPD  (DI), Y2, Y2
	VMULPD  32(DI), Y3, Y3
	VADDPD  Y2, Y0, Y0
	VADDPD  Y3, Y1, Y1
	ADDQ    $64, SI
	ADDQ    $64, DI
	DECQ    CX
	JNZ     dot
	VADDPD       Y1, Y0, Y0     // s
	VEXTRACTF128 $1, Y0, X1
	VADDPD       X1, X0, X0     // s0 + s2, s1 + s3
	VUNPCKHPD    X0, X0, X1
	VADDSD       X1, X0, X0
	VMOVSD       X0, ret+24(FP)
	VZEROUPPER
	RET

// func addAVX2(y, x *float64, a float64, groups int)
TEXT ·addAVX2(SB), NOSPLIT, $0-32
	MOVQ         y+0(FP), DI
	MOVQ         x+8(FP), SI
	VBROADCASTSD a+16(FP), Y0
	MOVQ         groups+24(FP), CX

add:
	VMULPD  (SI), Y0, Y1
	VADDPD  (DI), Y1, Y1
	VMOVUPD Y1, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DI
	DECQ    CX
	JNZ     add
	VZEROUPPER
	RET

// func addFourAVX2(y, p, q, r, s, by *float64, groups int)
TEXT ·addFourAVX2(SB), NOSPLIT, $0-56
	MOVQ         y+0(FP), DI
	MOVQ         p+8(FP), R8
	MOVQ         q+16(FP), R9
	MOVQ         r+24(FP), R10
	MOVQ         s+32(FP), R11
	MOVQ         by+40(FP), AX
	MOVQ         groups+48(FP), CX
	VBROADCASTSD (AX), Y0
	VBROADCASTSD 8(AX), Y1
	VBROADCASTSD 16(AX), Y2
	VBROADCASTSD 24(AX), Y3
	XORQ         BX, BX

four:
	VMULPD  (R8)(BX*1), Y0, Y4
	VMULPD  (R9)(BX*1), Y1, Y5
	VMULPD  (R10)(BX*1), Y2, Y6
	VMULPD  (R11)(BX*1), Y3, Y7
	VADDPD  (DI)(BX*1), Y4, Y4
	VADDPD  Y5, Y4, Y4
	VADDPD  Y6, Y4, Y4
	VADDPD  Y7, Y4, Y4
	VMOVUPD Y4, (DI)(BX*1)
	ADDQ    $32, BX
	DECQ    CX
	JNZ     four
	VZEROUPPER
	RET

// func addBothAVX2(y, x, z *float64, a, b float64, groups int)
TEXT ·addBothAVX2(SB), NOSPLIT, $0-48
	MOVQ         y+0(FP), DI
	MOVQ         x+8(FP), R8
	MOVQ         z+16(FP), R9
	VBROADCASTSD a+24(FP), Y0
	VBROADCASTSD b+32(FP), Y1
	MOVQ         groups+40(FP), CX
	XORQ         BX, BX

both:
	VMULPD  (R8)(BX*1), Y0, Y2
	VMULPD  (R9)(BX*1), Y1, Y3
	VADDPD  Y3, Y2, Y2
	VADDPD  (DI)(BX*1), Y2, Y2
	VMOVUPD Y2, (DI)(BX*1)
	ADDQ    $32, BX
	DECQ    CX
	JNZ     both
	VZEROUPPER
	RET

// func rotateAVX2(x, y *float64, c, s float64, groups int)
TEXT ·rotateAVX2(SB), NOSPLIT, $0-40
	MOVQ         x+0(FP), DI
	MOVQ         y+8(FP), SI
	VBROADCASTSD c+16(FP), Y0
	VBROADCASTSD s+24(FP), Y1
	MOVQ         groups+32(FP), CX
	XORQ         BX, BX

rotate:
	VMOVUPD (DI)(BX*1), Y2
	VMOVUPD (SI)(BX*1), Y3
	VMULPD  Y2, Y0, Y4
	VMULPD  Y3, Y1, Y5
	VMULPD  Y3, Y0, Y6
	VMULPD  Y2, Y1, Y7
	VADDPD  Y5, Y4, Y4
	VSUBPD  Y7, Y6, Y6
	VMOVUPD Y4, (DI)(BX*1)
	VMOVUPD Y6, (SI)(BX*1)
	ADDQ    $32, BX
	DECQ    CX
	JNZ     rotate
	VZEROUPPER
	RET
