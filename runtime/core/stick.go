package core

import (
	"gohap/parser/diag"
	"gohap/runtime/sticktable"
)

// StickRule is one "stick" line (4.2): an entry of a table tells which server
// the client had, or is to remember the one it gets.
type StickRule struct {
	// Match says that an entry chooses the server, Store that the server is
	// entered.
	Match, Store bool
	Key          Expr
	Cond         Condition
	// Table is set once all sections are read.
	Table *sticktable.Table
	Pos   diag.Pos
}

// MaxStored is how many entries one request or response may enter.
const MaxStored = 8
