package syntax

import "github.com/yuin/gopher-lua/ast"

// at sets an expression's line.
func at[E ast.Expr](e E, line int) E {
	e.SetLine(line)
	e.SetLastLine(line)
	return e
}

func attribute(object ast.Expr, key string, line int) ast.Expr {
	return at(&ast.AttrGetExpr{Object: object, Key: at(&ast.StringExpr{Value: key}, line)}, line)
}

func (p *parser) ident() ast.Expr {
	line := p.tok.line
	return at(&ast.IdentExpr{Value: p.name()}, line)
}

func (p *parser) exprs() []ast.Expr {
	all := []ast.Expr{p.expr()}
	for p.accept(',') {
		all = append(all, p.expr())
	}
	return all
}

// expr reads a whole expression.
func (p *parser) expr() ast.Expr { return lower(p.binary(0)) }

// primary reads a name, or an expression in parentheses, which is one value.
func (p *parser) primary() ast.Expr {
	line := p.tok.line
	switch p.tok.kind {
	case name:
		return p.ident()
	case '(':
		p.advance()
		e := p.binary(0)
		p.closes(')', '(', line)
		switch x := e.(type) {
		case *ast.FuncCallExpr:
			x.AdjustRet = true
		case *ast.Comma3Expr:
			x.AdjustRet = true
		}
		return &parens{e: e}
	}
	p.failToken("unexpected symbol")
	return nil
}

// parens marks an expression in parentheses: it cannot be assigned to or be a
// statement, but is an operand like others. [lower] takes it away.
type parens struct {
	ast.ExprBase
	e ast.Expr
}

func (p *parser) suffixed() ast.Expr {
	e := p.primary()
	for {
		line := p.tok.line
		switch p.tok.kind {
		case '.':
			p.advance()
			e = attribute(lower(e), p.name(), line)
		case '[':
			p.advance()
			k := p.expr()
			p.expect(']')
			e = at(&ast.AttrGetExpr{Object: lower(e), Key: k}, line)
		case ':':
			p.advance()
			method := p.name()
			e = at(&ast.FuncCallExpr{Receiver: lower(e), Method: method, Args: p.arguments()}, line)
		case '(', str, '{':
			e = at(&ast.FuncCallExpr{Func: lower(e), Args: p.arguments()}, line)
		default:
			return e
		}
	}
}

func (p *parser) arguments() []ast.Expr {
	line := p.tok.line
	switch p.tok.kind {
	case str:
		s := at(&ast.StringExpr{Value: p.tok.text}, line)
		p.advance()
		return []ast.Expr{s}
	case '{':
		return []ast.Expr{p.table()}
	case '(':
		p.advance()
		if p.accept(')') {
			return []ast.Expr{}
		}
		all := p.exprs()
		p.closes(')', '(', line)
		return all
	}
	p.failToken("function arguments expected")
	return nil
}

func (p *parser) table() ast.Expr {
	line := p.tok.line
	p.expect('{')
	t := at(&ast.TableExpr{Fields: []*ast.Field{}}, line)
	for p.tok.kind != '}' {
		f := &ast.Field{}
		switch {
		case p.tok.kind == '[':
			p.advance()
			f.Key = p.expr()
			p.expect(']')
			p.expect('=')
		case p.tok.kind == name && p.look() == '=':
			f.Key = at(&ast.StringExpr{Value: p.tok.text}, p.tok.line)
			p.advance()
			p.advance()
		}
		f.Value = p.expr()
		t.Fields = append(t.Fields, f)
		if !p.accept(',') && !p.accept(';') {
			break
		}
	}
	p.closes('}', '{', line)
	return t
}

// body reads a function from its parameters on.
func (p *parser) body(method bool, line int) *ast.FunctionExpr {
	p.fn = &function{outer: p.fn}
	f := at(&ast.FunctionExpr{ParList: &ast.ParList{Names: []string{}}}, line)
	if method {
		f.ParList.Names = append(f.ParList.Names, "self")
	}
	p.expect('(')
	if p.tok.kind != ')' {
		for {
			if p.accept(dots) {
				f.ParList.HasVargs = true
				break
			}
			if p.tok.kind != name {
				p.failToken("<name> or '...' expected")
			}
			f.ParList.Names = append(f.ParList.Names, p.name())
			if !p.accept(',') {
				break
			}
		}
	}
	p.expect(')')
	p.fn.varargs = f.ParList.HasVargs
	p.local(len(f.ParList.Names))
	f.Stmts = p.block()
	f.SetLastLine(p.tok.line)
	p.closes(kEnd, kFunction, line)
	p.fn = p.fn.outer
	return f
}

func (p *parser) simple() ast.Expr {
	line := p.tok.line
	var e ast.Expr
	switch p.tok.kind {
	case num:
		v, _ := Number(p.tok.text)
		e = &ast.NumberExpr{Value: literal(v)}
	case str:
		e = &ast.StringExpr{Value: p.tok.text}
	case kNil:
		e = &ast.NilExpr{}
	case kTrue:
		e = &ast.TrueExpr{}
	case kFalse:
		e = &ast.FalseExpr{}
	case dots:
		if !p.fn.varargs {
			p.failToken("cannot use '...' outside a vararg function")
		}
		e = &ast.Comma3Expr{}
	case '{':
		return p.table()
	case kFunction:
		p.advance()
		return p.body(false, line)
	default:
		return p.suffixed()
	}
	p.advance()
	return at(e, line)
}

// power is how tightly an operator binds to the left and to the right.
type power struct{ left, right int }

var powers = map[kind]power{
	'+': {10, 10}, '-': {10, 10}, '*': {11, 11}, '%': {11, 11}, '/': {11, 11}, idiv: {11, 11},
	'^': {14, 13}, concat: {9, 8}, shl: {7, 7}, shr: {7, 7}, '&': {6, 6}, '~': {5, 5}, '|': {4, 4},
	eq: {3, 3}, '<': {3, 3}, le: {3, 3}, ne: {3, 3}, '>': {3, 3}, ge: {3, 3}, kAnd: {2, 2}, kOr: {1, 1},
}

// unaryPower is that of operators with one operand.
const unaryPower = 12

// binary reads operators that bind more tightly than limit.
func (p *parser) binary(limit int) ast.Expr {
	p.enter()
	defer p.leave()
	line := p.tok.line
	var e ast.Expr
	switch p.tok.kind {
	case kNot:
		p.advance()
		e = at(&ast.UnaryNotOpExpr{Expr: lower(p.binary(unaryPower))}, line)
	case '#':
		p.advance()
		e = at(&ast.UnaryLenOpExpr{Expr: lower(p.binary(unaryPower))}, line)
	case '-':
		p.advance()
		e = at(&ast.UnaryMinusOpExpr{Expr: p.binary(unaryPower)}, line)
	case '~':
		p.advance()
		e = at(&bits{op: 't', l: p.binary(unaryPower)}, line)
	default:
		e = p.simple()
	}
	for {
		op := p.tok.kind
		w, ok := powers[op]
		if !ok || w.left <= limit {
			return e
		}
		line := p.tok.line
		p.advance()
		e = at(combine(op, e, p.binary(w.right)), line)
	}
}

func combine(op kind, l, r ast.Expr) ast.Expr {
	switch op {
	case kAnd, kOr:
		return &ast.LogicalOpExpr{Operator: spell(op), Lhs: lower(l), Rhs: lower(r)}
	case eq, ne, '<', le, '>', ge:
		return &ast.RelationalOpExpr{Operator: spell(op), Lhs: lower(l), Rhs: lower(r)}
	case concat:
		return &ast.StringConcatOpExpr{Lhs: lower(l), Rhs: lower(r)}
	case '/', '^':
		return &ast.ArithmeticOpExpr{Operator: spell(op), Lhs: lower(l), Rhs: lower(r)}
	case '+', '-', '*', '%':
		return &ast.ArithmeticOpExpr{Operator: spell(op), Lhs: l, Rhs: r}
	}
	step := map[kind]byte{idiv: 'd', shl: 'l', shr: 'r'}[op]
	if step == 0 {
		step = byte(op)
	}
	return &bits{op: step, l: l, r: r}
}
