package api

import (
	"fmt"
	"strconv"
	"time"

	"gohap/health"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	Commands.Add(
		&Command{
			Keyword: registry.Keyword{Name: "show servers state", Usage: "[<backend>]", Manual: "9.3",
				Doc: "show the servers' states in the form of a state file"},
			Level: lowest, Run: (*Call).showServersState,
		},
		&Command{
			Keyword: registry.Keyword{Name: "show servers conn", Usage: "[<backend>]", Manual: "9.3",
				Doc: "show the servers' connections, busy and idle"},
			Level: lowest, Run: (*Call).showServersConn,
		},
	)
}

// stateHeader is the version of the form, and its columns.
const stateHeader = "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight " +
	"srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state " +
	"bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr " +
	"srv_agent_addr srv_agent_port\n"

func (c *Call) showServersState() {
	backends, ok := c.backends()
	if !ok {
		return
	}
	c.Printf("%s", stateHeader)
	for _, p := range backends {
		for _, s := range p.Fleet().Servers {
			c.Printf("%d %s %d %s %s\n", p.ID, p.Name, s.ID, s.Name, state(p, s))
		}
	}
}

// state is the part of a server's line behind its name.
func state(p *core.Proxy, s *core.Server) string {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	h, saved := s.Health.Stats(), s.Health.Export()
	addr, port := endpoint(s)
	status, verdict := checkStatus(saved)
	return fmt.Sprintf("%s %d %d %d %d %d %d %d %d %d %d %d %d %s %d %s %d %d %s %s %d",
		addr, h.State, admin(s, h), saved.UserWeight, s.Weight, int(time.Since(h.Changed)/time.Second),
		status, verdict, checkHealth(s, h, saved), checkState(s, h, saved), agentState(h, saved),
		bit(p.IDSet), bit(s.IDSet), orNone(s.Naming.Name), port, orNone(s.SRV()), bit(s.SSL.On),
		s.CheckPort, orDash(s.CheckAddr), orDash(s.Agent.Addr), s.Agent.Port)
}

// admin is the server's conditions. That of the configuration stays in sight
// when it no longer holds.
func admin(s *core.Server, h health.Stats) health.Admin {
	a := h.Admin
	if s.Disabled {
		a |= health.ConfigMaint
	}
	if s.Naming.Renamed {
		a |= health.HostMaint
	}
	return a
}

// endpoint is where a server's connections go: "-" for a unix socket, and for a
// server whose name gives no address, which has a port all the same.
func endpoint(s *core.Server) (addr string, port int) {
	ep := s.Dial.Load()
	if ep == nil {
		return "-", int(s.Naming.Port)
	}
	if ep.Options.Path != "" || !ep.Options.Addr.IsValid() {
		return "-", 0
	}
	if ep.ClientPort {
		return ep.Options.Addr.Addr().String(), int(uint32(ep.PortOffset)) // a negative one is huge over there
	}
	return ep.Options.Addr.Addr().String(), int(ep.Options.Addr.Port())
}

// orNone is a dash for a name that there is not.
func orNone(name string) string {
	if name == "" {
		return "-"
	}
	return name
}

func orDash(a value.Addr) string {
	if a.IP.IsValid() {
		return a.IP.String()
	}
	return "-"
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// checkStatus is the number of the last check's outcome in the state file,
// where a check that has only been started counts too, and its verdict.
func checkStatus(saved health.Saved) (int, health.Verdict) {
	status := saved.Check.Status
	if saved.CheckHealth < 0 {
		status = health.Init
	}
	n := int(status)
	if status > health.Init {
		n++
	}
	return n, status.Verdict()
}

// checkHealth is the check's counter. A server without a check has one that
// stands where its state says, but for one that had no address: HAProxy does not
// count that up again.
func checkHealth(s *core.Server, h health.Stats, saved health.Saved) int {
	switch {
	case saved.CheckHealth >= 0:
		return saved.CheckHealth
	case h.State == health.Stopped && h.Tracked == "", s.Dynamic && !s.Enabled, s.Naming.Unresolved:
		return 0
	}
	return max(s.Rise, 1)
}

// The bits of a check's state.
const (
	inProgress = 1 << iota
	configured
	enabled
	paused
	isAgent
)

// checkState tells that the check is paused of servers without one too, when the
// configuration disabled them.
func checkState(s *core.Server, h health.Stats, saved health.Saved) int {
	n := 0
	if saved.CheckHealth >= 0 {
		n |= configured
		if !saved.CheckOff {
			n |= enabled
		}
		if h.Check != nil && h.Check.Running {
			n |= inProgress
		}
	}
	if s.Disabled && saved.CheckHealth < 0 || h.Admin&health.Maint != 0 && saved.CheckHealth >= 0 && !(s.Dynamic && saved.CheckOff) {
		n |= paused
	}
	return n
}

func agentState(h health.Stats, saved health.Saved) int {
	if saved.AgentHealth < 0 {
		return 0
	}
	n := isAgent | configured
	if !saved.AgentOff {
		n |= enabled
	}
	if h.Agent != nil && h.Agent.Running {
		n |= inProgress
	}
	return n
}

// showServersConn describes idle connections as one shard's: servers share them
// between all.
func (c *Call) showServersConn() {
	backends, ok := c.backends()
	if !ok {
		return
	}
	c.Printf("# bkname/svname bkid/svid addr port - purge_delay used_cur used_max need_est unsafe_nb safe_nb idle_lim idle_cur idle_per_thr[1]\n")
	for _, p := range backends {
		for _, s := range p.Fleet().Servers {
			addr, port := endpoint(s)
			limit, idle := "-1", s.Idle.Len()
			if s.PoolMaxConn >= 0 {
				limit = strconv.Itoa(s.PoolMaxConn)
			}
			c.Printf("%s/%s %d/%d %s %d - %d %d %d %d 0 %d %s %d", p.Name, s.Name, p.ID, s.ID, addr, port,
				s.PoolPurgeDelay.Milliseconds(), s.Stats.Used.Load(), s.Stats.Used.Max(), s.Stats.Needed.Load(), idle, limit, idle)
			if !s.Dynamic || s.PoolMaxConn != 0 {
				c.Printf(" %d", idle)
			}
			c.Printf("\n")
		}
	}
}
