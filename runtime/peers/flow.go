package peers

import (
	"gohap/runtime/peers/wire"
	"gohap/runtime/sticktable"
)

// flow is a table's way to a peer and back. It stays when connections come and go.
type flow struct {
	*Shared
	log *sticktable.Log
	// acked are the changes of each part of the table that have certainly come to
	// the peer.
	acked []uint32
	// sent is the number of the last entry on the wire, received that which the
	// peer has confirmed; batches are those between.
	sent, received uint32
	batches        []batch
	// taught are the changes that the lesson under way has in it.
	taught []uint32
	// part is the part of the table whose turn it is.
	part int

	// remote is how the peer calls the table, got the number of its last entry,
	// owed says that it is to be confirmed.
	remote    wire.Definition
	got       uint32
	owed      bool
	gotBefore uint32 // the last that was confirmed
}

// batch are entries under way: those of a part of the table up to a change.
type batch struct {
	number uint32
	part   int
	change uint32
}

// maxBatches bounds what is remembered of entries under way. What is forgotten is
// sent again after the connection breaks.
const maxBatches = 1024

func newFlow(s *Shared) *flow {
	return &flow{Shared: s, log: s.Table.NewLog(), acked: make([]uint32, s.Table.Shards())}
}

// begin has a new connection go on behind what the peer has certainly got.
func (f *flow) begin() {
	for i, n := range f.acked {
		f.log.Go(i, n)
	}
	f.batches, f.taught = f.batches[:0], nil
	f.remote, f.got, f.gotBefore, f.owed = wire.Definition{}, 0, 0, false
}

// note remembers a batch.
func (f *flow) note(part int) {
	if len(f.batches) == maxBatches {
		f.batches = append(f.batches[:0], f.batches[maxBatches/2:]...)
	}
	f.batches = append(f.batches, batch{f.sent, part, f.log.At(part)})
}

// confirmed notes that entries have come up to a number.
func (f *flow) confirmed(number uint32) {
	if int32(number-f.sent) > 0 {
		return // it was never sent
	}
	f.received = number
	n := 0
	for n < len(f.batches) && int32(f.batches[n].number-number) <= 0 {
		b := &f.batches[n]
		f.acked[b.part] = b.change
		n++
	}
	f.batches = append(f.batches[:0], f.batches[n:]...)
}

// teach begins a lesson about the table. What has changed by now will be in it, and
// what changes from now on is to be noted anew.
func (f *flow) teach() {
	f.taught = make([]uint32, len(f.acked))
	for i := range f.taught {
		f.taught[i] = f.log.Skip(i)
	}
}

// learnt ends the lesson: the peer knows what was in it.
func (f *flow) learnt() {
	for i, n := range f.taught {
		if int32(n-f.acked[i]) > 0 {
			f.acked[i] = n
		}
	}
	f.taught = nil
}
