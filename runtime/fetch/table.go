package fetch

import (
	"fmt"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
	"gohap/runtime/sticktable"
)

func init() {
	registry.Fetches.Add(
		ofTable("table_avl", "How many more entries fit into a table.", func(t *sticktable.Table) int { return t.Size - t.Used(conn.Now()) }),
		ofTable("table_cnt", "How many entries a table has.", func(t *sticktable.Table) int { return t.Used(conn.Now()) }),
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "src_updt_conn_cnt", Manual: "7.3.3", Usage: "(<table>)", Doc: "Counts a connection of the client's address, and returns how many there were.",
				Bad: []string{"src_updt_conn_cnt(no-such-table) gt 1"},
			},
			Out: core.Sint, At: registry.L4Client, Args: []registry.ArgSpec{{Kind: registry.ArgTable, Name: "table"}}, Min: 1,
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) { return countConnection(&a[0]), nil },
		},
	)
	counter := registry.ArgSpec{Kind: registry.ArgInt, Name: "ctr"}
	table := registry.ArgSpec{Kind: registry.ArgTable, Name: "table"}
	for _, v := range []struct {
		name, doc string
		out       core.Type
		of        func(r sticktable.Ref, table *registry.Arg, p *core.Sample) bool
	}{
		{"tracked", "Whether an entry is tracked.", core.Bool, isTracked},
		{"trackers", "How many streams and sessions track the entry.", core.Sint, trackers},
	} {
		fetch := func(counter int, table *registry.Arg) (core.Fetch, error) {
			return func(s *core.Stream, p *core.Sample) bool {
				r, _ := trackedRef(s, counter)
				return v.of(r, table, p)
			}, nil
		}
		registry.Fetches.Add(&registry.Fetch{
			Keyword: registry.Keyword{Name: "sc_" + v.name, Manual: "7.3.3", Usage: "(<ctr>[,<table>])", Doc: v.doc, Bad: []string{"sc_" + v.name, "sc_" + v.name + "(x)"}},
			Out:     v.out, At: registry.L4Client | registry.CLIPlace, Args: []registry.ArgSpec{counter, table}, Min: 1,
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) { return fetch(int(a[0].Int), &a[1]) },
		})
		for i := range core.MaxTracked {
			name := fmt.Sprintf("sc%d_%s", i, v.name)
			registry.Fetches.Add(&registry.Fetch{
				Keyword: registry.Keyword{Name: name, Manual: "7.3.3", Usage: "([<table>])", Doc: v.doc, Bad: []string{name + "(no-such-table) gt 1"}},
				Out:     v.out, At: registry.L4Client | registry.CLIPlace, Args: []registry.ArgSpec{table},
				Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) { return fetch(i, &a[0]) },
			})
		}
	}
}

func ofTable(name, doc string, of func(*sticktable.Table) int) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.2", Usage: "([<table>])", Doc: doc, Bad: []string{name + "(no-such-table) gt 1", name + " gt 1"}},
		Out:     core.Sint, At: registry.Running, Args: []registry.ArgSpec{{Kind: registry.ArgTable, Name: "table"}}, Min: 1,
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
			return func(_ *core.Stream, p *core.Sample) bool {
				p.SetInt(int64(of(a[0].Table)))
				return true
			}, nil
		},
	}
}

// isTracked does not ask whether the other table has the key.
func isTracked(r sticktable.Ref, _ *registry.Arg, p *core.Sample) bool {
	p.SetBool(r.Valid())
	return true
}

func trackers(r sticktable.Ref, table *registry.Arg, p *core.Sample) bool {
	if !r.Valid() {
		return false
	}
	return showTracked(func(e sticktable.Entry, _ int) (uint64, bool) { return uint64(e.Refs()), true }, r, table.Table, 0, p)
}

func countConnection(table *registry.Arg) core.Fetch {
	return func(s *core.Stream, p *core.Sample) bool {
		if !s.Session.Src.IsValid() {
			return false
		}
		p.SetIP(s.Session.Src.Addr())
		var b sample.KeyBuffer
		key, ok := sample.Key(s, p, table.Table, &b)
		if !ok {
			return false
		}
		e, ok := table.Table.Get(key, conn.Now())
		if !ok {
			p.SetInt(0)
			return true
		}
		e.Add(sticktable.ConnCnt, 0, 1)
		n, ok := e.Number(sticktable.ConnCnt, 0)
		e.Unlock()
		p.SetInt(int64(n))
		return ok
	}
}
