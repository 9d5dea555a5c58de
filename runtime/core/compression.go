package core

import (
	"slices"

	"gohap/runtime/compress"
)

// Compression are the "compression" lines of a section.
type Compression struct {
	// Algorithms are those to offer, the preferred one first.
	Algorithms []compress.Algorithm
	// Types are the beginnings of the content types to compress; none stands for
	// all.
	Types []string
	// Offload keeps servers from compressing.
	Offload bool
}

// Clone returns a copy that may be changed; nil for nil.
func (c *Compression) Clone() *Compression {
	if c == nil {
		return nil
	}
	n := *c
	n.Algorithms, n.Types = slices.Clone(c.Algorithms), slices.Clone(c.Types)
	return &n
}
