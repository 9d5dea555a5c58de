package peers

import (
	"fmt"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/logs"
)

// neverText stands for times that do not come.
const neverText = "<NEVER>"

// Append appends what "show peers" tells of the section; dict adds the names of
// servers that each connection remembers.
func (s *Section) Append(b []byte, dict bool) []byte {
	s.resync.mu.Lock()
	phase := s.resync.phase
	s.resync.mu.Unlock()
	timeout := "<PAST>"
	if phase != inSync {
		timeout = fmt.Sprintf("%ds", max(int64((resyncTimeout-time.Since(s.started))/time.Second), 0))
	}
	disabled := 0
	if s.Disabled {
		disabled = 1
	}
	b = fmt.Appendf(b, "%p: [", s)
	b = logs.AppendDate(b, s.started)
	b = b[:len(b)-len(".000")]
	b = fmt.Appendf(b, "] id=%s disabled=%d flags=0x%x resync_timeout=%s task_calls=0\n", s.Name, disabled, phase, timeout)
	for i := len(s.Peers) - 1; i >= 0; i-- {
		b = s.Peers[i].append(b, dict)
	}
	return append(b, '\n')
}

// until is a time on the clock of conn.Now as it is shown.
func until(at int64) string {
	switch left := at - conn.Now(); {
	case at <= 0:
		return neverText
	case left <= 0:
		return "<PAST>"
	default:
		return fmt.Sprintf("%ds", left/1000)
	}
}

func (p *Peer) append(b []byte, dict bool) []byte {
	p.mu.Lock()
	n, next, current := p.counts, p.next, p.current
	p.mu.Unlock()
	where, activity, shook, beat, reconnect := "remote", "inactive", neverText, neverText, neverText
	x := p.live.Load()
	if p.Local {
		where = "local"
	} else if n.shook >= 0 {
		reconnect = until(next)
	}
	if current != nil {
		activity = "active"
	}
	if n.shook >= 0 {
		shook = fmt.Sprintf("%ds", (conn.Now()-n.shook)/1000)
	}
	if x != nil {
		beat = until(x.heard.Load() + deadAfter.Milliseconds())
	}
	status := n.status
	if status == "" {
		status = "NONE"
	}
	b = fmt.Appendf(b, "  %p: id=%s(%s,%s) addr=%s last_status=%s last_hdshk=%s\n", p, p.Name, where, activity, p.Addr, status, shook)
	b = fmt.Appendf(b, "        reconnect=%s heartbeat=%s confirm=%d tx_hbt=%d rx_hbt=%d no_hbt=%d new_conn=%d proto_err=%d coll=%d\n",
		reconnect, beat, n.unconfirmed, n.heartbeats, n.heard, n.silent, n.conns, n.failures, n.collisions)
	b = fmt.Appendf(b, "        flags=0x0")
	if x != nil {
		b = fmt.Appendf(b, " appctx:%p st0=7 st1=0 task_calls=0 state=EST", x)
		b = fmt.Appendf(b, "\n        xprt=RAW src=%s addr=%s", x.c.Local(), x.c.Remote())
	}
	b = append(b, "\n        shared tables:\n"...)
	for i := len(p.flows) - 1; i >= 0; i-- {
		b = p.flows[i].append(b, x, dict)
	}
	return b
}

func (f *flow) append(b []byte, x *session, dict bool) []byte {
	remote, sent, received, got := uint64(0), uint32(0), uint32(0), uint32(0)
	data := uint64(0)
	if x != nil {
		x.mu.Lock()
		defer x.mu.Unlock()
		remote, data, got = f.remote.ID, f.remote.Data, f.gotBefore
		sent, received = f.sent, f.received
	}
	changes := f.Table.Changes()
	b = fmt.Appendf(b, "          %p local_id=%d remote_id=%d flags=0x0 remote_data=0x%x\n", f, f.def.ID, remote, data)
	b = fmt.Appendf(b, "              last_acked=%d last_pushed=%d last_get=%d teaching_origin=0 update=%d\n", received, sent, got, sent)
	b = fmt.Appendf(b, "              table:%p id=%s update=%d localupdate=%d commitupdate=%d refcnt=1\n", f.Table, f.Table.Name, changes, changes, sent)
	if !dict {
		return append(b, "        Dictionary cache not dumped (use \"show peers dict\")\n"...)
	}
	return x.appendNames(b)
}

// appendNames appends the names that both sides remember.
func (x *session) appendNames(b []byte) []byte {
	b = append(b, "        TX dictionary cache:"...)
	shown := 0
	if x != nil {
		for i, name := range x.sentNames.all {
			if name != "" {
				b = appendName(b, shown, i, name)
				shown++
			}
		}
	}
	b = append(b, "\n        RX dictionary cache:"...)
	for i := range maxNames {
		name := "-"
		if x != nil && x.gotNames[i] != nil {
			name = string(x.gotNames[i])
		}
		b = appendName(b, i, i, name)
	}
	return append(b, '\n')
}

// perLine is how many names a line shows.
const perLine = 4

func appendName(b []byte, shown, i int, name string) []byte {
	if shown%perLine == 0 {
		b = append(b, "\n        "...)
	}
	return fmt.Appendf(b, "  %3d -> %s", i, name)
}
