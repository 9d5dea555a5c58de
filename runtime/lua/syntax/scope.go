package syntax

import (
	"fmt"

	"github.com/yuin/gopher-lua/ast"
)

// function is the function whose body is being read.
type function struct {
	outer   *function
	varargs bool
	scope   *scope
	locals  int
}

// scope is a block, with its labels and the gotos in it that have not met theirs.
type scope struct {
	outer  *scope
	loop   bool
	labels map[string]int // by line
	gotos  []jump
	locals int // of the function when the block began
}

type jump struct {
	name string
	line int
}

// block reads statements up to what ends a block.
func (p *parser) block() []ast.Stmt { return p.scoped(false) }

func (p *parser) scoped(loop bool) []ast.Stmt {
	p.open(loop)
	stmts := p.statements()
	p.shut()
	return stmts
}

func (p *parser) open(loop bool) {
	p.fn.scope = &scope{outer: p.fn.scope, loop: loop, locals: p.fn.locals}
}

// shut ends a block: gotos that have not found their label look for it outside.
func (p *parser) shut() {
	s := p.fn.scope
	p.fn.scope, p.fn.locals = s.outer, s.locals
	for _, g := range s.gotos {
		if _, ok := s.labels[g.name]; ok {
			continue
		}
		if s.outer == nil {
			p.fail(p.tok.line, fmt.Sprintf("no visible label '%s' for <goto> at line %d", g.name, g.line), "")
		}
		s.outer.gotos = append(s.outer.gotos, g)
	}
}

func (p *parser) inLoop() bool {
	for s := p.fn.scope; s != nil; s = s.outer {
		if s.loop {
			return true
		}
	}
	return false
}

func (p *parser) label() ast.Stmt {
	p.advance()
	line := p.tok.line
	n := p.name()
	s := p.fn.scope
	for o := s; o != nil; o = o.outer {
		if at, ok := o.labels[n]; ok {
			p.fail(p.tok.line, fmt.Sprintf("label '%s' already defined on line %d", n, at), "")
		}
	}
	p.expect(label)
	if s.labels == nil {
		s.labels = map[string]int{}
	}
	s.labels[n] = line
	return &ast.LabelStmt{Name: n}
}
