//go:build !purego

package rsasign

import "golang.org/x/sys/cpu"

// supported tells whether the processor has the instructions of the kernels, and
// the operating system keeps their registers.
var supported = cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512IFMA

// mul2 multiplies two pairs of numbers of 21 limbs, one in each half of the vectors:
// z = x y / R modulo N, where R = 2^1092 and N = 2^52 p[0] - 1. Then it squares z n-1 times
// in this way. z may be x or y. p[1] is p[0] a limb further up.
//
// z is less than N + x y / R, which must not exceed R.
//
//go:noescape
func mul2(z, x, y *vec, p *[2]vec, n int)

// mul1 does so with one number of 2 pairs + 1 limbs, at most 41, where R has as many.
//
//go:noescape
func mul1(z, x, y *vec, p *[2]vec, n, pairs int)

// pick sets the lower half of z to that of table[i], the upper half to that of
// table[j]. It reads all of the table, in the same time for all i and j.
//
//go:noescape
func pick(z *vec, table *[entries]vec, i, j uint64)
