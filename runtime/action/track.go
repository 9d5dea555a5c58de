package action

import (
	"fmt"
	"strconv"
	"strings"

	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
	"gohap/runtime/sticktable"
)

func init() {
	registry.Actions.Add(&registry.Action{
		Keyword: registry.Keyword{
			Name: "track-sc", Manual: "4.2", Usage: "{0|1|2} <key> [table <table>]",
			Doc: "Follows an entry of a stick table: its counters count what happens from now on.",
			Bad: []string{
				"http-request track-sc0", "http-request track-sc3 src", "http-request track-scx src", "http-request track-sc0 src table",
				"http-request track-sc0 src table no-such-table", "http-request track-sc0 no-such-fetch", "http-request track-sc0 src nonsense",
				"http-response track-sc0 path", "tcp-request connection track-sc3 src", "tcp-request connection track-sc0 src", "tcp-request content track-sc0 hdr(a) nonsense",
			},
		},
		In:     registry.InRulesets(core.TCPRequestConnection, core.TCPRequestSession, core.TCPRequestContent) | messageRules,
		Prefix: true, Registered: true, Least: 1, Valued: map[string]int{"table": 1}, Compile: compileTrack,
	})
}

// track is a rule that tracks an entry.
type track struct {
	counter int
	key     core.Expr
	table   *sticktable.Table // set once all sections are read
	set     core.Ruleset
}

func compileTrack(c *registry.Compiler, a *registry.ActionArgs) core.Action {
	tcp := a.Ruleset.TCP()
	if tcp {
		a.Error = fmt.Sprintf("'%s %s'", a.Ruleset, a.Words[0].Text)
	}
	t := &track{set: a.Ruleset}
	number := strings.TrimPrefix(a.Words[0].Text, "track-sc")
	if number != "" {
		n, err := strconv.Atoi(number)
		switch {
		case err != nil:
			return a.Fail(c, 0, "Wrong track-sc number '%s'.", number)
		case n < 0 || n >= core.MaxTracked:
			return a.Fail(c, 0, "%d track-sc number exceeding %d (MAX_SESS_STKCTR-1) value.", n, core.MaxTracked-1)
		}
		t.counter = n
	}
	if len(a.Words) < 2 {
		return a.Fail(c, 0, "missing fetch method.")
	}
	var ok bool
	if t.key, ok = sample.Expr(c, &a.Words[1], place(a)); !ok {
		return nil
	}
	table, end := c.Proxy.Name, 2
	if len(a.Words) > 2 && a.Words[2].Text == "table" {
		switch {
		case len(a.Words) > 3:
			table, end = a.Words[3].Text, 4
		case tcp:
			table, end = "", 3
		default:
			return a.Fail(c, 2, "missing table name.")
		}
	}
	if !a.End(c, end) {
		return nil
	}
	resolveTrack(c, t, table, a.Words[0].Text)
	if a.Ruleset == core.TCPRequestContent && sample.NeedsContent(t.key) {
		warnNoDelay(c)
	}
	return t.run
}

// resolveTrack finds the table once all sections are read.
func resolveTrack(c *registry.Compiler, t *track, name, rule string) {
	proxy := c.Proxy
	at := c.Statement.Pos()
	c.Later(registry.Resolve, func() {
		switch p := c.Graph.Tables[name]; {
		case p == nil:
			c.Diags.Config(diag.Alert, "Proxy '%s': unable to find table '%s' referenced by %s.", proxy.Name, name, rule).Pos = at
		case !sample.Castable(t.key.Output(), sample.KeyType(p.Table.Key)):
			c.Diags.Config(diag.Alert, "Proxy '%s': stick-table '%s' uses a type incompatible with the '%s' rule.", proxy.Name, name, rule).Pos = at
		default:
			t.table = p.Table
		}
	})
}

// warnNoDelay warns of a frontend whose rules look at what the client sends and do
// not wait for it.
func warnNoDelay(c *registry.Compiler) {
	p := c.Proxy
	at := c.Statement.Pos()
	c.Later(registry.Check, func() {
		if p.Has(core.Frontend) && !p.Has(core.Defaults) && p.InspectRequest == 0 {
			c.Diags.Config(diag.Warning, "%s '%s' : a 'tcp-request content track-sc*' rule explicitly depending on request contents "+
				"without any 'tcp-request inspect-delay' setting. This means that this rule will randomly find its contents. "+
				"This can be fixed by setting the tcp-request inspect-delay.", p, p.Name).Pos = at
		}
	})
}

func (t *track) run(s *core.Stream) core.Verdict {
	if s.Counter(t.counter).Valid() {
		return core.Continue // the first rule for a counter is the one that counts
	}
	s.ResetWanting()
	p := s.Borrow()
	defer s.Return()
	if !t.key.Eval(s, core.Any, p) {
		if t.set == core.TCPRequestContent && s.Wanting() {
			return core.Wait
		}
		return core.Continue
	}
	var b sample.KeyBuffer
	key, ok := sample.Key(s, p, t.table, &b)
	if !ok {
		return core.Continue
	}
	if t.set == core.TCPRequestConnection || t.set == core.TCPRequestSession {
		s.Session.Tracked.Track(t.counter, t.table, key)
		return core.Continue
	}
	s.Tracked.Track(t.counter, t.table, key)
	t.catchUp(s)
	return core.Continue
}

// catchUp counts what was counted before the entry was tracked: the request, and
// what its response says of it.
func (t *track) catchUp(s *core.Stream) {
	r := s.Tracked[t.counter]
	if t.set == core.TCPRequestContent || !r.Valid() {
		return
	}
	core.Count(r, sticktable.HTTPReqCnt, sticktable.HTTPReqRate, 1)
	if t.set != core.HTTPResponse {
		return
	}
	if count, rate, ok := core.CountersOf(s.Res.Status); ok {
		core.Count(r, count, rate, 1)
	}
}
