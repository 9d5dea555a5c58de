package converter

import (
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
	"gohap/runtime/sticktable"
)

// tableValues are the values of entries that converters look up by key.
var tableValues = []struct {
	name string
	data sticktable.DataType
	doc  string
}{
	{"table_bytes_in_rate", sticktable.BytesInRate, "How many bytes came within the period."},
	{"table_bytes_out_rate", sticktable.BytesOutRate, "How many bytes went out within the period."},
	{"table_conn_cnt", sticktable.ConnCnt, "How many connections were tracked."},
	{"table_conn_cur", sticktable.ConnCur, "How many connections are tracked."},
	{"table_conn_rate", sticktable.ConnRate, "How many connections were tracked within the period."},
	{"table_gpc0", sticktable.GPC0, "The first general purpose counter."},
	{"table_gpc0_rate", sticktable.GPC0Rate, "How fast the first general purpose counter grows."},
	{"table_gpc1", sticktable.GPC1, "The second general purpose counter."},
	{"table_gpc1_rate", sticktable.GPC1Rate, "How fast the second general purpose counter grows."},
	{"table_gpt0", sticktable.GPT0, "The first general purpose tag."},
	{"table_http_err_cnt", sticktable.HTTPErrCnt, "How many requests were clients' mistakes."},
	{"table_http_err_rate", sticktable.HTTPErrRate, "How many requests within the period were clients' mistakes."},
	{"table_http_fail_cnt", sticktable.HTTPFailCnt, "How many requests servers failed to answer."},
	{"table_http_fail_rate", sticktable.HTTPFailRate, "How many requests within the period servers failed to answer."},
	{"table_http_req_cnt", sticktable.HTTPReqCnt, "How many requests were tracked."},
	{"table_http_req_rate", sticktable.HTTPReqRate, "How many requests were tracked within the period."},
	{"table_kbytes_in", sticktable.BytesInCnt, "How many kilobytes came."},
	{"table_kbytes_out", sticktable.BytesOutCnt, "How many kilobytes went out."},
	{"table_server_id", sticktable.ServerID, "The number of the server."},
	{"table_sess_cnt", sticktable.SessCnt, "How many sessions were tracked."},
	{"table_sess_rate", sticktable.SessRate, "How many sessions were tracked within the period."},
	{"table_gpc", sticktable.GPC, "A general purpose counter of an array."},
	{"table_gpc_rate", sticktable.GPCRate, "How fast a general purpose counter of an array grows."},
	{"table_gpt", sticktable.GPT, "A general purpose tag of an array."},
}

func init() {
	for _, v := range tableValues {
		args := []registry.ArgSpec{argument(registry.ArgTable, "table")}
		usage := "(<table>)"
		if v.data.Array() {
			args = []registry.ArgSpec{argument(registry.ArgInt, "idx"), args[0]}
			usage = "(<idx>,<table>)"
		}
		shift := 0
		if v.data == sticktable.BytesInCnt || v.data == sticktable.BytesOutCnt {
			shift = 10 // told in kilobytes
		}
		registry.Converters.Add(&registry.Converter{
			Keyword: registry.Keyword{
				Name: v.name, Manual: "7.3.1", Usage: usage, Doc: v.doc + " It is 0 for a key that the table lacks.",
				Bad: []string{"src," + v.name, "src," + v.name + "(no-such-table)", "src," + v.name + "(0,no-such-table)"},
			},
			In: core.Any, Out: core.Sint, Min: len(args), Args: args,
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				table, index := &a[len(a)-1], int(a[0].Int)
				return lookup(table, func(e sticktable.Entry, found bool, p *core.Sample) bool {
					if !found {
						p.SetInt(0)
						return true
					}
					n, ok := e.Number(v.data, index)
					p.SetInt(int64(n >> shift))
					return ok
				}), nil
			},
		})
	}
	registry.Converters.Add(
		tableConverter("in_table", "Whether the table has the key.", core.Bool, func(_ sticktable.Entry, found bool, p *core.Sample) bool {
			p.SetBool(found)
			return true
		}),
		tableConverter("table_trackers", "How many streams and sessions track the key; the look-up counts as well.", core.Sint,
			func(e sticktable.Entry, found bool, p *core.Sample) bool {
				p.SetInt(0)
				if found {
					p.SetInt(int64(e.Refs()) + 1)
				}
				return true
			}),
		tableTime("table_expire", "In how many milliseconds the entry expires.", sticktable.Entry.Expires),
		tableTime("table_idle", "How many milliseconds ago the entry was touched.", func(e sticktable.Entry) int64 {
			if e.Table().Expire == 0 {
				return 0
			}
			return min(e.Idle(), e.Table().Expire)
		}),
	)
}

// lookup makes a converter that looks the key up. see gets the entry, locked.
func lookup(table *registry.Arg, see func(e sticktable.Entry, found bool, p *core.Sample) bool) core.Convert {
	return func(s *core.Stream, p *core.Sample) bool {
		var b sample.KeyBuffer
		key, ok := sample.Key(s, p, table.Table, &b)
		if !ok {
			return false
		}
		e, found := table.Table.Find(key, conn.Now())
		if found {
			defer e.Unlock()
		}
		return see(e, found, p)
	}
}

// tableConverter makes a converter that takes a table alone.
func tableConverter(name, doc string, out core.Type, see func(e sticktable.Entry, found bool, p *core.Sample) bool) *registry.Converter {
	return &registry.Converter{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.1", Usage: "(<table>)", Doc: doc,
			Bad: []string{"src," + name, "src," + name + "(no-such-table)", "src," + name + "(no-such-table,1)"},
		},
		In: core.Any, Out: out, Min: 1, Args: []registry.ArgSpec{argument(registry.ArgTable, "table")},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) { return lookup(&a[0], see), nil },
	}
}

// tableTime makes a converter to a time of an entry, or to a default.
func tableTime(name, doc string, of func(sticktable.Entry) int64) *registry.Converter {
	return &registry.Converter{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.1", Usage: "(<table>[,<default_value>])", Doc: doc + " A key that the table lacks has the default, or no value.",
			Bad: []string{"src," + name, "src," + name + "(no-such-table)", "src," + name + "(no-such-table,x)"},
		},
		In: core.Any, Out: core.Sint, Min: 1, Args: []registry.ArgSpec{argument(registry.ArgTable, "table"), argument(registry.ArgInt, "default_value")},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
			fallback := &a[1]
			return lookup(&a[0], func(e sticktable.Entry, found bool, p *core.Sample) bool {
				if !found {
					p.SetInt(fallback.Int)
					return fallback.Given
				}
				p.SetInt(of(e))
				return true
			}), nil
		},
	}
}
