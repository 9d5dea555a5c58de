package csv_test

import (
	"bytes"
	stdcsv "encoding/csv"
	"regexp"
	"strings"
	"testing"

	"gohap/stats"
	"gohap/stats/csv"
	"gohap/stats/internal/example"
)

// header is the first line of the CSV of HAProxy 2.6.12, cut at what depends on
// its build.
const header = "# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,weight,act,bck,chkfail,chkdown,lastchg,downtime,qlimit,pid,iid,sid,throttle,lbtot,tracked,type,rate,rate_lim,rate_max,check_status,check_code,check_duration,hrsp_1xx,hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,hrsp_other,hanafail,req_rate,req_rate_max,req_tot,cli_abrt,srv_abrt,comp_in,comp_out,comp_byp,comp_rsp,lastsess,last_chk,last_agt,qtime,ctime,rtime,ttime,agent_status,agent_code,agent_duration,check_desc,agent_desc,check_rise,check_fall,check_health,agent_rise,agent_fall,agent_health,addr,cookie,mode,algo,conn_rate,conn_rate_max,conn_tot,intercepted,dcon,dses,wrew,connect,reuse,cache_lookups,cache_hits,srv_icur,src_ilim,qtime_max,ctime_max,rtime_max,ttime_max,eint,idle_conn_cur,safe_conn_cur,used_conn_cur,need_conn_est,uweight,agg_server_status,agg_server_check_status,agg_check_status,-,ssl_sess,"

func TestHeader(t *testing.T) {
	if got := string(csv.AppendHeader(nil)); !strings.HasPrefix(got, header) {
		t.Errorf("header is\n%s", got)
	}
}

// times are columns 23 and 24, lastchg and downtime, and columns 38 and 64, the
// durations of checks.
var times = regexp.MustCompile(`^((?:[^,]*,){23})\d*,\d*,((?:[^,]*,){13})\d*,((?:[^,]*,){25})\d*,`)

func TestCSVIsHAProxys(t *testing.T) {
	h, snap, _ := example.Start(t)
	var got bytes.Buffer
	if err := csv.Write(&got, snap, nil, csv.Options{Legends: true}); err != nil {
		t.Fatal(err)
	}
	g, w := strings.Split(got.String(), "\n"), strings.Split(h.Steady(t, "show stat"), "\n")
	if len(g) != len(w) {
		t.Fatalf("%d lines, haproxy has %d", len(g), len(w))
	}
	for i := range g {
		a, b := times.ReplaceAllString(g[i], "${1},,${2},${3},"), times.ReplaceAllString(w[i], "${1},,${2},${3},")
		if a != b {
			t.Errorf("line %d:\n gohap   %s\n haproxy %s", i+1, a, b)
		}
	}
}

func TestTextsAreQuoted(t *testing.T) {
	for in, want := range map[string]string{
		"plain <&'": "plain <&'",
		"a,b":       `"a,b"`,
		`a"b`:       `"a""b"`,
		"a\nb":      "\"a\nb\"",
		"":          "",
	} {
		if got := string(csv.AppendText([]byte("x"), in)); got != "x"+want {
			t.Errorf("%q becomes %s, want %s", in, got[1:], want)
		}
	}
}

func TestEveryLineHasEveryColumn(t *testing.T) {
	snap := example.Snapshot(example.Addrs{Open: "[::1]:80"})
	snap.List[0].Servers[0].Check.Last = "line one\r\nline \"two\", end"
	var out bytes.Buffer
	if err := csv.Write(&out, snap, nil, csv.Options{Legends: true}); err != nil {
		t.Fatal(err)
	}
	records, err := stdcsv.NewReader(&out).ReadAll() // fails on uneven lines
	if err != nil {
		t.Fatal(err)
	}
	if len(records) != 13 || len(records[0]) != len(stats.Columns)+2 {
		t.Errorf("%d lines of %d columns", len(records), len(records[0]))
	}
}

func TestNoProxyMeansHeaderOnly(t *testing.T) {
	var out bytes.Buffer
	if err := csv.Write(&out, example.Snapshot(example.Addrs{}), &stats.Filter{Proxy: "none"}, csv.Options{}); err != nil {
		t.Fatal(err)
	}
	if out.String() != string(csv.AppendHeader(nil)) {
		t.Errorf("got %q", out.String())
	}
}
