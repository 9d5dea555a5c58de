package conn

import "time"

// Activity is what the thread of a shard has done so far, and does.
type Activity struct {
	// Thread is its number in the system.
	Thread int
	// Conns are the connections that belong to it.
	Conns int64
	// Rounds counts its looks at the descriptors, Events what it found there, Turns
	// the turns of tasks.
	Rounds, Events, Turns uint64
	// Asleep says that it waits, Stuck that it has not got on for a while.
	Asleep, Stuck bool
	// Profiled are the turns of tasks under Profile: how many, the time that they
	// took, and the time that they waited for each other.
	Profiled Usage
}

// Descriptor is a socket that a loop watches.
type Descriptor struct {
	FD, Shard int
	// Conn is whose socket it is, nil for a listener's.
	Conn *Conn
}

// counters are a loop's own; others only read them.
type counters struct {
	rounds, heard    counter
	calls, cpu, late counter
}

func (c *counters) note(cpu, late time.Duration) {
	c.calls.add(1)
	c.cpu.add(uint64(cpu))
	c.late.add(uint64(max(late, 0)))
}
