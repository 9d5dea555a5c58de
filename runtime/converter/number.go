package converter

import (
	"math"
	"math/bits"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Converters.Add(
		arithmetic("add", "The number plus the operand, at most the largest one.", add),
		arithmetic("sub", "The number minus the operand.", func(a, b int64) int64 {
			if b == math.MinInt64 {
				return add(add(a, math.MaxInt64), 1)
			}
			return add(a, -b)
		}),
		arithmetic("mul", "The number times the operand.", multiply),
		arithmetic("div", "The number by the operand; the largest number for the operand 0.", func(a, b int64) int64 {
			if b == 0 || a == math.MinInt64 && b == -1 {
				return math.MaxInt64
			}
			return a / b
		}),
		arithmetic("mod", "What the division by the operand leaves; 0 for the operand 0.", func(a, b int64) int64 {
			if b == 0 || b == -1 {
				return 0
			}
			return a % b
		}),
		arithmetic("and", "The bits that both the number and the operand have.", func(a, b int64) int64 { return a & b }),
		arithmetic("or", "The bits that the number or the operand has.", func(a, b int64) int64 { return a | b }),
		arithmetic("xor", "The bits that either the number or the operand has.", func(a, b int64) int64 { return a ^ b }),
		unary("neg", "The number with the other sign.", core.Sint, func(n int64) int64 {
			if n == math.MinInt64 {
				return math.MaxInt64
			}
			return -n
		}),
		unary("cpl", "The number with all its bits turned.", core.Sint, func(n int64) int64 { return ^n }),
		unary("bool", "False for 0, else true.", core.Bool, func(n int64) int64 { return truth(n != 0) }),
		unary("not", "True for 0, else false.", core.Bool, func(n int64) int64 { return truth(n == 0) }),
		unary("even", "True for an even number.", core.Bool, func(n int64) int64 { return truth(n&1 == 0) }),
		unary("odd", "True for an odd number.", core.Bool, func(n int64) int64 { return n & 1 }),
	)
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// add stays within 64 bits: a sum that does not fit is the nearest number.
func add(a, b int64) int64 {
	switch sum := a + b; {
	case a > 0 && b > 0 && sum < 0:
		return math.MaxInt64
	case a < 0 && b < 0 && sum >= 0:
		return math.MinInt64
	default:
		return sum
	}
}

func multiply(a, b int64) int64 {
	high, low := bits.Mul64(magnitude(a), magnitude(b))
	switch negative := (a < 0) != (b < 0); {
	case negative && (high != 0 || low > 1<<63):
		return math.MinInt64
	case negative:
		return -int64(low)
	case high != 0 || low > math.MaxInt64:
		return math.MaxInt64
	default:
		return int64(low)
	}
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// arithmetic makes a converter with an operand.
func arithmetic(name, doc string, f func(a, b int64) int64) *registry.Converter {
	return &registry.Converter{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.1", Usage: "(<value>)", Doc: doc,
			OK: []string{"int(7)," + name + "(3)", "int(7)," + name + "(txn.n)"}, Bad: []string{"int(7)," + name + "(x)"},
		},
		In: core.Sint, Out: core.Sint, Min: 1, Args: []registry.ArgSpec{argument(registry.ArgString, "value")},
		Compile: func(c *registry.Compiler, a []registry.Arg) (core.Convert, error) {
			o, err := readOperand(c, &a[0])
			if err != nil {
				return nil, err
			}
			return func(s *core.Stream, p *core.Sample) bool {
				b, ok := o.get(s)
				p.Int = f(p.Int, b) // of a boolean it makes no number
				return ok
			}, nil
		},
	}
}

func unary(name, doc string, out core.Type, f func(int64) int64) *registry.Converter {
	c := simple(name, doc, core.Sint, out, func(_ *core.Stream, p *core.Sample) bool {
		p.Type, p.Int = out, f(p.Int)
		return true
	})
	c.OK, c.Bad = []string{"int(7)," + name}, []string{"int(7)," + name + "(1)"}
	return c
}
