package runtime

import (
	"bytes"
	"crypto/subtle"
	"encoding/base64"
	"strconv"
	"strings"

	"gohap/health"
	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/stats/page"
	"gohap/stats/prom"
)

// serveStats answers a request for p's statistics page (4.2 "stats …").
func (i *Instance) serveStats(s *core.Stream, p *core.Proxy, form []byte) {
	cfg := p.Stats
	if !authorised(cfg, &s.Req) {
		s.Reply = core.Answer{Status: 401, Extra: []http.Field{
			{Name: []byte("www-authenticate"), Value: []byte("Basic realm=\"" + cfg.Realm + "\"")},
		}}
		return
	}
	rest := s.Req.PathQuery()
	v := i.view(p, string(rest[min(len(cfg.URI), len(rest)):]))
	v.Admin = adminAllowed(s, cfg)
	if s.Req.MethodID == http.MethodPost {
		s.Reply = redirect(v.Location(i.administer(p, v.Admin, form)))
		return
	}
	var body bytes.Buffer
	if s.Req.MethodID != http.MethodHead {
		v.Write(&body)
	}
	fields := []http.Field{
		{Name: []byte("cache-control"), Value: []byte("no-cache")},
		{Name: []byte("content-type"), Value: []byte(v.ContentType())},
	}
	if n := v.Refresh(); n > 0 {
		fields = append(fields, http.Field{Name: []byte("refresh"), Value: []byte(strconv.Itoa(n))})
	}
	s.Reply = core.Answer{Status: 200, Custom: true, Body: body.Bytes(), Fields: fields}
}

// serveMetrics answers a request with the statistics in Prometheus' format
// (configuration.txt 4.2 "http-request use-service prometheus-exporter"). The query
// says which ones, and one that cannot be read is a bad request.
func (i *Instance) serveMetrics(s *core.Stream) {
	_, query, _ := strings.Cut(string(s.Req.PathQuery()), "?")
	o, err := prom.ParseQuery(query)
	if err != nil {
		s.Reply = core.Answer{Status: 400}
		return
	}
	var body bytes.Buffer
	if s.Req.MethodID != http.MethodHead {
		prom.Write(&body, i, o) // a buffer takes everything
	}
	s.Reply = core.Answer{Status: 200, Custom: true, Body: body.Bytes(), Fields: []http.Field{
		{Name: []byte("cache-control"), Value: []byte("no-cache")},
		{Name: []byte("content-type"), Value: []byte(prom.ContentType)},
	}}
}

// view is a request for the page of p with the options in rest.
func (i *Instance) view(p *core.Proxy, rest string) *page.View {
	cfg := p.Stats
	scope := make([]string, len(cfg.Scope))
	for n, name := range cfg.Scope {
		if scope[n] = name; name == "." {
			scope[n] = p.Name
		}
	}
	return &page.View{
		Source:  i,
		Options: page.ParseOptions(rest),
		Settings: page.Settings{
			URI: cfg.URI, Refresh: cfg.Refresh, HideVersion: cfg.HideVersion,
			ShowLegends: cfg.ShowLegends, ShowModules: cfg.ShowModules,
			ShowNode: cfg.ShowNode, Node: cfg.Node, ShowDesc: cfg.ShowDesc, Desc: cfg.Desc, Scope: scope,
		},
	}
}

// redirect sends a browser elsewhere after its form was taken.
func redirect(to string) core.Answer {
	return core.Answer{Status: 303, Custom: true, Fields: []http.Field{
		{Name: []byte("cache-control"), Value: []byte("no-cache")},
		{Name: []byte("content-type"), Value: []byte("text/plain")},
		{Name: []byte("location"), Value: []byte(to)},
	}}
}

// authorised reports whether the request carries one of the "stats auth"
// accounts; without any everybody may look.
func authorised(cfg *core.StatsPage, r *http.Request) bool {
	if len(cfg.Users) == 0 {
		return true
	}
	v := r.Value("authorization")
	scheme, cred, ok := strings.Cut(string(v), " ")
	if !ok || !strings.EqualFold(scheme, "basic") {
		return false
	}
	plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(cred))
	if err != nil {
		return false
	}
	found := 0
	for _, u := range cfg.Users {
		found |= subtle.ConstantTimeCompare(plain, []byte(u.Name+":"+u.Password))
	}
	return found == 1
}

// adminAllowed reports whether a "stats admin" line lets the client act.
func adminAllowed(s *core.Stream, cfg *core.StatsPage) bool {
	for _, cond := range cfg.Admin {
		if cond == nil || cond.Holds(s) {
			return true
		}
	}
	return false
}

// administer does what the page's form asks for.
func (i *Instance) administer(p *core.Proxy, allowed bool, form []byte) page.Result {
	if !allowed {
		return page.Denied
	}
	q, result := page.ParseAdmin(form)
	if result != "" {
		return result
	}
	be := i.graph.Backends[q.Backend]
	if q.BackendID != 0 {
		be = nil
		for _, b := range i.graph.Backends {
			if uint64(b.ID) == q.BackendID {
				be = b
			}
		}
	}
	if be == nil {
		return page.Invalid
	}
	found, changed := 0, 0
	for _, name := range q.Servers {
		s := i.server(be, name)
		if s == nil {
			continue
		}
		found++
		if act(s, q.Action) {
			changed++
		}
	}
	return page.Outcome(len(q.Servers), found, changed)
}

// act does one action to one server and reports whether it changed anything.
func act(s *core.Server, a page.Action) bool {
	h := s.Health
	was := h.Admin()
	switch a {
	case page.Ready, page.Start:
		h.Ready()
	case page.Drain, page.Stop:
		h.Drain()
	case page.Maint, page.Disable:
		h.Disable()
	case page.Enable:
		h.Enable()
	case page.DisableHealth:
		return h.EnableCheck(false)
	case page.EnableHealth:
		return h.EnableCheck(true)
	case page.HealthUp:
		return h.SetHealth(health.Running)
	case page.HealthNoLB:
		return h.SetHealth(health.Stopping)
	case page.HealthDown:
		return h.SetHealth(health.Stopped)
	case page.DisableAgent:
		return h.EnableAgent(false)
	case page.EnableAgent:
		return h.EnableAgent(true)
	case page.AgentUp:
		return h.SetAgent(true)
	case page.AgentDown:
		return h.SetAgent(false)
	case page.Shutdown:
		s.Streams.End('K')
		return true
	}
	return h.Admin() != was
}
