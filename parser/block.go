package parser

// maxBlocks is how many .if blocks may stand in one another, and one more.
const maxBlocks = 100

// branch is the state of an .if block.
type branch uint8

const (
	// taken: the lines of this branch count.
	taken branch = iota
	// waiting: no branch has been taken so far.
	waiting
	// passed: a branch has been taken before, or the block lies in a branch
	// that does not count, or its condition was wrong.
	passed
)

// block is an open .if block.
type block struct {
	state   branch
	hadElse bool
}

// blocks are the open .if blocks, the innermost last.
type blocks []block

// active reports whether lines count. Within a block that does not count, all
// inner ones are passed.
func (b blocks) active() bool { return len(b) == 0 || b[len(b)-1].state == taken }
