package balance

// fake is a server with settable state.
type fake struct {
	id, weight, served, queued, maxconn, maxqueue int
	down, backup                                  bool
}

func (f *fake) ID() int       { return f.id }
func (f *fake) Weight() int   { return f.weight * WeightScale }
func (f *fake) Usable() bool  { return !f.down }
func (f *fake) Backup() bool  { return f.backup }
func (f *fake) Served() int   { return f.served }
func (f *fake) Queued() int   { return f.queued }
func (f *fake) MaxConn() int  { return f.maxconn }
func (f *fake) MaxQueue() int { return f.maxqueue }

// fakes makes servers with the given weights.
func fakes(weights ...int) ([]*fake, []Server) {
	fs := make([]*fake, len(weights))
	ss := make([]Server, len(weights))
	for i, w := range weights {
		fs[i] = &fake{id: i + 1, weight: w}
		ss[i] = fs[i]
	}
	return fs, ss
}

// digits picks n times and writes the servers' numbers, counted from 1.
func digits(b *Balancer, n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte('1' + b.Pick(nil, None))
	}
	return string(out)
}
