package syntax

import (
	"fmt"

	"github.com/yuin/gopher-lua/ast"
)

// Limits that Lua has, too: they keep a script from using up the stack of the reader.
const (
	maxNesting = 200
	maxLocals  = 200
)

// Parse reads a script. chunk is what messages call it. The error is an *Error.
func Parse(src, chunk string) (stmts []ast.Stmt, err error) {
	p := &parser{lexer: lexer{chunk: chunk, src: src, line: 1}}
	defer func() {
		if v := recover(); v != nil {
			e, ok := v.(*Error)
			if !ok {
				panic(v)
			}
			err = e
		}
	}()
	if len(src) > 0 && src[0] == '#' {
		for p.pos < len(src) && src[p.pos] != '\n' {
			p.pos++
		}
	}
	p.advance()
	p.fn = &function{varargs: true}
	stmts = p.block()
	if p.tok.kind != eof {
		p.expected(eof)
	}
	return stmts, nil
}

// parser reads statements by recursive descent.
type parser struct {
	lexer
	tok, ahead token
	hasAhead   bool
	last       int // the line of the token before tok
	depth      int
	fn         *function
}

func (p *parser) advance() {
	p.last = p.tok.line
	if p.hasAhead {
		p.tok, p.hasAhead = p.ahead, false
		return
	}
	p.tok = p.next()
}

// look gives the token behind the present one.
func (p *parser) look() kind {
	if !p.hasAhead {
		p.ahead, p.hasAhead = p.next(), true
	}
	return p.ahead.kind
}

func (p *parser) failToken(msg string) { p.fail(p.tok.line, msg, p.tok.String()) }

func (p *parser) expected(k kind) {
	what := "'" + spell(k) + "'"
	if k == name || k == eof {
		what = spell(k)
	}
	p.failToken(what + " expected")
}

func (p *parser) accept(k kind) bool {
	if p.tok.kind == k {
		p.advance()
		return true
	}
	return false
}

func (p *parser) expect(k kind) {
	if !p.accept(k) {
		p.expected(k)
	}
}

// closes expects what ends the construct that open began on a line.
func (p *parser) closes(k, open kind, line int) {
	if p.accept(k) {
		return
	}
	if line == p.tok.line {
		p.expected(k)
	}
	p.failToken(fmt.Sprintf("'%s' expected (to close '%s' at line %d)", spell(k), spell(open), line))
}

func (p *parser) name() string {
	if p.tok.kind != name {
		p.expected(name)
	}
	text := p.tok.text
	p.advance()
	return text
}

func (p *parser) enter() {
	if p.depth++; p.depth > maxNesting {
		p.fail(p.tok.line, "chunk has too many syntax levels", "")
	}
}

func (p *parser) leave() { p.depth-- }

func (p *parser) local(n int) {
	if p.fn.locals += n; p.fn.locals > maxLocals {
		p.failToken("too many local variables (limit is 200) in function")
	}
}

func (p *parser) ends() bool {
	switch p.tok.kind {
	case eof, kEnd, kElse, kElseif, kUntil:
		return true
	}
	return false
}

func (p *parser) statements() []ast.Stmt {
	stmts := []ast.Stmt{}
	for !p.ends() {
		if p.tok.kind == kReturn {
			return append(stmts, p.returns())
		}
		p.enter()
		line := p.tok.line
		if s := p.statement(); s != nil {
			s.SetLine(line)
			s.SetLastLine(p.last)
			stmts = append(stmts, s)
		}
		p.leave()
	}
	return stmts
}

func (p *parser) returns() ast.Stmt {
	s := &ast.ReturnStmt{}
	s.SetLine(p.tok.line)
	p.advance()
	if !p.ends() && p.tok.kind != ';' {
		s.Exprs = p.exprs()
	}
	p.accept(';')
	s.SetLastLine(p.last)
	if !p.ends() {
		p.expected(eof)
	}
	return s
}

func (p *parser) statement() ast.Stmt {
	line := p.tok.line
	switch p.tok.kind {
	case ';':
		p.advance()
		return nil
	case kIf:
		return p.conditional(line)
	case kWhile:
		p.advance()
		s := &ast.WhileStmt{Condition: p.expr()}
		p.expect(kDo)
		s.Stmts = p.scoped(true)
		p.closes(kEnd, kWhile, line)
		return s
	case kDo:
		p.advance()
		s := &ast.DoBlockStmt{Stmts: p.block()}
		p.closes(kEnd, kDo, line)
		return s
	case kFor:
		return p.forLoop(line)
	case kRepeat:
		p.advance()
		p.open(true)
		s := &ast.RepeatStmt{Stmts: p.statements()}
		p.closes(kUntil, kRepeat, line)
		s.Condition = p.expr()
		p.shut()
		return s
	case kFunction:
		return p.functionStatement(line)
	case kLocal:
		p.advance()
		if p.accept(kFunction) {
			s := &ast.LocalAssignStmt{Names: []string{p.name()}}
			p.local(1)
			s.Exprs = []ast.Expr{p.body(false, line)}
			return s
		}
		return p.localNames()
	case label:
		return p.label()
	case kBreak:
		p.advance()
		if !p.inLoop() {
			p.fail(p.tok.line, fmt.Sprintf("<break> at line %d not inside a loop", line), "")
		}
		return &ast.BreakStmt{}
	case kGoto:
		p.advance()
		s := &ast.GotoStmt{Label: p.name()}
		p.fn.scope.gotos = append(p.fn.scope.gotos, jump{s.Label, line})
		return s
	}
	return p.assignment()
}

func (p *parser) conditional(line int) ast.Stmt {
	p.advance()
	first := &ast.IfStmt{Condition: p.expr()}
	p.expect(kThen)
	first.Then = p.block()
	last := first
	for p.tok.kind == kElseif {
		at := p.tok.line
		p.advance()
		s := &ast.IfStmt{Condition: p.expr()}
		s.SetLine(at)
		p.expect(kThen)
		s.Then = p.block()
		s.SetLastLine(p.last)
		last.Else = []ast.Stmt{s}
		last = s
	}
	if p.accept(kElse) {
		last.Else = p.block()
	}
	p.closes(kEnd, kIf, line)
	return first
}

func (p *parser) forLoop(line int) ast.Stmt {
	p.advance()
	names := []string{p.name()}
	switch p.tok.kind {
	case '=':
		p.advance()
		s := &ast.NumberForStmt{Name: names[0], Init: p.expr()}
		p.expect(',')
		s.Limit = p.expr()
		if p.accept(',') {
			s.Step = p.expr()
		}
		p.expect(kDo)
		s.Stmts = p.scoped(true)
		p.closes(kEnd, kFor, line)
		return s
	case ',', kIn:
		for p.accept(',') {
			names = append(names, p.name())
		}
		p.expect(kIn)
		s := &ast.GenericForStmt{Names: names, Exprs: p.exprs()}
		p.expect(kDo)
		s.Stmts = p.scoped(true)
		p.closes(kEnd, kFor, line)
		return s
	}
	p.failToken("'=' or 'in' expected")
	return nil
}

func (p *parser) functionStatement(line int) ast.Stmt {
	p.advance()
	fn := &ast.FuncName{}
	e := p.ident()
	method := false
	for p.tok.kind == '.' || p.tok.kind == ':' {
		at := p.tok.line
		method = p.tok.kind == ':'
		p.advance()
		key := p.name()
		if method {
			fn.Receiver, fn.Method = e, key
			break
		}
		e = attribute(e, key, at)
	}
	if !method {
		fn.Func = e
	}
	return &ast.FuncDefStmt{Name: fn, Func: p.body(method, line)}
}

func (p *parser) localNames() ast.Stmt {
	s := &ast.LocalAssignStmt{}
	for {
		s.Names = append(s.Names, p.name())
		if !p.accept(',') {
			break
		}
	}
	if p.accept('=') {
		s.Exprs = p.exprs()
	} else {
		s.Exprs = []ast.Expr{}
	}
	if len(s.Names) == 1 && len(s.Exprs) == 1 {
		if _, ok := s.Exprs[0].(*ast.FunctionExpr); ok {
			// The name shall not be known within: the compiler takes the short
			// form for that of "local function".
			s.Exprs = append(s.Exprs, at(&ast.NilExpr{}, p.last))
		}
	}
	p.local(len(s.Names))
	return s
}

// assignment reads an assignment or a call.
func (p *parser) assignment() ast.Stmt {
	e := p.suffixed()
	if p.tok.kind != '=' && p.tok.kind != ',' {
		if c, ok := e.(*ast.FuncCallExpr); ok && !c.AdjustRet {
			return &ast.FuncCallStmt{Expr: e}
		}
		p.failToken("syntax error")
	}
	s := &ast.AssignStmt{}
	for {
		switch e.(type) {
		case *ast.IdentExpr, *ast.AttrGetExpr:
		default:
			p.failToken("syntax error")
		}
		s.Lhs = append(s.Lhs, e)
		if !p.accept(',') {
			break
		}
		e = p.suffixed()
	}
	p.expect('=')
	s.Rhs = p.exprs()
	return s
}
