//go:build !amd64 || purego

package rsasign

// supported is false: there are no kernels, and Wrap uses none.
const supported = false

func mul2(z, x, y *vec, p *[2]vec, n int)           { panic("rsasign: no kernel") }
func mul1(z, x, y *vec, p *[2]vec, n, pairs int)    { panic("rsasign: no kernel") }
func pick(z *vec, table *[entries]vec, i, j uint64) { panic("rsasign: no kernel") }
