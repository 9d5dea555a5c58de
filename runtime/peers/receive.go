package peers

import (
	"errors"

	"gohap/runtime/conn"
	"gohap/runtime/peers/wire"
)

// errPeer says that the peer has ended the connection, for a failure of its own.
var errPeer = errors.New("peers: the peer reports a failure")

// handle does what a message says.
func (x *session) handle(m wire.Message) error {
	switch m.Class {
	case wire.Control:
		x.control(m.Type)
	case wire.Failure:
		return errPeer
	case wire.Update:
		switch m.Type {
		case wire.Define:
			return x.define(m.Body)
		case wire.Switch:
			id, _, err := wire.Number(m.Body)
			if err != nil {
				return wire.ErrProtocol
			}
			x.current = x.remote[id]
		case wire.Ack:
			return x.acknowledged(m.Body)
		case wire.Entry, wire.NextEntry, wire.TimedEntry, wire.TimedNextEntry:
			return x.entry(m)
		}
	}
	return nil
}

func (x *session) control(kind byte) {
	switch kind {
	case wire.ResyncRequest:
		x.tell(func() { x.lesson = true })
	case wire.ResyncFinished, wire.ResyncPartial:
		x.peer.section.resync.taught(x, kind == wire.ResyncFinished)
		x.tell(func() { x.confirm++ })
	case wire.ResyncConfirm:
		x.tell(func() { x.confirmed = true })
	case wire.Heartbeat:
		x.peer.note(func(c *counts) { c.heard++ })
	}
}

// define notes which table the next entries are of.
func (x *session) define(body []byte) error {
	var d wire.Definition
	if err := wire.ReadDefinition(body, &d); err != nil {
		return err
	}
	x.current = nil
	for _, f := range x.peer.flows {
		if f.Name != string(d.Name) {
			continue
		}
		if f.remote.ID != d.ID {
			delete(x.remote, f.remote.ID)
		}
		d.Name = nil // it is the reader's memory
		x.mu.Lock()
		f.remote = d
		x.mu.Unlock()
		if f.fits(&d) {
			x.remote[d.ID], x.current = f, f
		}
		return nil
	}
	return nil
}

// entry stores what a peer says of an entry.
func (x *session) entry(m wire.Message) error {
	f := x.current
	if f == nil {
		return nil
	}
	c, err := wire.ReadChange(m, &f.remote, f.got)
	if err != nil {
		return err
	}
	f.got = c.Number
	return f.learn(&f.remote, &c, conn.Now(), &x.gotNames)
}

// acknowledged notes how far the peer has got.
func (x *session) acknowledged(body []byte) error {
	id, number, err := wire.ReadAck(body)
	if err != nil {
		return err
	}
	for _, f := range x.peer.flows {
		if f.def.ID == id {
			x.mu.Lock()
			f.confirmed(number)
			x.mu.Unlock()
		}
	}
	return nil
}
