//go:build !purego

#include "textflag.h"

// The kernels multiply as Montgomery does, in radix 2^52, with AVX-512 IFMA. Their
// only branches count rounds, and their only addresses are of their arguments and of
// limbs in order: neither depends on what is multiplied, nor does the time of
// any instruction here.
//
// The modulus is N = 2^52 P - 1 (newModulus sees to it). So the digit m that makes the
// lowest limb of a sum T + m N vanish is that limb of T itself, and
//
//	(T + m N) / 2^52  =  (T - m) / 2^52  +  m P
//
// needs no product before m is known. For each limb of y:
//
//	T <- T + x y[i] ; m <- T mod 2^52 ; T <- (T - m) / 2^52 + m P
//
// T is kept in lanes of 64 bits, each with a limb's weight, whose upper twelve bits take
// carries up: four products of less than 2^52 in each of at most 41 steps. VPMADD52
// adds the lower or the upper halves of products. The latter weigh a limb more, so they
// wait in H until T has moved down by a lane, together with all else that the next m is not
// needed for. That leaves three instructions from one m to the next: broadcast,
// multiply, add.
//
// mul2 has two numbers of 21 limbs in three registers each, whose steps do not wait for
// each other; mul1 has one in six. Registers:
//
//	Z0-5   T, at last z           DI  z
//	Z6-11  x                      R8  y
//	Z12-17 P                      DX  y, the limb after the next
//	Z18-23 H                      R11 P, P a limb further up
//	Z24    next limb of y         R9  products that are left
//	Z29    the same of mul2's q   CX  rounds that are left
//	Z25    m                      K1  lane 0
//	Z26    what T's lowest limb carries
//	Z27    2^52-1
//	Z28    -1
//	Z31    0
//
// Macros that end in 3 work on a number of three registers.

#define CONSTANTS \
	VPTERNLOGQ $255, Z28, Z28, Z28 \
	VPSRLQ     $12, Z28, Z27       \
	VPXORQ     Z31, Z31, Z31       \
	MOVQ       $1, AX              \
	KMOVQ      AX, K1

#define LOAD(ptr, a, b, c, d, e, f) \
	VMOVDQU64 (ptr), a    \
	VMOVDQU64 64(ptr), b  \
	VMOVDQU64 128(ptr), c \
	VMOVDQU64 192(ptr), d \
	VMOVDQU64 256(ptr), e \
	VMOVDQU64 320(ptr), f

#define STORE(ptr) \
	VMOVDQU64 Z0, (ptr)    \
	VMOVDQU64 Z1, 64(ptr)  \
	VMOVDQU64 Z2, 128(ptr) \
	VMOVDQU64 Z3, 192(ptr) \
	VMOVDQU64 Z4, 256(ptr) \
	VMOVDQU64 Z5, 320(ptr)

// MADD3 adds halves of the products of v, the same in all lanes, to three registers.
#define MADD3(op, v, x0, x1, x2, h0, h1, h2) \
	op x0, v, h0 \
	op x1, v, h1 \
	op x2, v, h2

#define ZERO3(h0, h1, h2) \
	VPXORQ h0, h0, h0 \
	VPXORQ h1, h1, h1 \
	VPXORQ h2, h2, h2

// ADDH adds H to T.
#define ADDH \
	VPADDQ Z18, Z0, Z0 \
	VPADDQ Z19, Z1, Z1 \
	VPADDQ Z20, Z2, Z2 \
	VPADDQ Z21, Z3, Z3 \
	VPADDQ Z22, Z4, Z4 \
	VPADDQ Z23, Z5, Z5

// DOWN3 moves three registers down by a lane, DOWN6 six.
#define DOWN3(t0, t1, t2) \
	VALIGNQ $1, t0, t1, t0  \
	VALIGNQ $1, t1, t2, t1  \
	VALIGNQ $1, t2, Z31, t2

#define DOWN6 \
	VALIGNQ $1, Z0, Z1, Z0 \
	VALIGNQ $1, Z1, Z2, Z1 \
	VALIGNQ $1, Z2, Z3, Z2 \
	DOWN3(Z3, Z4, Z5)

// UP moves six registers up by a lane.
#define UP(a, b, c, d, e, f) \
	VALIGNQ $7, e, f, f   \
	VALIGNQ $7, d, e, e   \
	VALIGNQ $7, c, d, d   \
	VALIGNQ $7, b, c, c   \
	VALIGNQ $7, a, b, b   \
	VALIGNQ $7, Z31, a, a

// DIGIT begins a step: m, and what the lowest limb carries.
#define DIGIT(xt0, t0) \
	VPBROADCASTQ xt0, Z25         \
	VPSRLQ.Z     $52, t0, K1, Z26

// STEP adds m P, and moves T down. Then it begins H for the step after: the upper halves
// with the present limb of y, the lower ones with the next, and m P's upper halves.
#define STEP3(limb, b, xt0, t0, t1, t2, x0, x1, x2, p0, p1, p2, h0, h1, h2) \
	DIGIT(xt0, t0)                                   \
	MADD3(VPMADD52LUQ, Z25, p0, p1, p2, h0, h1, h2)  \
	DOWN3(t0, t1, t2)                                \
	VPADDQ Z26, t0, t0                               \
	VPADDQ h0, t0, t0                                \
	VPADDQ h1, t1, t1                                \
	VPADDQ h2, t2, t2                                \
	ZERO3(h0, h1, h2)                                \
	MADD3(VPMADD52HUQ, b, x0, x1, x2, h0, h1, h2)    \
	VPBROADCASTQ limb, b                             \
	MADD3(VPMADD52LUQ, b, x0, x1, x2, h0, h1, h2)    \
	MADD3(VPMADD52HUQ, Z25, p0, p1, p2, h0, h1, h2)

#define STEP3P(limb) STEP3(limb, Z24, X0, Z0, Z1, Z2, Z6, Z7, Z8, Z12, Z13, Z14, Z18, Z19, Z20)
#define STEP3Q(limb) STEP3(limb, Z29, X3, Z3, Z4, Z5, Z9, Z10, Z11, Z15, Z16, Z17, Z21, Z22, Z23)

#define STEP6(limb) \
	DIGIT(X0, Z0)                                          \
	MADD3(VPMADD52LUQ, Z25, Z12, Z13, Z14, Z18, Z19, Z20)  \
	MADD3(VPMADD52LUQ, Z25, Z15, Z16, Z17, Z21, Z22, Z23)  \
	DOWN6                                                  \
	VPADDQ Z26, Z0, Z0                                     \
	ADDH                                                   \
	ZERO3(Z18, Z19, Z20)                                   \
	ZERO3(Z21, Z22, Z23)                                   \
	MADD3(VPMADD52HUQ, Z24, Z6, Z7, Z8, Z18, Z19, Z20)     \
	MADD3(VPMADD52HUQ, Z24, Z9, Z10, Z11, Z21, Z22, Z23)   \
	VPBROADCASTQ limb, Z24                                 \
	MADD3(VPMADD52LUQ, Z24, Z6, Z7, Z8, Z18, Z19, Z20)     \
	MADD3(VPMADD52LUQ, Z24, Z9, Z10, Z11, Z21, Z22, Z23)   \
	MADD3(VPMADD52HUQ, Z25, Z12, Z13, Z14, Z18, Z19, Z20)  \
	MADD3(VPMADD52HUQ, Z25, Z15, Z16, Z17, Z21, Z22, Z23)

// LAST leaves limbs of 52 bits. First the carries of all lanes go up by one, which
// leaves sums of less than 2^52 + 2^12. Of these, each above 2^52-1 carries one, and
// each of 2^52-1 passes one on: with a bit a lane, that is the addition
// of the latter to twice the former. The uppermost lanes of a number are 0, so that mul2's
// do not meet.
#define LAST \
	ADDH                              \
	VPSRLQ $52, Z0, Z18               \
	VPSRLQ $52, Z1, Z19               \
	VPSRLQ $52, Z2, Z20               \
	VPSRLQ $52, Z3, Z21               \
	VPSRLQ $52, Z4, Z22               \
	VPSRLQ $52, Z5, Z23               \
	UP(Z18, Z19, Z20, Z21, Z22, Z23)  \
	LIMBS                             \
	ADDH                              \
	VPCMPUQ $6, Z27, Z0, K2           \
	VPCMPUQ $6, Z27, Z1, K3           \
	VPCMPUQ $6, Z27, Z2, K4           \
	VPCMPUQ $6, Z27, Z3, K5           \
	VPCMPUQ $6, Z27, Z4, K6           \
	VPCMPUQ $6, Z27, Z5, K7           \
	JOIN(AX)                          \
	VPCMPEQQ Z27, Z0, K2              \
	VPCMPEQQ Z27, Z1, K3              \
	VPCMPEQQ Z27, Z2, K4              \
	VPCMPEQQ Z27, Z3, K5              \
	VPCMPEQQ Z27, Z4, K6              \
	VPCMPEQQ Z27, Z5, K7              \
	JOIN(BX)                          \
	LEAQ (BX)(AX*2), AX               \
	XORQ BX, AX                       \
	KMOVQ AX, K2                      \
	KSHIFTRQ $8, K2, K3               \
	KSHIFTRQ $16, K2, K4              \
	KSHIFTRQ $24, K2, K5              \
	KSHIFTRQ $32, K2, K6              \
	KSHIFTRQ $40, K2, K7              \
	VPSUBQ Z28, Z0, K2, Z0            \
	VPSUBQ Z28, Z1, K3, Z1            \
	VPSUBQ Z28, Z2, K4, Z2            \
	VPSUBQ Z28, Z3, K5, Z3            \
	VPSUBQ Z28, Z4, K6, Z4            \
	VPSUBQ Z28, Z5, K7, Z5            \
	LIMBS

#define LIMBS \
	VPANDQ Z27, Z0, Z0 \
	VPANDQ Z27, Z1, Z1 \
	VPANDQ Z27, Z2, Z2 \
	VPANDQ Z27, Z3, Z3 \
	VPANDQ Z27, Z4, Z4 \
	VPANDQ Z27, Z5, Z5

// JOIN makes one mask of the six of K2 to K7.
#define JOIN(r) \
	KUNPCKBW K2, K3, K2 \
	KUNPCKBW K4, K5, K4 \
	KUNPCKBW K6, K7, K6 \
	KUNPCKWD K2, K4, K2 \
	KUNPCKDQ K2, K6, K2 \
	KMOVQ    K2, r

// FIRST clears T and H.
#define FIRST \
	VPXORQ Z0, Z0, Z0     \
	VPXORQ Z1, Z1, Z1     \
	VPXORQ Z2, Z2, Z2     \
	VPXORQ Z3, Z3, Z3     \
	VPXORQ Z4, Z4, Z4     \
	VPXORQ Z5, Z5, Z5     \
	ZERO3(Z18, Z19, Z20)  \
	ZERO3(Z21, Z22, Z23)

// AGAIN makes z both factors.
#define AGAIN \
	VMOVDQA64 Z0, Z6   \
	VMOVDQA64 Z1, Z7   \
	VMOVDQA64 Z2, Z8   \
	VMOVDQA64 Z3, Z9   \
	VMOVDQA64 Z4, Z10  \
	VMOVDQA64 Z5, Z11  \
	VPBROADCASTQ X0, Z24 \
	VPBROADCASTQ X3, Z29 \
	MOVQ      DI, R8

// func mul2(z, x, y *vec, p *[2]vec, n int)
TEXT ·mul2(SB), NOSPLIT, $0-40
	MOVQ z+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), R8
	MOVQ p+24(FP), R11
	MOVQ n+32(FP), R9
	LOAD(R11, Z12, Z13, Z14, Z15, Z16, Z17)
	LOAD(SI, Z6, Z7, Z8, Z9, Z10, Z11)
	CONSTANTS
	VPBROADCASTQ (R8), Z24
	VPBROADCASTQ 192(R8), Z29

product2:
	FIRST
	MADD3(VPMADD52LUQ, Z24, Z6, Z7, Z8, Z0, Z1, Z2)
	MADD3(VPMADD52LUQ, Z29, Z9, Z10, Z11, Z3, Z4, Z5)
	MADD3(VPMADD52HUQ, Z24, Z6, Z7, Z8, Z18, Z19, Z20)
	MADD3(VPMADD52HUQ, Z29, Z9, Z10, Z11, Z21, Z22, Z23)
	VPBROADCASTQ 8(R8), Z24
	VPBROADCASTQ 200(R8), Z29
	MADD3(VPMADD52LUQ, Z24, Z6, Z7, Z8, Z18, Z19, Z20)
	MADD3(VPMADD52LUQ, Z29, Z9, Z10, Z11, Z21, Z22, Z23)
	LEAQ 16(R8), DX
	MOVL $10, CX

limb2:
	STEP3P((DX))
	STEP3Q(192(DX))
	STEP3P(8(DX))
	STEP3Q(200(DX))
	ADDQ $16, DX
	DECL CX
	JNZ  limb2

	DIGIT(X0, Z0)
	MADD3(VPMADD52LUQ, Z25, Z12, Z13, Z14, Z18, Z19, Z20)
	MADD3(VPMADD52HUQ, Z25, 384(R11), 448(R11), 512(R11), Z18, Z19, Z20)
	DOWN3(Z0, Z1, Z2)
	VPADDQ Z26, Z0, Z0
	DIGIT(X3, Z3)
	MADD3(VPMADD52LUQ, Z25, Z15, Z16, Z17, Z21, Z22, Z23)
	MADD3(VPMADD52HUQ, Z25, 576(R11), 640(R11), 704(R11), Z21, Z22, Z23)
	DOWN3(Z3, Z4, Z5)
	VPADDQ Z26, Z3, Z3
	LAST
	STORE(DI)
	AGAIN
	DECQ R9
	JNZ  product2
	VZEROUPPER
	RET

// func mul1(z, x, y *vec, p *[2]vec, n, pairs int)
TEXT ·mul1(SB), NOSPLIT, $0-48
	MOVQ z+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), R8
	MOVQ p+24(FP), R11
	MOVQ n+32(FP), R9
	MOVQ pairs+40(FP), R10
	LOAD(R11, Z12, Z13, Z14, Z15, Z16, Z17)
	LOAD(SI, Z6, Z7, Z8, Z9, Z10, Z11)
	CONSTANTS
	VPBROADCASTQ (R8), Z24

product1:
	FIRST
	MADD3(VPMADD52LUQ, Z24, Z6, Z7, Z8, Z0, Z1, Z2)
	MADD3(VPMADD52LUQ, Z24, Z9, Z10, Z11, Z3, Z4, Z5)
	MADD3(VPMADD52HUQ, Z24, Z6, Z7, Z8, Z18, Z19, Z20)
	MADD3(VPMADD52HUQ, Z24, Z9, Z10, Z11, Z21, Z22, Z23)
	VPBROADCASTQ 8(R8), Z24
	MADD3(VPMADD52LUQ, Z24, Z6, Z7, Z8, Z18, Z19, Z20)
	MADD3(VPMADD52LUQ, Z24, Z9, Z10, Z11, Z21, Z22, Z23)
	LEAQ 16(R8), DX
	MOVQ R10, CX

limb1:
	STEP6((DX))
	STEP6(8(DX))
	ADDQ $16, DX
	DECQ CX
	JNZ  limb1

	DIGIT(X0, Z0)
	MADD3(VPMADD52LUQ, Z25, Z12, Z13, Z14, Z18, Z19, Z20)
	MADD3(VPMADD52LUQ, Z25, Z15, Z16, Z17, Z21, Z22, Z23)
	MADD3(VPMADD52HUQ, Z25, 384(R11), 448(R11), 512(R11), Z18, Z19, Z20)
	MADD3(VPMADD52HUQ, Z25, 576(R11), 640(R11), 704(R11), Z21, Z22, Z23)
	DOWN6
	VPADDQ Z26, Z0, Z0
	LAST
	STORE(DI)
	AGAIN
	DECQ R9
	JNZ  product1
	VZEROUPPER
	RET

// Each entry is loaded whatever the indices are; the masks only decide between
// registers, which takes the same time either way.
//
// func pick(z *vec, table *[entries]vec, i, j uint64)
TEXT ·pick(SB), NOSPLIT, $0-32
	MOVQ z+0(FP), DI
	MOVQ table+8(FP), SI
	VPBROADCASTQ i+16(FP), Z24
	VPBROADCASTQ j+24(FP), Z25
	CONSTANTS
	VPXORQ Z26, Z26, Z26
	MOVL $32, CX
	FIRST

entry:
	LOAD(SI, Z6, Z7, Z8, Z9, Z10, Z11)
	VPCMPEQQ Z24, Z26, K2
	VPCMPEQQ Z25, Z26, K3
	VPSUBQ Z28, Z26, Z26
	VMOVDQA64 Z6, K2, Z0
	VMOVDQA64 Z7, K2, Z1
	VMOVDQA64 Z8, K2, Z2
	VMOVDQA64 Z9, K3, Z3
	VMOVDQA64 Z10, K3, Z4
	VMOVDQA64 Z11, K3, Z5
	ADDQ $384, SI
	DECL CX
	JNZ  entry

	STORE(DI)
	VZEROUPPER
	RET
