#include "textflag.h"

#define FOUR(name, bits) \
	DATA name<>+0(SB)/8, $bits  \
	DATA name<>+8(SB)/8, $bits  \
	DATA name<>+16(SB)/8, $bits \
	DATA name<>+24(SB)/8, $bits \
	GLOBL name<>(SB), RODATA|NOPTR, $32

// The constants of elem.Exp, by the names and in the order of that code.
FOUR(magnitude, 0x7FFFFFFFFFFFFFFF)
FOUR(limit, 0x4086200000000000)
FOUR(invLn2, 0x3FF71547652B82FE)
FOUR(shifter, 0x4338000000000000)
FOUR(ln2, 0x3FE62E42FEFA39EF)
FOUR(ln2Low, 0x3C7ABC9E3B39803F)
FOUR(e0, 0x3FE0000000000000)
FOUR(e1, 0x3FC5555555555557)
FOUR(e2, 0x3FA5555555555556)
FOUR(e3, 0x3F811111111100DC)
FOUR(e4, 0x3F56C16C16C162D4)
FOUR(e5, 0x3F2A01A01ABE7FE1)
FOUR(e6, 0x3EFA01A01A6D889C)
FOUR(e7, 0x3EC71DE0231960EB)
FOUR(e8, 0x3E927E4DB646B17E)
FOUR(e9, 0x3E5AF4DE97CA4194)
FOUR(e10, 0x3E21F730349868CE)
FOUR(one, 0x3FF0000000000000)
FOUR(bias, 1023)

// a = FMA(high, r, low) for both chains, constants in memory.
#define LINEAR(high, low, a, b) \
	VMOVUPD     high<>(SB), a       \
	VMOVAPD     a, b                \
	VFMADD213PD low<>(SB), Y0, a    \
	VFMADD213PD low<>(SB), Y1, b

// func expAVX2(dst, x *float64, groups int) int
TEXT ·expAVX2(SB), NOSPLIT, $0-32
	MOVQ    dst+0(FP), DI
	MOVQ    x+8(FP), SI
	MOVQ    groups+16(FP), CX
	XORQ    R8, R8
	VMOVUPD magnitude<>(SB), Y15
	VMOVUPD shifter<>(SB), Y13

exp:
	VMOVUPD      (SI), Y0
	VMOVUPD      32(SI), Y1
	VANDPD       Y15, Y0, Y2
	VANDPD       Y15, Y1, Y3
	VCMPPD       $0x11, limit<>(SB), Y2, Y2 // less, ordered, quiet
	VCMPPD       $0x11, limit<>(SB), Y3, Y3
	VANDPD       Y2, Y3, Y3
	VMOVMSKPD    Y3, AX
	CMPL         AX, $15
	JNE          expDone
	VMOVAPD      Y13, Y2
	VMOVAPD      Y13, Y3
	VFMADD231PD  invLn2<>(SB), Y0, Y2       // t
	VFMADD231PD  invLn2<>(SB), Y1, Y3
	VSUBPD       Y13, Y2, Y4                // n
	VSUBPD       Y13, Y3, Y5
	VFNMADD231PD ln2<>(SB), Y4, Y0
	VFNMADD231PD ln2<>(SB), Y5, Y1
	VFNMADD231PD ln2Low<>(SB), Y4, Y0       // r
	VFNMADD231PD ln2Low<>(SB), Y5, Y1
	VMULPD       Y0, Y0, Y4                 // r2
	VMULPD       Y1, Y1, Y5
	LINEAR(e1, e0, Y6, Y7)
	LINEAR(e3, e2, Y8, Y9)
	VFMADD213PD  Y6, Y4, Y8                 // q03
	VFMADD213PD  Y7, Y5, Y9
	LINEAR(e5, e4, Y6, Y7)
	LINEAR(e7, e6, Y10, Y11)
	VFMADD213PD  Y6, Y4, Y10                // q47
	VFMADD213PD  Y7, Y5, Y11
	LINEAR(e9, e8, Y6, Y7)
	VFMADD231PD  e10<>(SB), Y4, Y6          // q8a
	VFMADD231PD  e10<>(SB), Y5, Y7
	VMULPD       Y4, Y4, Y12                // r4
	VMULPD       Y5, Y5, Y14
	VFMADD231PD  Y6, Y12, Y10
	VFMADD231PD  Y7, Y14, Y11
	VFMADD231PD  Y10, Y12, Y8               // expTail(r)
	VFMADD231PD  Y11, Y14, Y9
	VFMADD231PD  Y8, Y4, Y0
	VFMADD231PD  Y9, Y5, Y1
	VADDPD       one<>(SB), Y0, Y0
	VADDPD       one<>(SB), Y1, Y1
	VPADDQ       bias<>(SB), Y2, Y2
	VPADDQ       bias<>(SB), Y3, Y3
	VPSLLQ       $52, Y2, Y2
	VPSLLQ       $52, Y3, Y3
	VMULPD       Y2, Y0, Y0
	VMULPD       Y3, Y1, Y1
	VMOVUPD      Y0, (DI)
	VMOVUPD      Y1, 32(DI)
	ADDQ         $64, SI
	ADDQ         $64, DI
	INCQ         R8
	CMPQ         R8, CX
	JNE          exp

expDone:
	MOVQ R8, ret+24(FP)
	VZEROUPPER
	RET

// The constants of elem.Log.
FOUR(least, 0x0010000000000000)
FOUR(largest, 0x7FEFFFFFFFFFFFFF)
FOUR(offset, 0x00095F619980C433)
FOUR(two52, 0x4330000000000000)
FOUR(two52bias, 0x43300000000003FF)
FOUR(ln2Head, 0x3FE62E42FEFA3800)
FOUR(ln2Rest, 0x3D2EF35793C76730)
FOUR(l0, 0x3FE5555555555558)
FOUR(l1, 0x3FD99999999952E2)
FOUR(l2, 0x3FD2492492DF148D)
FOUR(l3, 0x3FCC71C62E5800A1)
FOUR(l4, 0x3FC7462B4AB2EF6B)
FOUR(l5, 0x3FC39FE606542DDE)
FOUR(l6, 0x3FC2B584AAE78A57)
FOUR(half, 0x3FE0000000000000)
FOUR(two, 0x4000000000000000)

// One chain of four: x in Y0, the logarithm in Y0.
#define LOGOF \
	VPADDQ      offset<>(SB), Y0, Y1   \
	VPSRLQ      $52, Y1, Y1            \
	VPSLLQ      $52, Y1, Y2            \
	VPSUBQ      Y2, Y0, Y2             \
	VPADDQ      one<>(SB), Y2, Y2      \
	VPOR        two52<>(SB), Y1, Y1    \
	VSUBPD      two52bias<>(SB), Y1, Y1 \
	VSUBPD      one<>(SB), Y2, Y2      \
	VADDPD      two<>(SB), Y2, Y3      \
	VDIVPD      Y3, Y2, Y3             \
	VMULPD      half<>(SB), Y2, Y4     \
	VMULPD      Y2, Y4, Y4             \
	VMULPD      Y3, Y3, Y5             \
	VMULPD      Y5, Y5, Y6             \
	VMOVUPD     l1<>(SB), Y7           \
	VFMADD213PD l0<>(SB), Y5, Y7       \
	VMOVUPD     l3<>(SB), Y8           \
	VFMADD213PD l2<>(SB), Y5, Y8       \
	VMOVUPD     l5<>(SB), Y9           \
	VFMADD213PD l4<>(SB), Y5, Y9       \
	VFMADD231PD l6<>(SB), Y6, Y9       \
	VFMADD213PD Y8, Y6, Y9             \
	VFMADD213PD Y7, Y6, Y9             \
	VMULPD      Y9, Y5, Y9             \
	VMULPD      ln2Rest<>(SB), Y1, Y10 \
	VADDPD      Y9, Y4, Y9             \
	VFMADD213PD Y10, Y3, Y9            \
	VSUBPD      Y9, Y4, Y9             \
	VSUBPD      Y9, Y2, Y0             \
	VFMADD231PD ln2Head<>(SB), Y1, Y0

// func logAVX2(dst, x *float64, groups int) int
TEXT ·logAVX2(SB), NOSPLIT, $0-32
	MOVQ    dst+0(FP), DI
	MOVQ    x+8(FP), SI
	MOVQ    groups+16(FP), CX
	XORQ    R8, R8
	VMOVUPD least<>(SB), Y14
	VMOVUPD largest<>(SB), Y15

log:
	VMOVUPD   (SI), Y0
	VMOVUPD   32(SI), Y11
	VCMPPD    $0x1D, Y14, Y0, Y2  // not less, ordered, quiet
	VCMPPD    $0x1D, Y14, Y11, Y3
	VANDPD    Y2, Y3, Y3
	VCMPPD    $0x12, Y15, Y0, Y2  // not greater, ordered, quiet
	VANDPD    Y2, Y3, Y3
	VCMPPD    $0x12, Y15, Y11, Y2
	VANDPD    Y2, Y3, Y3
	VMOVMSKPD Y3, AX
	CMPL      AX, $15
	JNE       logDone
	LOGOF
	VMOVUPD   Y0, (DI)
	VMOVAPD   Y11, Y0
	LOGOF
	VMOVUPD   Y0, 32(DI)
	ADDQ      $64, SI
	ADDQ      $64, DI
	INCQ      R8
	CMPQ      R8, CX
	JNE       log

logDone:
	MOVQ R8, ret+24(FP)
	VZEROUPPER
	RET
