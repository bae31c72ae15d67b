#include "textflag.h"

#define FOUR(name, bits) \
	DATA name<>+0(SB)/8, $bits  \
	DATA name<>+8(SB)/8, $bits  \
	DATA name<>+16(SB)/8, $bits \
	DATA name<>+24(SB)/8, $bits \
	GLOBL name<>(SB), RODATA|NOPTR, $32

FOUR(multiplier0, 0x00000000D2511F53)
FOUR(multiplier1, 0x00000000CD9E8D57)
FOUR(weyl0, 0x000000009E3779B9)
FOUR(weyl1, 0x00000000BB67AE85)
FOUR(lower, 0x00000000FFFFFFFF)
FOUR(two52, 0x4330000000000000)
FOUR(half, 0x3FE0000000000000)
FOUR(ulp, 0x3CB0000000000000)
FOUR(magnitude, 0x7FFFFFFFFFFFFFFF)

// The numbers 0 to 3 and 4, added to the block counters.
DATA ramp<>+0(SB)/8, $0
DATA ramp<>+8(SB)/8, $1
DATA ramp<>+16(SB)/8, $2
DATA ramp<>+24(SB)/8, $3
GLOBL ramp<>(SB), RODATA|NOPTR, $32
FOUR(next, 4)

// One round for the blocks in Y0..Y3 and those in Y4..Y7, words in the lower
// halves of the lanes. Only the lower halves enter a multiplication, so the
// upper ones need no clearing. Y8, Y9 multipliers, Y10, Y11 keys.
#define ROUND \
	VPXOR    Y10, Y1, Y12  \
	VPXOR    Y11, Y3, Y13  \
	VPXOR    Y10, Y5, Y14  \
	VPXOR    Y11, Y7, Y15  \
	VPMULUDQ Y8, Y0, Y3    \
	VPMULUDQ Y9, Y2, Y1    \
	VPMULUDQ Y8, Y4, Y7    \
	VPMULUDQ Y9, Y6, Y5    \
	VPSRLQ   $32, Y1, Y0   \
	VPSRLQ   $32, Y3, Y2   \
	VPSRLQ   $32, Y5, Y4   \
	VPSRLQ   $32, Y7, Y6   \
	VPXOR    Y12, Y0, Y0   \
	VPXOR    Y13, Y2, Y2   \
	VPXOR    Y14, Y4, Y4   \
	VPXOR    Y15, Y6, Y6   \
	VPADDD   weyl0<>(SB), Y10, Y10 \
	VPADDD   weyl1<>(SB), Y11, Y11

// Joins the words of four blocks and stores the eight results in order.
#define STORE(w0, w1, w2, w3, at) \
	VPAND       lower<>(SB), w0, w0 \
	VPAND       lower<>(SB), w2, w2 \
	VPSLLQ      $32, w1, w1         \
	VPSLLQ      $32, w3, w3         \
	VPOR        w1, w0, w0          \
	VPOR        w3, w2, w2          \
	VPUNPCKLQDQ w2, w0, Y12         \
	VPUNPCKHQDQ w2, w0, Y13         \
	VPERM2I128  $0x20, Y13, Y12, Y14 \
	VPERM2I128  $0x31, Y13, Y12, Y15 \
	VMOVDQU     Y14, at(DI)         \
	VMOVDQU     Y15, at+32(DI)

// func philoxBlocks(dst *uint64, groups int, block, high, key uint64)
TEXT ·philoxBlocks(SB), NOSPLIT, $0-40
	MOVQ    dst+0(FP), DI
	MOVQ    groups+8(FP), CX
	MOVQ    block+16(FP), AX
	VMOVDQU multiplier0<>(SB), Y8
	VMOVDQU multiplier1<>(SB), Y9

group:
	VMOVQ        AX, X0
	VPBROADCASTQ X0, Y0
	VPADDQ       ramp<>(SB), Y0, Y0
	VPADDQ       next<>(SB), Y0, Y4
	VPSRLQ       $32, Y0, Y1
	VPSRLQ       $32, Y4, Y5
	VPBROADCASTQ high+24(FP), Y2
	VPSRLQ       $32, Y2, Y3
	VMOVDQA      Y2, Y6
	VMOVDQA      Y3, Y7
	VPBROADCASTQ key+32(FP), Y10
	VPSRLQ       $32, Y10, Y11
	ROUND
	ROUND
	ROUND
	ROUND
	ROUND
	ROUND
	ROUND
	ROUND
	ROUND
	ROUND
	STORE(Y0, Y1, Y2, Y3, 0)
	STORE(Y4, Y5, Y6, Y7, 64)
	ADDQ         $8, AX
	ADDQ         $128, DI
	DECQ         CX
	JNZ          group
	VZEROUPPER
	RET

// func uniformWords(dst *float64, words *uint64, groups int)
TEXT ·uniformWords(SB), NOSPLIT, $0-24
	MOVQ    dst+0(FP), DI
	MOVQ    words+8(FP), SI
	MOVQ    groups+16(FP), CX
	VMOVUPD two52<>(SB), Y13
	VMOVUPD half<>(SB), Y14
	VMOVUPD ulp<>(SB), Y15

uniform:
	VMOVDQU (SI), Y0
	VPSRLQ  $12, Y0, Y0
	VPOR    Y13, Y0, Y0
	VSUBPD  Y13, Y0, Y0
	VADDPD  Y14, Y0, Y0
	VMULPD  Y15, Y0, Y0
	VMOVUPD Y0, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DI
	DECQ    CX
	JNZ     uniform
	VZEROUPPER
	RET

// The constants of centralQuantile.
FOUR(centreWidth, 0x3FDB333333333333)
FOUR(centreSquare, 0x3FC71EB851EB851F)
FOUR(num7, 0x40A39A296F7D925E)
FOUR(den7, 0x40B46A7ECA984B69)
FOUR(num6, 0x40E052D26B2E45E4)
FOUR(den6, 0x40DC0E457CB1AE76)
FOUR(num5, 0x40F06C1C55B78F20)
FOUR(den5, 0x40E3317CAA64F4BE)
FOUR(num4, 0x40E66C3E869B752A)
FOUR(den4, 0x40D4B772D5D65266)
FOUR(num3, 0x40CAD1D8CD4EE71D)
FOUR(den3, 0x40B512322E75C89F)
FOUR(num2, 0x409ECE5D2213C0CC)
FOUR(den2, 0x4085797EFDC8B3F7)
FOUR(num1, 0x4060A4888B1A436E)
FOUR(den1, 0x4045281B386E1AB5)
FOUR(num0, 0x400B18D91E9EEF75)
FOUR(den0, 0x3FF0000000000000)

// One Horner step of numerators Y4, Y6 and denominators Y5, Y7 in r = Y2, Y3.
#define HORNER(num, den) \
	VFMADD213PD num<>(SB), Y2, Y4 \
	VFMADD213PD den<>(SB), Y2, Y5 \
	VFMADD213PD num<>(SB), Y3, Y6 \
	VFMADD213PD den<>(SB), Y3, Y7

// func centralWords(dst *float64, tails *uint8, words *uint64, groups int)
TEXT ·centralWords(SB), NOSPLIT, $0-32
	MOVQ    dst+0(FP), DI
	MOVQ    tails+8(FP), DX
	MOVQ    words+16(FP), SI
	MOVQ    groups+24(FP), CX
	VMOVUPD two52<>(SB), Y13
	VMOVUPD half<>(SB), Y14
	VMOVUPD ulp<>(SB), Y15
	VMOVUPD centreWidth<>(SB), Y12
	VMOVUPD magnitude<>(SB), Y11

centre:
	VMOVDQU   (SI), Y0
	VMOVDQU   32(SI), Y1
	VPSRLQ    $12, Y0, Y0
	VPSRLQ    $12, Y1, Y1
	VPOR      Y13, Y0, Y0
	VPOR      Y13, Y1, Y1
	VSUBPD    Y13, Y0, Y0
	VSUBPD    Y13, Y1, Y1
	VADDPD    Y14, Y0, Y0
	VADDPD    Y14, Y1, Y1
	VMULPD    Y15, Y0, Y0
	VMULPD    Y15, Y1, Y1
	VSUBPD    Y14, Y0, Y0            // q
	VSUBPD    Y14, Y1, Y1
	VANDPD    Y11, Y0, Y4
	VANDPD    Y11, Y1, Y5
	VCMPPD    $0x1E, Y12, Y4, Y4     // greater, ordered, quiet
	VCMPPD    $0x1E, Y12, Y5, Y5
	VMOVMSKPD Y4, AX
	VMOVMSKPD Y5, BX
	SHLL      $4, BX
	ORL       BX, AX
	MOVB      AX, (DX)
	VMULPD    Y0, Y0, Y4
	VMULPD    Y1, Y1, Y5
	VMOVUPD   centreSquare<>(SB), Y2
	VMOVAPD   Y2, Y3
	VSUBPD    Y4, Y2, Y2             // r
	VSUBPD    Y5, Y3, Y3
	VMOVUPD   num7<>(SB), Y4
	VMOVUPD   den7<>(SB), Y5
	VMOVAPD   Y4, Y6
	VMOVAPD   Y5, Y7
	HORNER(num6, den6)
	HORNER(num5, den5)
	HORNER(num4, den4)
	HORNER(num3, den3)
	HORNER(num2, den2)
	HORNER(num1, den1)
	HORNER(num0, den0)
	VDIVPD    Y5, Y4, Y4
	VDIVPD    Y7, Y6, Y6
	VMULPD    Y4, Y0, Y0
	VMULPD    Y6, Y1, Y1
	VMOVUPD   Y0, (DI)
	VMOVUPD   Y1, 32(DI)
	ADDQ      $64, SI
	ADDQ      $64, DI
	INCQ      DX
	DECQ      CX
	JNZ       centre
	VZEROUPPER
	RET
