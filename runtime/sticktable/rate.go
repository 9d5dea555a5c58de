package sticktable

import "encoding/binary"

// A rate is stored as the moment at which its period began, the events since,
// and those of the period before.
const (
	rateTick = 0
	rateCurr = 4
	ratePrev = 8
	rateSize = 12
)

// addRate counts n events at now.
func addRate(b []byte, period, now, n uint32) {
	le := binary.LittleEndian
	tick, curr := le.Uint32(b[rateTick:]), le.Uint32(b[rateCurr:])
	if tick == 0 {
		tick = now // the first event of all
		le.PutUint32(b[rateTick:], tick)
	}
	if age := since(now, tick); age >= period {
		prev := curr
		tick += period
		if age-period >= period {
			prev, tick = 0, now
		}
		curr = 0
		le.PutUint32(b[rateTick:], tick)
		le.PutUint32(b[ratePrev:], prev)
	}
	le.PutUint32(b[rateCurr:], curr+n)
}

// setRate makes the rate n, as of now.
func setRate(b []byte, now, n uint32) {
	le := binary.LittleEndian
	le.PutUint32(b[rateTick:], now)
	le.PutUint32(b[rateCurr:], n)
	le.PutUint32(b[ratePrev:], 0)
}

// readRate returns the events of the last period, taking those of the period
// before as evenly spread. A single event counts as long as it may have been
// within the period, so that low rates do not flicker.
func readRate(b []byte, period, now uint32) uint32 {
	le := binary.LittleEndian
	age := since(now, le.Uint32(b[rateTick:]))
	curr, prev := le.Uint32(b[rateCurr:]), le.Uint32(b[ratePrev:])
	if age >= period {
		age -= period
		curr, prev = 0, curr
		if age >= period {
			return 0
		}
	}
	if curr == 0 && prev <= 1 {
		return prev
	}
	return curr + uint32(uint64(prev)*uint64(period-age)/uint64(period))
}

// since is the time from then to now. Whoever read the clock before it waited for
// a lock may come with a time that is already past: that is no time at all then,
// and not the time around the 32 bits.
func since(now, then uint32) uint32 {
	const late = 1 << 20
	if d := now - then; d < 1<<32-late {
		return d
	}
	return 0
}
