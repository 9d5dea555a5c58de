package fetch

import (
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	for _, f := range []struct {
		name, doc string
		of        func(u conn.Usage) int64
	}{
		{"cpu_calls", "How many turns on its thread the stream has had.", func(u conn.Usage) int64 { return u.Calls }},
		{"cpu_ns_tot", "How many nanoseconds the turns of the stream took that are over, with profiling.tasks on.", func(u conn.Usage) int64 { return int64(u.CPU) }},
		{"cpu_ns_avg", "How many nanoseconds a turn of the stream took on average, with profiling.tasks on.", func(u conn.Usage) int64 { return int64(u.CPU) / max(u.Calls, 1) }},
		{"lat_ns_tot", "How many nanoseconds the stream has waited for its turns, with profiling.tasks on.", func(u conn.Usage) int64 { return int64(u.Latency) }},
		{"lat_ns_avg", "How many nanoseconds the stream has waited for a turn on average, with profiling.tasks on.", func(u conn.Usage) int64 { return int64(u.Latency) / max(u.Calls, 1) }},
	} {
		registry.Fetches.Add(&registry.Fetch{
			Keyword: registry.Keyword{Name: f.name, Manual: "7.3.2", Doc: f.doc, OK: []string{f.name + " gt 1"}},
			Out:     core.Sint, At: registry.Running,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				p.SetInt(f.of(conn.TaskUsage()))
				return !embryonic(s)
			}),
		})
	}
}
