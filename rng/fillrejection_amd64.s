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

// The constants of nearMode.compare.
FOUR(nearSteps, 0x4040000000000000)
FOUR(nearTrials, 0x4190000000000000)

// func compareAVX2(accepted, far *uint8, groups int, n, p, q, k, v *float64)
//
// Eight products at a time take factors until the longest is done; those done
// before take factors of 1.
TEXT ·compareAVX2(SB), NOSPLIT, $0-64
	MOVQ    accepted+0(FP), DI
	MOVQ    far+8(FP), SI
	MOVQ    groups+16(FP), CX
	MOVQ    n+24(FP), R8
	MOVQ    p+32(FP), R9
	MOVQ    q+40(FP), R10
	MOVQ    k+48(FP), R11
	MOVQ    v+56(FP), R12
	VMOVUPD unit<>(SB), Y15

group:
	VMOVUPD   0(R8), Y14          // n
	VADDPD    Y15, Y14, Y12
	VMULPD    0(R9), Y12, Y12
	VROUNDPD  $9, Y12, Y12          // mode
	VMOVUPD   0(R11), Y13         // k
	VSUBPD    Y12, Y13, Y4
	VANDPD    noSign<>(SB), Y4, Y4
	VMINPD    Y12, Y13, Y12         // from
	VSUBPD    Y12, Y14, Y0
	VADDPD    Y15, Y12, Y2
	VCMPPD    $0x1E, nearSteps<>(SB), Y4, Y12
	VCMPPD    $0x1E, nearTrials<>(SB), Y14, Y11
	VORPD     Y11, Y12, Y12         // far
	VXORPD    Y11, Y11, Y11
	VCMPPD    $0x1D, Y11, Y13, Y11  // k not less than 0
	VCMPPD    $0x12, Y14, Y13, Y13  // k not greater than n
	VANDPD    Y11, Y13, Y13         // possible
	VANDPD    Y13, Y12, Y12         // far and possible
	VANDNPD   Y13, Y12, Y13         // near and possible
	VANDPD    Y13, Y4, Y4       // no steps for the others
	VMOVMSKPD Y12, AX
	VMOVMSKPD Y13, BX
	MOVL      AX, DX
	MOVL      BX, R13
	VMOVUPD   32(R8), Y14          // n
	VADDPD    Y15, Y14, Y12
	VMULPD    32(R9), Y12, Y12
	VROUNDPD  $9, Y12, Y12          // mode
	VMOVUPD   32(R11), Y13         // k
	VSUBPD    Y12, Y13, Y5
	VANDPD    noSign<>(SB), Y5, Y5
	VMINPD    Y12, Y13, Y12         // from
	VSUBPD    Y12, Y14, Y1
	VADDPD    Y15, Y12, Y3
	VCMPPD    $0x1E, nearSteps<>(SB), Y5, Y12
	VCMPPD    $0x1E, nearTrials<>(SB), Y14, Y11
	VORPD     Y11, Y12, Y12         // far
	VXORPD    Y11, Y11, Y11
	VCMPPD    $0x1D, Y11, Y13, Y11  // k not less than 0
	VCMPPD    $0x12, Y14, Y13, Y13  // k not greater than n
	VANDPD    Y11, Y13, Y13         // possible
	VANDPD    Y13, Y12, Y12         // far and possible
	VANDNPD   Y13, Y12, Y13         // near and possible
	VANDPD    Y13, Y5, Y5       // no steps for the others
	VMOVMSKPD Y12, AX
	VMOVMSKPD Y13, BX
	SHLL      $4, AX
	ORL       AX, DX
	MOVB      DX, (SI)
	SHLL      $4, BX
	ORL       BX, R13               // near and possible
	VMOVAPD   Y15, Y6               // numerators
	VMOVAPD   Y15, Y7
	VMOVAPD   Y15, Y8               // denominators
	VMOVAPD   Y15, Y9
	VXORPD    Y14, Y14, Y14         // factors taken
	VMAXPD    Y4, Y5, Y10

factor:
	VCMPPD    $0x1E, Y14, Y10, Y13
	VMOVMSKPD Y13, AX
	TESTL     AX, AX
	JZ        done
	VCMPPD    $0x1E, Y14, Y4, Y13  // steps left
	VMULPD    0(R9), Y0, Y12
	VBLENDVPD Y13, Y12, Y15, Y12
	VMULPD    Y12, Y6, Y6
	VMULPD    0(R10), Y2, Y12
	VBLENDVPD Y13, Y12, Y15, Y12
	VMULPD    Y12, Y8, Y8
	VSUBPD    Y15, Y0, Y0
	VADDPD    Y15, Y2, Y2
	VCMPPD    $0x1E, Y14, Y5, Y13  // steps left
	VMULPD    32(R9), Y1, Y12
	VBLENDVPD Y13, Y12, Y15, Y12
	VMULPD    Y12, Y7, Y7
	VMULPD    32(R10), Y3, Y12
	VBLENDVPD Y13, Y12, Y15, Y12
	VMULPD    Y12, Y9, Y9
	VSUBPD    Y15, Y1, Y1
	VADDPD    Y15, Y3, Y3
	VADDPD    Y15, Y14, Y14
	JMP       factor

done:
	VMOVUPD   0(R8), Y12
	VADDPD    Y15, Y12, Y12
	VMULPD    0(R9), Y12, Y12
	VROUNDPD  $9, Y12, Y12          // mode
	VMOVUPD   0(R11), Y13
	VCMPPD    $0x11, Y12, Y13, Y13  // k below it
	VBLENDVPD Y13, Y8, Y6, Y12
	VBLENDVPD Y13, Y6, Y8, Y8
	VMULPD    0(R12), Y8, Y8
	VCMPPD    $0x12, Y12, Y8, Y12  // not greater
	VMOVMSKPD Y12, AX
	MOVL      AX, DX
	VMOVUPD   32(R8), Y12
	VADDPD    Y15, Y12, Y12
	VMULPD    32(R9), Y12, Y12
	VROUNDPD  $9, Y12, Y12          // mode
	VMOVUPD   32(R11), Y13
	VCMPPD    $0x11, Y12, Y13, Y13  // k below it
	VBLENDVPD Y13, Y9, Y7, Y12
	VBLENDVPD Y13, Y7, Y9, Y9
	VMULPD    32(R12), Y9, Y9
	VCMPPD    $0x12, Y12, Y9, Y12  // not greater
	VMOVMSKPD Y12, AX
	SHLL      $4, AX
	ORL       AX, DX
	ANDL      R13, DX
	MOVB      DX, (DI)
	INCQ      DI
	INCQ      SI
	ADDQ      $64, R8
	ADDQ      $64, R9
	ADDQ      $64, R10
	ADDQ      $64, R11
	ADDQ      $64, R12
	DECQ      CX
	JNZ       group
	VZEROUPPER
	RET
