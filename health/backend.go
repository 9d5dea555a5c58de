package health

import "time"

// Backend is the servers of one proxy. Its methods may be called from any
// goroutine.
type Backend struct {
	config  BackendConfig
	sched   *Scheduler
	servers []*Server

	// What the servers' states amount to, under the scheduler's lock.
	active, backup             int // usable servers with a weight
	activeWeight, backupWeight int // their effective weights
	changed                    time.Time
	downs                      int
	downtime                   time.Duration
}

// Backend adds a backend.
func (s *Scheduler) Backend(c BackendConfig) *Backend {
	return &Backend{config: c, sched: s, changed: time.Now()}
}

// Name is the proxy's name.
func (b *Backend) Name() string { return b.config.Name }

// Server adds a server, in the state that its configuration says. Its hooks are
// not called before this returns; nil stands for none.
func (b *Backend) Server(c ServerConfig, h Hooks) *Server {
	if h == nil {
		h = NoHooks{}
	}
	s := &Server{backend: b, config: c, hooks: h, state: Running, changed: time.Now()}
	s.userWeight = c.Weight
	if c.Check != nil {
		s.check = newChecker(s, c.Check.Pace.defaults(2, 3))
		s.check.timeout = c.Check.Timeout
		if s.check.begin(c.Check.Init); !s.check.up() {
			s.state = Stopped
		}
	}
	if c.Agent != nil {
		s.agent = newChecker(s, c.Agent.Pace.defaults(1, 1))
		s.agent.timeout = c.Agent.Timeout
		s.agent.agent = true
		s.agent.health = s.agent.top()
	}
	if c.Disabled {
		s.admin = ForcedMaint | ConfigMaint
		s.state = Stopped
		if s.check != nil {
			s.check.health = 0
		}
	}
	b.sched.mu.Lock()
	defer b.sched.mu.Unlock()
	b.servers = append(b.servers, s)
	b.sched.servers = append(b.sched.servers, s)
	s.measure()
	b.recount()
	return s
}

// Counts are the figures of a backend in the statistics.
type Counts struct {
	Active, Backup int           // usable servers
	Weight         int           // their total, of the backups when these serve
	Downs          int           // how often no server was left
	Changed        time.Time     // when that last began or ended
	Downtime       time.Duration // how long no server was left, until now
}

// Counts returns the backend's figures.
func (b *Backend) Counts() Counts {
	b.sched.mu.Lock()
	defer b.sched.mu.Unlock()
	c := Counts{
		Active: b.active, Backup: b.backup, Downs: b.downs,
		Changed: b.changed, Downtime: b.downtime,
	}
	w := b.activeWeight
	if b.active == 0 {
		w = b.backupWeight
	}
	c.Weight = (w + weightScale - 1) / weightScale
	if b.down() {
		c.Downtime += time.Since(b.changed)
	}
	return c
}

func (b *Backend) down() bool { return b.active == 0 && b.backup == 0 }

// recount sums up the servers after a change of one of them, and keeps the
// backend's own up and down times.
func (b *Backend) recount() {
	wasDown := b.down()
	b.active, b.backup, b.activeWeight, b.backupWeight = 0, 0, 0, 0
	for _, s := range b.servers {
		if !s.Usable() || s.Weight() == 0 {
			continue
		}
		if s.config.Backup {
			b.backup++
			b.backupWeight += s.Weight()
		} else {
			b.active++
			b.activeWeight += s.Weight()
		}
	}
	if down := b.down(); down != wasDown {
		now := time.Now()
		if down {
			b.downs++
		} else {
			b.downtime += now.Sub(b.changed)
		}
		b.changed = now
	}
}
