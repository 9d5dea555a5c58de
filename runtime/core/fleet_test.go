package core

import (
	"sync"
	"testing"

	"gohap/balance"
	"gohap/health"
	"gohap/stats"
)

func fleetServer(p *Proxy, name string, id int) *Server {
	s := &Server{Proxy: p, Name: name, ID: id, ServerSettings: DefaultServerSettings(), Stats: stats.NewServer(1)}
	s.Health = p.Health.Server(health.ServerConfig{Name: name, Weight: 1}, nil)
	return s
}

// TestFleet adds and deletes servers while others pick, of which each gets what its
// fleet has.
func TestFleet(t *testing.T) {
	for _, algorithm := range []balance.Algorithm{balance.RoundRobin, balance.LeastConn, balance.Random} {
		p := &Proxy{Name: "p", BE: stats.NewBackend(1)}
		p.Balance.Algorithm = algorithm
		p.Health = health.New(health.Options{}).Backend(health.BackendConfig{Name: "p"})
		if p.Fleet().LB != nil || p.Fleet().Find("a") != nil {
			t.Fatal("a proxy without servers has some")
		}
		p.Servers = []*Server{fleetServer(p, "a", 1)}
		p.Assemble()
		stop := make(chan struct{})
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					f := p.Fleet()
					s := f.At(f.LB.Pick(nil, balance.None))
					if s == nil {
						t.Error("nobody is picked")
						return
					}
					s.TakeSlot()
					s.FreeSlot()
				}
			})
		}
		for i := range 100 {
			s := fleetServer(p, "b", 2)
			p.Join(s)
			p.Fleet().LB.Update(s.Index)
			if p.Fleet().Find("b") != s || p.Fleet().Named([]byte("b")) != s || s.Index != 1 {
				t.Fatalf("round %d: not there: %d", i, s.Index)
			}
			s.Health.Disable()
			p.Leave(s)
			s.Health.Remove()
			if p.Fleet().Find("b") != nil || len(p.Fleet().Servers) != 1 {
				t.Fatalf("round %d: still there", i)
			}
		}
		close(stop)
		all.Wait()
		if n := len(p.Fleet().seats); n != 2 {
			t.Errorf("%d seats", n)
		}
	}
}
