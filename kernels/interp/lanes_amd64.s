#include "textflag.h"

// The loops of lanes_amd64.go. Elements are handled sixteen and then four at a
// time; n is a multiple of four.

// ELEMENTWISE is dst[i] = x[i] op y[i].
#define ELEMENTWISE(OP) \
	MOVQ dst+0(FP), DI \
	MOVQ x+8(FP), SI \
	MOVQ y+16(FP), DX \
	MOVQ n+24(FP), CX \
	XORQ AX, AX \
	MOVQ CX, BX \
	ANDQ $~15, BX \
	JMP  check16 \
loop16: \
	VMOVUPD (SI)(AX*8), Y0 \
	VMOVUPD 32(SI)(AX*8), Y1 \
	VMOVUPD 64(SI)(AX*8), Y2 \
	VMOVUPD 96(SI)(AX*8), Y3 \
	OP (DX)(AX*8), Y0, Y0 \
	OP 32(DX)(AX*8), Y1, Y1 \
	OP 64(DX)(AX*8), Y2, Y2 \
	OP 96(DX)(AX*8), Y3, Y3 \
	VMOVUPD Y0, (DI)(AX*8) \
	VMOVUPD Y1, 32(DI)(AX*8) \
	VMOVUPD Y2, 64(DI)(AX*8) \
	VMOVUPD Y3, 96(DI)(AX*8) \
	ADDQ $16, AX \
check16: \
	CMPQ AX, BX \
	JLT  loop16 \
	JMP  check4 \
loop4: \
	VMOVUPD (SI)(AX*8), Y0 \
	OP (DX)(AX*8), Y0, Y0 \
	VMOVUPD Y0, (DI)(AX*8) \
	ADDQ $4, AX \
check4: \
	CMPQ AX, CX \
	JLT  loop4 \
	VZEROUPPER \
	RET

// func addAVX2(dst, x, y *float64, n int)
TEXT ·addAVX2(SB), NOSPLIT, $0-32
	ELEMENTWISE(VADDPD)

// func subAVX2(dst, x, y *float64, n int)
TEXT ·subAVX2(SB), NOSPLIT, $0-32
	ELEMENTWISE(VSUBPD)

// func mulAVX2(dst, x, y *float64, n int)
TEXT ·mulAVX2(SB), NOSPLIT, $0-32
	ELEMENTWISE(VMULPD)

// func divAVX2(dst, x, y *float64, n int)
TEXT ·divAVX2(SB), NOSPLIT, $0-32
	ELEMENTWISE(VDIVPD)

// func sumAVX2(acc *[8]float64, x *float64, groups int)
TEXT ·sumAVX2(SB), NOSPLIT, $0-24
	MOVQ acc+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ groups+16(FP), CX
	VMOVUPD (DI), Y0
	VMOVUPD 32(DI), Y1
sumLoop:
	VADDPD (SI), Y0, Y0
	VADDPD 32(SI), Y1, Y1
	ADDQ $64, SI
	DECQ CX
	JNZ  sumLoop
	VMOVUPD Y0, (DI)
	VMOVUPD Y1, 32(DI)
	VZEROUPPER
	RET

// func rowDotAVX2(dst *float64, n int, matrix *float64, stride int, vector *float64, cols int)
TEXT ·rowDotAVX2(SB), NOSPLIT, $0-48
	MOVQ dst+0(FP), DI
	MOVQ n+8(FP), CX
	MOVQ matrix+16(FP), SI
	MOVQ stride+24(FP), R8
	SHLQ $3, R8
	MOVQ vector+32(FP), DX
	MOVQ cols+40(FP), R9
rows16:
	CMPQ CX, $16
	JLT  rows4
	VXORPD Y0, Y0, Y0
	VXORPD Y1, Y1, Y1
	VXORPD Y2, Y2, Y2
	VXORPD Y3, Y3, Y3
	MOVQ SI, R10
	XORQ AX, AX
	JMP  columns16Check
columns16:
	VBROADCASTSD (DX)(AX*8), Y4
	VFMADD231PD (R10), Y4, Y0
	VFMADD231PD 32(R10), Y4, Y1
	VFMADD231PD 64(R10), Y4, Y2
	VFMADD231PD 96(R10), Y4, Y3
	ADDQ R8, R10
	INCQ AX
columns16Check:
	CMPQ AX, R9
	JLT  columns16
	VMOVUPD Y0, (DI)
	VMOVUPD Y1, 32(DI)
	VMOVUPD Y2, 64(DI)
	VMOVUPD Y3, 96(DI)
	ADDQ $128, DI
	ADDQ $128, SI
	SUBQ $16, CX
	JMP  rows16
rows4:
	CMPQ CX, $4
	JLT  rowsDone
	VXORPD Y0, Y0, Y0
	MOVQ SI, R10
	XORQ AX, AX
	JMP  columns4Check
columns4:
	VBROADCASTSD (DX)(AX*8), Y4
	VFMADD231PD (R10), Y4, Y0
	ADDQ R8, R10
	INCQ AX
columns4Check:
	CMPQ AX, R9
	JLT  columns4
	VMOVUPD Y0, (DI)
	ADDQ $32, DI
	ADDQ $32, SI
	SUBQ $4, CX
	JMP  rows4
rowsDone:
	VZEROUPPER
	RET

// func rowAxpyAVX2(acc *[8]float64, matrix *float64, stride int, x *float64, groups, cols int)
TEXT ·rowAxpyAVX2(SB), NOSPLIT, $0-48
	MOVQ acc+0(FP), DI
	MOVQ matrix+8(FP), SI
	MOVQ stride+16(FP), R8
	SHLQ $3, R8
	MOVQ x+24(FP), DX
	MOVQ groups+32(FP), R9
	MOVQ cols+40(FP), R10
	JMP  axpyCheck
axpyColumn:
	VMOVUPD (DI), Y0
	VMOVUPD 32(DI), Y1
	MOVQ SI, R11
	MOVQ DX, R12
	MOVQ R9, CX
axpyGroup:
	VMOVUPD (R12), Y2
	VMOVUPD 32(R12), Y3
	VFMADD231PD (R11), Y2, Y0
	VFMADD231PD 32(R11), Y3, Y1
	ADDQ $64, R11
	ADDQ $64, R12
	DECQ CX
	JNZ  axpyGroup
	VMOVUPD Y0, (DI)
	VMOVUPD Y1, 32(DI)
	ADDQ $64, DI
	ADDQ R8, SI
	DECQ R10
axpyCheck:
	CMPQ R10, $0
	JGT  axpyColumn
	VZEROUPPER
	RET
