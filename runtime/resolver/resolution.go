package resolver

import (
	"net/netip"
	"slices"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// resolution is what a section knows of a name. All of it is under the section's
// lock.
type resolution struct {
	section *Section
	key
	number     uint64 // counts the resolutions of the section
	requesters []requester
	records    []*Record
	// lastValid is when the last valid answer came, or when the resolution began.
	lastValid time.Time
	answered  bool // there was a valid answer
	kept      bool // nobody asks any more

	// The look-up under way.
	running  bool
	asked    dnsmessage.Type
	tries    int
	fellBack bool // the other family was asked for
	failed   bool // a name server has answered with an error
	status   Status
	open     map[*nameserver]uint16 // who has not answered

	timer *time.Timer
	turn  uint64 // tells a timer that is late from the current one
}

// requester is who wants to know a name. Its methods are called with the
// section's lock held.
type requester interface {
	// answered tells of a valid answer; by is who gave it, nil for all but the
	// first requester.
	answered(r *resolution, by *nameserver)
	// failed tells that a look-up was in vain.
	failed(r *resolution, s Status)
}

// Record is one record of a name, as long as it lives.
type Record struct {
	record
	seen time.Time
	// hosts are those that stay with the record.
	hosts []*Host
	// glue is an address of the target that came along, and when it came last.
	glue     netip.Addr
	glueSeen time.Time
}

// shortest bounds the times of a section from below: a section whose times are 0
// is not to spin.
const shortest = 10 * time.Millisecond

// join enters a requester of a name and looks the name up at once.
func (s *Section) join(q requester, name string, typ dnsmessage.Type) *resolution {
	k := key{canonical(name), typ}
	r := s.names[k]
	if r == nil {
		s.count++
		r = &resolution{section: s, key: k, number: s.count, lastValid: time.Now(), open: map[*nameserver]uint16{}}
		s.names[k] = r
	}
	if r.kept {
		r.kept = false
		s.kept--
		r.rest()
	}
	r.requesters = append(r.requesters, q)
	if s.running && !r.running {
		r.start()
	}
	return r
}

// maxKept bounds the names that are kept for questions to come: clients may be
// able to make up as many as they like.
const maxKept = 4096

// leave takes a requester out. A name that nobody asks for is not looked up any
// more. Its addresses are kept for as long as they are valid.
func (r *resolution) leave(q requester) {
	if i := slices.Index(r.requesters, q); i >= 0 {
		r.requesters = slices.Delete(r.requesters, i, i+1)
	}
	if len(r.requesters) > 0 {
		return
	}
	r.rest()
	s := r.section
	left := s.Hold.Valid - time.Since(r.lastValid)
	if !s.running || !r.answered || r.typ == dnsmessage.TypeSRV || left <= 0 || s.kept >= maxKept {
		delete(s.names, r.key)
		return
	}
	r.kept = true
	s.kept++
	r.wake(left)
}

// end forgets a name that was kept.
func (r *resolution) end() {
	r.kept = false
	r.section.kept--
	r.rest()
	delete(r.section.names, r.key)
}

// each calls f for all requesters, which may leave meanwhile.
func (r *resolution) each(f func(requester)) {
	for _, q := range slices.Clone(r.requesters) {
		f(q)
	}
}

// start begins a look-up.
func (r *resolution) start() {
	r.running, r.tries = true, max(r.section.Retries, 1)
	r.try()
}

// try sends the question as it was first.
func (r *resolution) try() {
	r.fellBack = false
	r.ask(r.typ)
}

func (r *resolution) ask(typ dnsmessage.Type) {
	r.forget()
	r.asked, r.failed = typ, false
	for _, n := range r.section.servers {
		n.ask(r)
	}
	r.wake(r.section.Retry)
}

// forget gives up the questions under way: what answers them is outdated.
func (r *resolution) forget() {
	for n, id := range r.open {
		delete(n.pending, id)
	}
	clear(r.open)
}

// rest ends the look-up and all plans for others.
func (r *resolution) rest() {
	r.running = false
	r.forget()
	r.turn++
	if r.timer != nil {
		r.timer.Stop()
	}
}

// wake has due called after d.
func (r *resolution) wake(d time.Duration) {
	r.turn++
	turn := r.turn
	if r.timer != nil {
		r.timer.Stop()
	}
	r.timer = time.AfterFunc(max(d, shortest), func() {
		r.section.mu.Lock()
		defer r.section.mu.Unlock()
		if r.turn == turn && r.section.running {
			r.due()
		}
	})
}

// due is called when it is time for a look-up, for the next try of one, or for
// the end of what was kept.
func (r *resolution) due() {
	if r.kept {
		r.end()
		return
	}
	if !r.running {
		r.start()
		return
	}
	for n := range r.open {
		n.stats.count(Timeout)
	}
	if r.failed && r.fallBack() {
		return
	}
	if r.tries--; r.tries > 0 {
		r.try()
		return
	}
	s := Timeout
	if r.failed {
		s = r.status
	}
	r.fail(s)
}

// take is called with an answer to the question under way.
func (r *resolution) take(n *nameserver, a answer, s Status) {
	if s == Valid {
		r.succeed(n, a)
		return
	}
	r.failed, r.status = true, s
	if len(r.open) > 0 || r.fallBack() {
		return // another may know better
	}
	if r.tries == 1 {
		r.fail(s)
	}
}

// fallBack asks for addresses of the other family, once a try.
func (r *resolution) fallBack() bool {
	if r.fellBack || r.typ == dnsmessage.TypeSRV {
		return false
	}
	r.fellBack = true
	if r.typ == dnsmessage.TypeA {
		r.ask(dnsmessage.TypeAAAA)
	} else {
		r.ask(dnsmessage.TypeA)
	}
	return true
}

// fail ends a look-up in vain.
func (r *resolution) fail(s Status) {
	r.rest()
	r.wake(r.section.Resolve)
	r.each(func(q requester) { q.failed(r, s) })
}

// succeed ends a look-up with an answer.
func (r *resolution) succeed(n *nameserver, a answer) {
	r.rest()
	r.wake(r.section.Resolve)
	now := time.Now()
	r.lastValid, r.answered = now, true
	r.update(a, now)
	r.each(func(q requester) {
		q.answered(r, n)
		n = nil
	})
}

// update takes over the records of an answer and forgets those that no answer
// has held for long.
func (r *resolution) update(a answer, now time.Time) {
	byRecord := make(map[record]*Record, len(r.records))
	for _, k := range r.records {
		byRecord[k.identity()] = k
	}
	for i := range a.records {
		n := &a.records[i]
		k := byRecord[n.identity()]
		if k == nil {
			if len(r.records) >= maxRecords {
				continue
			}
			k = &Record{record: *n}
			byRecord[n.identity()] = k
			r.records = append(r.records, k)
		}
		k.seen, k.weight = now, n.weight
		if ip := a.glue[n.target]; ip.IsValid() {
			k.glue, k.glueSeen = ip, now
		}
	}
	hold := r.section.Hold.Obsolete
	r.records = slices.DeleteFunc(r.records, func(k *Record) bool {
		if k.glue.IsValid() && !k.glueSeen.Equal(now) && now.Sub(k.glueSeen) >= hold {
			k.glue = netip.Addr{}
		}
		if k.seen.Equal(now) || now.Sub(k.seen) < hold {
			return false
		}
		k.drop()
		return true
	})
}

// identity is what makes a record the same in two answers.
func (k *record) identity() record { return record{ip: k.ip, target: k.target, port: k.port} }

// drop releases the hosts of a record that is no more.
func (k *Record) drop() {
	for _, h := range slices.Clone(k.hosts) {
		h.lose(k)
	}
	k.hosts = nil
}

// held reports whether the last good answer still outweighs a failure.
func (r *resolution) held(s Status) bool {
	h := &r.section.Hold
	d := h.Other
	switch s {
	case NX:
		d = h.NX
	case Refused:
		d = h.Refused
	case Timeout:
		d = h.Timeout
	}
	return time.Since(r.lastValid) < d
}

// sortByAge puts the oldest first.
func sortByAge(all []*resolution) {
	slices.SortFunc(all, func(a, b *resolution) int {
		if a.number < b.number {
			return -1
		}
		return 1
	})
}
