#include "textflag.h"

DATA one<>+0(SB)/8, $0x3FF0000000000000
DATA one<>+8(SB)/8, $0x3FF0000000000000
DATA one<>+16(SB)/8, $0x3FF0000000000000
DATA one<>+24(SB)/8, $0x3FF0000000000000
GLOBL one<>(SB), RODATA|NOPTR, $32

// func invertAVX2(k, u, p, rest, odds, last *float64, groups int, reciprocals *float64)
//
// Eight searches at a time go on until the last of them ends: those that have
// ended keep their counts.
TEXT ·invertAVX2(SB), NOSPLIT, $0-64
	MOVQ    k+0(FP), DI
	MOVQ    u+8(FP), SI
	MOVQ    p+16(FP), R8
	MOVQ    rest+24(FP), R9
	MOVQ    odds+32(FP), R10
	MOVQ    last+40(FP), R11
	MOVQ    groups+48(FP), CX
	MOVQ    reciprocals+56(FP), DX
	VMOVUPD one<>(SB), Y13

group:
	VMOVUPD  (SI), Y0
	VMOVUPD  32(SI), Y1
	VMOVUPD  (R8), Y2
	VMOVUPD  32(R8), Y3
	VMOVUPD  (R9), Y4
	VMOVUPD  32(R9), Y5
	VMOVUPD  (R10), Y6
	VMOVUPD  32(R10), Y7
	VXORPD   Y8, Y8, Y8             // counts
	VXORPD   Y9, Y9, Y9
	VPCMPEQD Y10, Y10, Y10          // searches under way
	VPCMPEQD Y11, Y11, Y11
	VXORPD   Y12, Y12, Y12          // the count that all under way have
	MOVQ     DX, BX

search:
	VCMPPD    $0x1E, Y2, Y0, Y14    // u > p
	VANDPD    Y14, Y10, Y10
	VMOVUPD   (R11), Y14
	VCMPPD    $0x1E, Y12, Y14, Y14  // last > count
	VANDPD    Y14, Y10, Y10
	VCMPPD    $0x1E, Y3, Y1, Y15
	VANDPD    Y15, Y11, Y11
	VMOVUPD   32(R11), Y15
	VCMPPD    $0x1E, Y12, Y15, Y15
	VANDPD    Y15, Y11, Y11
	VORPD     Y10, Y11, Y14
	VMOVMSKPD Y14, AX
	TESTL     AX, AX
	JZ        done

	VANDPD       Y2, Y10, Y14
	VSUBPD       Y14, Y0, Y0
	VANDPD       Y3, Y11, Y15
	VSUBPD       Y15, Y1, Y1
	VANDPD       Y13, Y10, Y14
	VADDPD       Y14, Y8, Y8
	VANDPD       Y13, Y11, Y15
	VADDPD       Y15, Y9, Y9
	VADDPD       Y13, Y12, Y12
	ADDQ         $8, BX
	VBROADCASTSD (BX), Y14
	VMULPD       Y14, Y4, Y15
	VMULPD       Y15, Y2, Y2
	VMULPD       Y14, Y5, Y15
	VMULPD       Y15, Y3, Y3
	VSUBPD       Y6, Y4, Y4
	VSUBPD       Y7, Y5, Y5
	JMP          search

done:
	VMOVUPD Y8, (DI)
	VMOVUPD Y9, 32(DI)
	ADDQ    $64, DI
	ADDQ    $64, SI
	ADDQ    $64, R8
	ADDQ    $64, R9
	ADDQ    $64, R10
	ADDQ    $64, R11
	DECQ    CX
	JNZ     group
	VZEROUPPER
	RET
