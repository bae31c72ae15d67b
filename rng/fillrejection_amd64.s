#include "textflag.h"

#define FOUR(name, bits) \
	DATA name<>+0(SB)/8, $bits  \
	DATA name<>+8(SB)/8, $bits  \
	DATA name<>+16(SB)/8, $bits \
	DATA name<>+24(SB)/8, $bits \
	GLOBL name<>(SB), RODATA|NOPTR, $32

// The constants of largeMeans.attempt.
FOUR(bBase, 0x3FF2666666666666)
FOUR(bSlope, 0x40043D70A3D70A3D)
FOUR(aBase, 0xBFB6594AF4F0D845)
FOUR(aSlope, 0x3F99652BD3C36113)
FOUR(aChance, 0x3F847AE147AE147B)
FOUR(alphaBase, 0x4006A3D70A3D70A4)
FOUR(alphaSlope, 0x4014666666666666)
FOUR(squeezeBase, 0x3FED70A3D70A3D71)
FOUR(squeezeSlope, 0x4010CCCCCCCCCCCD)
FOUR(edgeLeast, 0x3FB1EB851EB851EC)
FOUR(unit, 0x3FF0000000000000)
FOUR(halfUnit, 0x3FE0000000000000)
FOUR(noSign, 0x7FFFFFFFFFFFFFFF)

// func attemptAVX2(accepted *uint8, groups int, k, ratio, n, p, q, u, v *float64)
TEXT ·attemptAVX2(SB), NOSPLIT, $0-72
	MOVQ    accepted+0(FP), DX
	MOVQ    groups+8(FP), CX
	MOVQ    k+16(FP), DI
	MOVQ    ratio+24(FP), SI
	MOVQ    n+32(FP), R8
	MOVQ    p+40(FP), R9
	MOVQ    q+48(FP), R10
	MOVQ    u+56(FP), R11
	MOVQ    v+64(FP), R12
	VMOVUPD unit<>(SB), Y15
	VMOVUPD halfUnit<>(SB), Y14

attempt:
	VMOVUPD   (R9), Y1
	VMULPD    (R8), Y1, Y0              // mean
	VMULPD    (R10), Y0, Y2
	VSQRTPD   Y2, Y2                    // deviation
	VMULPD    bSlope<>(SB), Y2, Y3
	VADDPD    bBase<>(SB), Y3, Y3       // b
	VMULPD    aSlope<>(SB), Y3, Y4
	VADDPD    aBase<>(SB), Y4, Y4
	VMULPD    aChance<>(SB), Y1, Y1
	VADDPD    Y1, Y4, Y4                // a
	VMOVUPD   (R11), Y5
	VSUBPD    Y14, Y5, Y5               // u − ½
	VANDPD    noSign<>(SB), Y5, Y6
	VSUBPD    Y6, Y14, Y6               // edge
	VDIVPD    Y6, Y15, Y7               // 1/edge
	VDIVPD    Y3, Y15, Y8               // 1/b
	VADDPD    Y4, Y4, Y9
	VMULPD    Y7, Y9, Y9
	VADDPD    Y3, Y9, Y9
	VMULPD    Y5, Y9, Y9
	VADDPD    Y14, Y0, Y0
	VADDPD    Y0, Y9, Y9
	VROUNDPD  $9, Y9, Y9
	VMOVUPD   Y9, (DI)
	VMULPD    alphaSlope<>(SB), Y8, Y10
	VADDPD    alphaBase<>(SB), Y10, Y10
	VMULPD    Y2, Y10, Y10              // alpha
	VMOVUPD   (R12), Y11
	VMULPD    Y10, Y11, Y10
	VMULPD    Y7, Y7, Y7
	VMULPD    Y4, Y7, Y7
	VADDPD    Y3, Y7, Y7
	VDIVPD    Y7, Y10, Y10
	VMOVUPD   Y10, (SI)
	VMULPD    squeezeSlope<>(SB), Y8, Y8
	VMOVUPD   squeezeBase<>(SB), Y12
	VSUBPD    Y8, Y12, Y12
	VCMPPD    $0x12, Y12, Y11, Y11      // v not greater, ordered, quiet
	VCMPPD    $0x1D, edgeLeast<>(SB), Y6, Y6 // edge not less, ordered, quiet
	VANDPD    Y11, Y6, Y6
	VMOVMSKPD Y6, AX
	MOVB      AX, (DX)
	ADDQ      $32, DI
	ADDQ      $32, SI
	ADDQ      $32, R8
	ADDQ      $32, R9
	ADDQ      $32, R10
	ADDQ      $32, R11
	ADDQ      $32, R12
	INCQ      DX
	DECQ      CX
	JNZ       attempt
	VZEROUPPER
	RET
