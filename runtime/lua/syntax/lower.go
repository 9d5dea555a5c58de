package syntax

import "github.com/yuin/gopher-lua/ast"

// bits is an operator that the interpreter lacks, by its step; r is nil where it has
// one operand.
type bits struct {
	ast.ExprBase
	op   byte
	l, r ast.Expr
}

// lower makes an expression one that the interpreter knows. Arithmetic beneath an
// operator on bits is computed with it, in whole numbers of 64 bits: such a product
// need not fit into the interpreter's numbers as long as its result does.
func lower(e ast.Expr) ast.Expr {
	switch x := e.(type) {
	case *parens:
		return lower(x.e)
	case *ast.ArithmeticOpExpr:
		x.Lhs, x.Rhs = lower(x.Lhs), lower(x.Rhs)
	case *ast.UnaryMinusOpExpr:
		x.Expr = lower(x.Expr)
	case *bits:
		if x.op == 'd' {
			return operator("//", x.Line(), lower(x.l), lower(x.r))
		}
		c := &calculation{}
		c.add(x)
		text := at(&ast.StringExpr{Value: string(c.steps)}, x.Line())
		return operator("calc", x.Line(), append([]ast.Expr{text}, c.operands...)...)
	}
	return e
}

// operator is a call of one of the functions of [Operators].
func operator(name string, line int, args ...ast.Expr) ast.Expr {
	return at(&ast.FuncCallExpr{
		Func: attribute(at(&ast.IdentExpr{Value: Operators}, line), name, line), Args: args, AdjustRet: true,
	}, line)
}

// calculation is a program for "calc" under construction.
type calculation struct {
	steps    []byte
	operands []ast.Expr
}

// maxOperands bounds the arguments of a call; what goes beyond is computed apart.
const maxOperands = 50

func (c *calculation) add(e ast.Expr) {
	if len(c.operands) < maxOperands {
		switch x := e.(type) {
		case *parens:
			c.add(x.e)
			return
		case *bits:
			c.add(x.l)
			if x.r != nil {
				c.add(x.r)
			}
			c.steps = append(c.steps, x.op)
			return
		case *ast.ArithmeticOpExpr:
			if x.Operator != "/" && x.Operator != "^" {
				c.add(x.Lhs)
				c.add(x.Rhs)
				c.steps = append(c.steps, x.Operator[0])
				return
			}
		case *ast.UnaryMinusOpExpr:
			c.add(x.Expr)
			c.steps = append(c.steps, 'n')
			return
		}
	}
	c.steps = append(c.steps, 'v')
	c.operands = append(c.operands, lower(e))
}
