package global

import (
	"gohap/parser/ast"
	"gohap/runtime/registry"
)

// Words that tune machinery which does not exist here: HAProxy's pollers, memory
// pools, scheduler, C library. They are accepted, since leaving them out changes
// nothing that can be observed, and a note under -dD says so.
var meaningless = []struct {
	name, doc, sample string
	args              int
	no                bool
}{
	{"busy-polling", "HAProxy's pollers spin instead of sleeping.", "", 0, true},
	{"nopoll", "HAProxy does without poll.", "", 0, false},
	{"nokqueue", "HAProxy does without kqueue.", "", 0, false},
	{"noevports", "HAProxy does without event ports.", "", 0, false},
	{"nogetaddrinfo", "HAProxy resolves without getaddrinfo.", "", 0, false},
	{"numa-cpu-mapping", "HAProxy binds itself to one NUMA node.", "", 0, true},
	{"maxcompcpuusage", "Stops compression above a load.", "90", 1, false},
	{"maxzlibmem", "Bounds zlib's memory.", "100", 1, false},
	{"tune.buffers.limit", "Bounds HAProxy's buffers.", "1000", 1, false},
	{"tune.buffers.reserve", "Buffers that HAProxy keeps for itself.", "2", 1, false},
	{"tune.fail-alloc", "Makes HAProxy's allocations fail, for tests.", "0", 1, false},
	{"tune.fd.edge-triggered", "How HAProxy's poller reports.", "on", 1, false},
	{"tune.idle-pool.shared", "HAProxy's threads share idle connections.", "on", 1, false},
	{"tune.maxaccept", "How many connections HAProxy accepts at once.", "4", 1, false},
	{"tune.maxpollevents", "How many events HAProxy's pollers return.", "200", 1, false},
	{"tune.pattern.cache-size", "HAProxy's cache of matched patterns.", "10000", 1, false},
	{"tune.pipesize", "The size of HAProxy's pipes.", "65536", 1, false},
	{"tune.pool-high-fd-ratio", "When HAProxy gives idle connections up.", "25", 1, false},
	{"tune.pool-low-fd-ratio", "When HAProxy keeps fewer idle connections.", "20", 1, false},
	{"tune.recv_enough", "When HAProxy stops to read.", "1000", 1, false},
	{"tune.idletimer", "When HAProxy takes a stream for a bulk transfer.", "1000", 1, false},
	{"tune.runqueue-depth", "How many tasks HAProxy runs in a row.", "200", 1, false},
	{"tune.sched.low-latency", "HAProxy's scheduler favours latency.", "on", 1, false},
	{"tune.memory.hot-size", "HAProxy's thread caches.", "524288", 1, false},
	{"tune.comp.maxlevel", "The compression level at most.", "1", 1, false},
	{"tune.zlib.memlevel", "zlib's memory level.", "8", 1, false},
	{"tune.zlib.windowsize", "zlib's window.", "15", 1, false},
}

func init() {
	for _, m := range meaningless {
		line := m.name
		if m.sample != "" {
			line += " " + m.sample
		}
		d := directive(m.name, "3.2", m.doc+" Accepted, without a meaning here.", []string{line}, nil,
			func(c *registry.Compiler, st *ast.Statement) {
				if m.args == 0 && !c.MaxArgs(st, 1, 0) {
					return
				}
				if m.args > 0 {
					if _, ok := c.Word(st, 1, 0, "an argument."); !ok || !c.MaxArgs(st, 1, m.args) {
						return
					}
				}
				c.Note(&st.Words[0], "'%s' has no meaning for gohap and is ignored.", m.name)
			})
		d.No, d.Default = m.no, m.no
		registry.Directives.Add(d)
	}
	const multi = "tune.listener.multi-queue"
	registry.Directives.Add(directive(multi, "3.2", "HAProxy's threads hand each other connections. Accepted, without a meaning here.",
		[]string{multi + " on", multi + " off"}, []string{multi, multi + " x", multi + " on x"},
		func(c *registry.Compiler, st *ast.Statement) {
			if !c.MaxArgs(st, 1, 1) {
				return
			}
			w, arg := &st.Words[0], ""
			if len(st.Words) > 1 {
				w = &st.Words[1]
				arg = w.Text
			}
			if arg != "on" && arg != "off" {
				c.Alert(w, "'%s' expects either 'on' or 'off' but got '%s'.", multi, arg)
				return
			}
			c.Note(w, "'%s' has no meaning for gohap and is ignored.", multi)
		}))
}
