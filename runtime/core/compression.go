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
	// Direction is which messages are compressed.
	Direction Direction
	// RequestAlgorithm is what requests are compressed with, None where no line says,
	// and RequestTypes are the beginnings of their types, none for all.
	RequestAlgorithm compress.Algorithm
	RequestTypes     []string
	// RequestLeast and ResponseLeast are how long a body whose length is known has
	// to be, in bytes.
	RequestLeast, ResponseLeast int64
}

// Direction is which messages are compressed ("compression direction").
type Direction uint8

// The directions.
const (
	Responses Direction = iota
	Requests
	BothDirections
)

// Clone returns a copy that may be changed; nil for nil.
func (c *Compression) Clone() *Compression {
	if c == nil {
		return nil
	}
	n := *c
	n.Algorithms, n.Types, n.RequestTypes = slices.Clone(c.Algorithms), slices.Clone(c.Types), slices.Clone(c.RequestTypes)
	return &n
}
