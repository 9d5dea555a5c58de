package e2e

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"
)

// counterColumns are the columns of "show stat" that a case adds to. What is left
// out are names, settings, states, and what depends on the clock: rates, ages,
// averages, and maxima, which earlier cases may have set.
var counterColumns = []string{
	"qcur", "scur", "stot", "bin", "bout", "dreq", "dresp", "ereq", "econ", "eresp", "wretr", "wredis", "lbtot",
	"hrsp_1xx", "hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_5xx", "hrsp_other", "req_tot", "cli_abrt", "srv_abrt",
	"comp_in", "comp_out", "comp_byp", "comp_rsp", "dcon", "dses", "wrew", "connect", "reuse", "cache_lookups", "cache_hits",
	"intercepted", "conn_tot", "eint",
}

// counters are the cells of these columns, by "proxy/server column".
type counters map[string]int

// counters reads them from the stats socket, without the harness's own frontend.
func (v *variant) counters() (counters, error) {
	text, err := v.cli("show stat")
	if err != nil {
		return nil, err
	}
	rows := strings.Split(strings.TrimPrefix(text, "# "), "\n")
	at := map[string]int{}
	for i, name := range strings.Split(rows[0], ",") {
		at[name] = i
	}
	c := counters{}
	for _, row := range rows[1:] {
		cells := strings.Split(row, ",")
		if len(cells) < len(at) || cells[0] == "mark" {
			continue
		}
		for _, column := range counterColumns {
			if n, err := strconv.Atoi(cells[at[column]]); err == nil {
				c[fmt.Sprintf("%s/%s %s", cells[0], cells[1], column)] = n
			}
		}
	}
	return c, nil
}

// since lists what has changed from an earlier reading, a line each. loose says
// what is not to be compared.
func (c counters) since(old counters, loose map[string]bool) []string {
	var lines []string
	for name, n := range c {
		column := name[strings.LastIndexByte(name, ' ')+1:]
		if n == old[name] || loose["bytes"] && (column == "bin" || column == "bout") || loose["counts"] && column == "scur" ||
			loose["body"] && column == "comp_out" ||
			loose["reuse"] && (column == "connect" || column == "reuse") {
			continue
		}
		lines = append(lines, fmt.Sprintf("counted %s %+d", name, n-old[name]))
	}
	sort.Strings(lines)
	return lines
}

// count adds to both results what the programs counted meanwhile. Some of it is
// counted only when a connection has ended for good, which takes either a moment.
func (p pair) count(s *script, want, got *result) {
	var a, b []string
	var ref, bin counters
	within(countLimit, func() bool {
		var err error
		if ref, err = p.ref.counters(); err != nil {
			return true
		}
		if bin, err = p.bin.counters(); err != nil {
			return true
		}
		a, b = ref.since(p.ref.counted, s.loose), bin.since(p.bin.counted, s.loose)
		return strings.Join(a, "\n") == strings.Join(b, "\n")
	})
	p.ref.counted, p.bin.counted = ref, bin
	want.lines, got.lines = append(want.lines, a...), append(got.lines, b...)
}

// countLimit is how long two programs may take until they agree.
const countLimit = 500 * time.Millisecond
