package fetch

import (
	"fmt"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
	"gohap/runtime/sticktable"
)

// stored are the values of entries that rules can look at: of the entry that is
// tracked ("sc_conn_cnt"), and of the client's address ("src_conn_cnt").
var stored = []struct {
	name string
	data sticktable.DataType
	doc  string
}{
	{"bytes_in_rate", sticktable.BytesInRate, "How many bytes came within the period from %s."},
	{"bytes_out_rate", sticktable.BytesOutRate, "How many bytes went within the period to %s."},
	{"conn_cnt", sticktable.ConnCnt, "How many connections came from %s."},
	{"conn_cur", sticktable.ConnCur, "How many connections there are from %s."},
	{"conn_rate", sticktable.ConnRate, "How many connections came within the period from %s."},
	{"get_gpc0", sticktable.GPC0, "The first general purpose counter of %s."},
	{"get_gpc1", sticktable.GPC1, "The second general purpose counter of %s."},
	{"get_gpt0", sticktable.GPT0, "The first general purpose tag of %s."},
	{"gpc0_rate", sticktable.GPC0Rate, "How fast the first general purpose counter grows of %s."},
	{"gpc1_rate", sticktable.GPC1Rate, "How fast the second general purpose counter grows of %s."},
	{"http_err_cnt", sticktable.HTTPErrCnt, "How many requests were mistakes of %s."},
	{"http_err_rate", sticktable.HTTPErrRate, "How many requests within the period were mistakes of %s."},
	{"http_fail_cnt", sticktable.HTTPFailCnt, "How often servers failed %s."},
	{"http_fail_rate", sticktable.HTTPFailRate, "How often within the period servers failed %s."},
	{"http_req_cnt", sticktable.HTTPReqCnt, "How many requests came from %s."},
	{"http_req_rate", sticktable.HTTPReqRate, "How many requests came within the period from %s."},
	{"kbytes_in", sticktable.BytesInCnt, "How many kilobytes came from %s."},
	{"kbytes_out", sticktable.BytesOutCnt, "How many kilobytes went to %s."},
	{"sess_cnt", sticktable.SessCnt, "How many sessions came from %s."},
	{"sess_rate", sticktable.SessRate, "How many sessions came within the period from %s."},
}

// arrays are the values that are elements of arrays.
var arrays = []struct {
	name string
	data sticktable.DataType
	doc  string
}{
	{"get_gpc", sticktable.GPC, "A general purpose counter of %s."},
	{"get_gpt", sticktable.GPT, "A general purpose tag of %s."},
	{"gpc_rate", sticktable.GPCRate, "How fast a general purpose counter grows of %s."},
}

// changers are fetches that change what they return.
var changers = []struct {
	name        string
	count, rate sticktable.DataType
	clear       bool
	doc         string
}{
	{"clr_gpc", sticktable.GPC, sticktable.GPCRate, true, "Clears a general purpose counter, and returns what it was, of %s."},
	{"clr_gpc0", sticktable.GPC0, sticktable.GPC0Rate, true, "Clears the first general purpose counter, and returns what it was, of %s."},
	{"clr_gpc1", sticktable.GPC1, sticktable.GPC1Rate, true, "Clears the second general purpose counter, and returns what it was, of %s."},
	{"inc_gpc", sticktable.GPC, sticktable.GPCRate, false, "Adds one to a general purpose counter of %s."},
	{"inc_gpc0", sticktable.GPC0, sticktable.GPC0Rate, false, "Adds one to the first general purpose counter of %s."},
	{"inc_gpc1", sticktable.GPC1, sticktable.GPC1Rate, false, "Adds one to the second general purpose counter of %s."},
}

// look is how an entry, locked, is looked at. It reports false when the table
// does not store the value; without an entry the value is 0.
type look func(e sticktable.Entry, index int) (uint64, bool)

func reading(d sticktable.DataType) look {
	shift := 0
	if d == sticktable.BytesInCnt || d == sticktable.BytesOutCnt {
		shift = 10 // told in kilobytes
	}
	return func(e sticktable.Entry, index int) (uint64, bool) {
		n, ok := e.Number(d, index)
		return n >> shift, ok
	}
}

func changing(count, rate sticktable.DataType, clear bool) look {
	if clear {
		return func(e sticktable.Entry, index int) (uint64, bool) { return e.Clear(count, index) }
	}
	return func(e sticktable.Entry, index int) (uint64, bool) { return e.Increment(count, rate, index), true }
}

func init() {
	for _, v := range stored {
		register(v.name, v.doc, reading(v.data), false, false)
	}
	for _, v := range arrays {
		register(v.name, v.doc, reading(v.data), true, false)
	}
	for _, v := range changers {
		register(v.name, v.doc, changing(v.count, v.rate, v.clear), v.count == sticktable.GPC, true)
	}
}

// register enters a value's fetches: those of tracked entries, and that of the
// client's address. With indexed they take an index into an array first. What
// changes the entry of an address makes one.
func register(name, doc string, of look, indexed, change bool) {
	places := registry.L4Client | registry.CLIPlace
	if name == "kbytes_in" || name == "kbytes_out" {
		places = registry.L4Client
	}
	number := registry.ArgSpec{Kind: registry.ArgInt, Name: "idx"}
	table := registry.ArgSpec{Kind: registry.ArgTable, Name: "table"}
	var before []registry.ArgSpec
	if indexed {
		before = []registry.ArgSpec{number}
	}
	n := len(before)
	add := func(name, doc string, at registry.Places, least int, args []registry.ArgSpec, f func(a []registry.Arg) core.Fetch) {
		usage := "("
		for i, a := range args {
			if i == least {
				usage += "["
			}
			if i > 0 {
				usage += ","
			}
			usage += "<" + a.Name + ">"
			if i >= least {
				usage += "]"
			}
		}
		registry.Fetches.Add(&registry.Fetch{
			Keyword: registry.Keyword{Name: name, Manual: "7.3.3", Usage: usage + ")", Doc: doc, Bad: []string{name + "(no-such-table) gt 1", name + "(0,0,no-such-table) gt 1"}},
			Out:     core.Sint, At: at, Args: args, Min: least,
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) { return f(a), nil },
		})
	}
	counter := registry.ArgSpec{Kind: registry.ArgInt, Name: "ctr"}
	add("sc_"+name, fmt.Sprintf(doc, "the entry that is tracked"), places, n+1, append(append(before[:n:n], counter), table),
		func(a []registry.Arg) core.Fetch {
			return tracked(of, int(a[n].Int), index(a, indexed), &a[n+1])
		})
	for i := range core.MaxTracked {
		if indexed && (i != 1 || name != "clr_gpc") {
			continue // HAProxy has sc1_clr_gpc alone
		}
		add(fmt.Sprintf("sc%d_%s", i, name), fmt.Sprintf(doc, "the entry that is tracked"), places, n, append(before[:n:n], table),
			func(a []registry.Arg) core.Fetch { return tracked(of, i, index(a, indexed), &a[n]) })
	}
	add("src_"+name, fmt.Sprintf(doc, "the client's address"), registry.L4Client, n+1, append(before[:n:n], table),
		func(a []registry.Arg) core.Fetch { return ofSource(of, index(a, indexed), &a[n], change) })
}

func index(a []registry.Arg, indexed bool) int {
	if !indexed {
		return 0
	}
	return int(a[0].Int)
}

// tracked makes a fetch of a tracked entry's value, or of that which another
// table stores for the same key.
func tracked(of look, counter, index int, table *registry.Arg) core.Fetch {
	return func(s *core.Stream, p *core.Sample) bool {
		r, ok := trackedRef(s, counter)
		if !ok {
			return false
		}
		return showTracked(of, r, table.Table, index, p)
	}
}

// showTracked shows a value of the entry that r refers to, or, with another table,
// of the one that this has for the same key.
func showTracked(of look, r sticktable.Ref, other *sticktable.Table, index int, p *core.Sample) bool {
	e := r.Lock(conn.Now())
	if other == nil || other == r.Table() {
		return show(of, e, index, p)
	}
	var b [maxStackKey]byte
	key := append(b[:0], e.Key()...)
	e.Unlock()
	return showKey(of, other, key, index, false, p)
}

// maxStackKey is how long a key may be that needs no memory of its own.
const maxStackKey = 256

// trackedRef returns what the stream tracks as that counter.
func trackedRef(s *core.Stream, counter int) (sticktable.Ref, bool) {
	if s == nil || s.Session == nil || counter < 0 || counter >= core.MaxTracked {
		return sticktable.Ref{}, false
	}
	r := s.Counter(counter)
	return r, r.Valid()
}

// ofSource makes a fetch of the value that a table stores for the client's
// address.
func ofSource(of look, index int, table *registry.Arg, change bool) core.Fetch {
	return func(s *core.Stream, p *core.Sample) bool {
		if !s.Session.Src.IsValid() {
			return false
		}
		p.SetIP(s.Session.Src.Addr())
		var b sample.KeyBuffer
		key, ok := sample.Key(s, p, table.Table, &b)
		return ok && showKey(of, table.Table, key, index, change, p)
	}
}

// showKey shows the value of a key's entry. Without an entry it is 0, unless the
// fetch changes it, for which one is made.
func showKey(of look, t *sticktable.Table, key []byte, index int, change bool, p *core.Sample) bool {
	var (
		e  sticktable.Entry
		ok bool
	)
	if change {
		e, ok = t.Get(key, conn.Now())
	} else {
		e, ok = t.Find(key, conn.Now())
	}
	if !ok {
		p.SetInt(0)
		return true
	}
	return show(of, e, index, p)
}

// show sets p to a value of e, and unlocks it.
func show(of look, e sticktable.Entry, index int, p *core.Sample) bool {
	n, ok := of(e, index)
	e.Unlock()
	p.SetInt(int64(n))
	return ok
}
