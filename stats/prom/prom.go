// Package prom renders statistics in the text format of Prometheus, version
// 0.0.4, under the names of HAProxy's own exporter ("http-request use-service
// prometheus-exporter").
package prom

import (
	"io"

	"gohap/stats"
)

// ContentType is the media type of what Write writes.
const ContentType = "text/plain; version=0.0.4"

var groups = []struct {
	scope  Scopes
	kind   stats.Kind
	prefix string
}{
	{Frontends, stats.KindFrontend, "haproxy_frontend_"},
	{Listeners, stats.KindListener, "haproxy_listener_"},
	{Backends, stats.KindBackend, "haproxy_backend_"},
	{Servers, stats.KindServer, "haproxy_server_"},
}

// Write writes the metrics of all proxies. The format wants all samples of a
// metric together, so the rows are gathered first.
func Write(w io.Writer, src stats.Source, o Options) error {
	e := &encoder{w: w}
	if o.Scopes&Global != 0 {
		e.process(src.Info())
	}
	if o.Scopes&^Global != 0 {
		snap := stats.Collect(src, nil)
		for _, g := range groups {
			if o.Scopes&g.scope == 0 {
				continue
			}
			for i := range metrics {
				if metrics[i].in(g.kind) {
					e.metric(&metrics[i], g.kind, g.prefix, snap.List, o)
				}
			}
		}
	}
	e.flush()
	return e.err
}

// in reports whether the metric is exported for the kind.
func (m *metric) in(k stats.Kind) bool {
	if m.kinds != 0 {
		return m.kinds.Has(k)
	}
	return column(m.column).Kinds.Has(k)
}

// metric writes all samples of one metric for one kind.
func (e *encoder) metric(m *metric, k stats.Kind, prefix string, list []stats.Proxy, o Options) {
	c := column(m.column)
	help, kind := c.Doc, "gauge"
	if m.help != "" {
		help = m.help
	}
	if c.FormatFor(k).Nature() == "Counter" {
		kind = "counter"
	}
	e.begin(prefix+m.name, kind, help)

	classes := []int{-1}
	if m.form == class { // a class at a time, each for all proxies
		classes = []int{1, 2, 3, 4, 5, 0}
	}
	for _, cl := range classes {
		for i := range list {
			p := &list[i]
			if m.http && p.Mode != "http" {
				continue
			}
			switch k {
			case stats.KindFrontend:
				if p.Frontend != nil {
					e.row(m, c, p, p.Frontend, cl, "proxy", p.Name)
				}
			case stats.KindBackend:
				if p.Backend != nil {
					e.row(m, c, p, p.Backend, cl, "proxy", p.Name)
				}
			case stats.KindListener:
				for j := range p.Listeners {
					e.row(m, c, p, &p.Listeners[j], cl, "proxy", p.Name, "listener", p.Listeners[j].Name)
				}
			case stats.KindServer:
				for j := range p.Servers {
					r := &p.Servers[j]
					if !o.NoMaint || r.State() != stats.StateMaint {
						e.row(m, c, p, r, cl, "proxy", p.Name, "server", r.Name)
					}
				}
			}
		}
	}
}

// row writes the samples of one row; cl is a class of HTTP responses or -1.
func (e *encoder) row(m *metric, c *stats.Column, p *stats.Proxy, r *stats.Row, cl int, labels ...string) {
	switch m.form {
	case plain:
		v := c.Value(r, true)
		if m.millis {
			e.seconds(v.Number()/1000, labels...)
			return
		}
		e.sample(v, labels...)
	case class:
		name := [...]string{"other", "1xx", "2xx", "3xx", "4xx", "5xx"}[cl]
		e.sample(stats.Uint(r.Responses[cl]), append(labels, "code", name)...)
	case status:
		e.states(statesOf(r.Kind), func(s string) bool { return s == stateOf(r) }, labels)
	case check:
		if r.Check.Configured && !r.Check.Paused {
			e.states(checkResults, func(s string) bool { return s == result(r) }, labels)
		}
	case code:
		if r.Check.Configured && !r.Check.Paused {
			e.sample(stats.Uint(uint64(max(r.Check.Code, 0))), labels...)
		}
	case duration:
		if v := c.Value(r, true); v.Present() {
			e.seconds(v.Number()/1000, labels...)
		}
	case aggStatuses:
		for _, s := range serverStates {
			n := count(p.Servers, func(r *stats.Row) bool { return stateOf(r) == s })
			e.sample(stats.Uint(n), append(labels, "state", s)...)
		}
	case aggChecks:
		for _, s := range checkResults {
			n := count(p.Servers, func(r *stats.Row) bool {
				return r.Check.Configured && !r.Check.Paused && result(r) == s
			})
			e.sample(stats.Uint(n), append(labels, "state", s)...)
		}
	}
}

func count(rows []stats.Row, is func(*stats.Row) bool) (n uint64) {
	for i := range rows {
		if is(&rows[i]) {
			n++
		}
	}
	return n
}
