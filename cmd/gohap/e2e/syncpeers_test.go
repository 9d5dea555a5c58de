package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gohap/runtime/certs/testpki"
)

// syncConfig is a process that shares tables of all types of keys and data.
const syncConfig = `global
    localpeer %[1]s
    stats socket %[2]s level admin
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
peers mypeers
%[3]s
    table words type string len 20 size 10k expire 1h store gpt0,gpc0,gpc0_rate(1h),gpc1,gpc1_rate(1h)
    table numbers type integer size 1k store conn_cnt,conn_rate(1h),sess_cnt,sess_rate(1h),conn_cur
    table none type string len 10 size 1k expire 1h
backend ips
    stick-table type ip size 1k expire 1h peers mypeers store http_req_cnt,http_req_rate(1h),http_err_cnt,http_err_rate(1h),http_fail_cnt,http_fail_rate(1h)
backend v6
    stick-table type ipv6 size 1k expire 1h peers mypeers store bytes_in_cnt,bytes_in_rate(1h),bytes_out_cnt,bytes_out_rate(1h)
backend bins
    stick-table type binary len 8 size 1k expire 1h peers mypeers store gpt(3),gpc(2),gpc_rate(2,1h)
backend sticky
    stick-table type string size 1k expire 1h peers mypeers
    stick on path
    server s1 %[5]s
    server s2 %[5]s
backend short
    stick-table type string size 1k expire 2s peers mypeers store gpc0
frontend fe
    bind %[4]s
    http-request track-sc0 path table bins if { path_beg /bin }
    http-request sc-inc-gpc(1,0) if { path_beg /bin }
    http-request sc-set-gpt(2,0) 7 if { path_beg /bin }
    http-request track-sc2 path table mypeers/words if { path_beg /word }
    http-request sc-inc-gpc0(2) if { path_beg /word }
    http-request return status 200 unless { path_beg /stick }
    default_backend sticky
frontend answers
    bind %[5]s
    http-request return status 200
`

// syncTables are the tables that the processes share.
var syncTables = []string{"mypeers/words", "mypeers/numbers", "mypeers/none", "ips", "v6", "bins", "sticky"}

// syncNode is a process among its peers.
type syncNode struct {
	name, bin   string
	cli, front  string
	config      string
	proc        *process
	peerAddress string
}

// newSyncNodes prepares a process for each program. lines makes the lines that tell
// a node of all of them; nil is "peer" lines.
func newSyncNodes(t testing.TB, bins []string, lines func(me int, all []*syncNode) string) []*syncNode {
	t.Helper()
	var all []*syncNode
	for i, bin := range bins {
		dir := publicDir(t)
		all = append(all, &syncNode{
			name: "n" + strconv.Itoa(i+1), bin: bin, cli: filepath.Join(dir, "cli"), front: freeAddr(t), peerAddress: freeAddr(t),
			config: filepath.Join(dir, "haproxy.cfg"),
		})
	}
	if lines == nil {
		lines = func(_ int, all []*syncNode) (text string) {
			for _, n := range all {
				text += "    peer " + n.name + " " + n.peerAddress + "\n"
			}
			return text
		}
	}
	for i, n := range all {
		writeFile(t, n.config, fmt.Sprintf(syncConfig, n.name, n.cli, lines(i, all), n.front, freeAddr(t)))
	}
	return all
}

func (n *syncNode) start(t testing.TB, args ...string) {
	t.Helper()
	n.proc = start(t, n.bin, append([]string{"-db", "-f", n.config}, args...)...)
	eventually(t, 20*time.Second, n.name+" listens", func() bool {
		_, err := cliCommand(n.cli, "show info")
		return err == nil && listening(n.front) || !n.proc.running()
	})
	if !n.proc.running() {
		t.Fatalf("%s ends:\n%s", n.bin, n.proc.stderr.String())
	}
}

func (n *syncNode) kill(t testing.TB) {
	t.Helper()
	n.proc.signal(t, syscall.SIGKILL)
	n.proc.wait(t, 10*time.Second)
}

func (n *syncNode) do(t testing.TB, command string) string {
	t.Helper()
	text, err := cliCommand(n.cli, command)
	if err != nil {
		t.Fatalf("%s: %s: %v", n.name, command, err)
	}
	return text
}

func (n *syncNode) get(t testing.TB, path string) {
	t.Helper()
	r, err := http.Get("http://" + n.front + path)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
}

// change makes and changes entries of all tables, with keys and values of its own.
func (n *syncNode) change(t testing.TB, mark int) {
	t.Helper()
	set := func(table, key, data string) {
		n.do(t, fmt.Sprintf("set table %s key %s %s", table, key, syncData.ReplaceAllString(data, "data.$0")))
	}
	word := fmt.Sprintf("w%d", mark)
	set("mypeers/words", word, fmt.Sprintf(" gpt0 %d gpc0 %d gpc0_rate 100000 gpc1 3 gpc1_rate 5", mark, 4000000000+mark))
	set("mypeers/words", fmt.Sprintf("%d2345678901234567890123", mark), fmt.Sprintf(" gpt0 %d", mark))
	set("mypeers/words", "short", "")
	set("mypeers/numbers", strconv.Itoa(mark*1000003), fmt.Sprintf(" conn_cnt %d conn_rate 2 sess_cnt 240 sess_rate 2288", mark))
	set("mypeers/none", word, "")
	set("ips", fmt.Sprintf("10.0.0.%d", mark), " http_req_cnt 1 http_req_rate 1 http_err_cnt 2 http_err_rate 3 http_fail_cnt 4 http_fail_rate 5")
	set("v6", fmt.Sprintf("2001:db8::%d", mark), " bytes_in_cnt 12345678901234 bytes_in_rate 264432 bytes_out_cnt 239 bytes_out_rate 33818864")
	for i := range 3 {
		n.get(t, fmt.Sprintf("/bin%d%d", mark, i%2))
		n.get(t, fmt.Sprintf("/word%d", mark))
		n.get(t, fmt.Sprintf("/stick%d%d", mark, i))
	}
}

// syncNoise is what two processes do not have in common: where an entry lies, how
// many use it, and what was counted at a moment of its own.
var syncNoise = regexp.MustCompile(`^0x[0-9a-f]+: | (use|conn_cur)=\d+`)

// table gives what the process has in a table, without when entries expire.
func (n *syncNode) table(t testing.TB, name string) (entries []string) {
	t.Helper()
	for line := range strings.Lines(n.do(t, "show table "+name)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "0x") {
			line = syncNoise.ReplaceAllString(line, "")
			entries = append(entries, syncExpires.ReplaceAllString(line, ""))
		}
	}
	return entries
}

// syncData finds the names of data types.
var syncData = regexp.MustCompile(`[a-z]\w*`)

var syncExpires = regexp.MustCompile(` exp=\d+`)

// tables gives all of them.
func (n *syncNode) tables(t testing.TB) string {
	t.Helper()
	var b strings.Builder
	for _, name := range syncTables {
		fmt.Fprintf(&b, "%s:\n  %s\n", name, strings.Join(n.table(t, name), "\n  "))
	}
	return b.String()
}

// agree waits until all have the same entries, and as many words as wanted.
func agree(t *testing.T, when string, words int, nodes ...*syncNode) {
	t.Helper()
	ok := within(20*time.Second, func() bool {
		first := nodes[0].tables(t)
		return len(nodes[0].table(t, "mypeers/words")) == words &&
			!slices.ContainsFunc(nodes[1:], func(n *syncNode) bool { return n.tables(t) != first })
	})
	if ok {
		return
	}
	for _, n := range nodes {
		t.Logf("%s (%s):\n%s%s", n.name, filepath.Base(n.bin), n.tables(t), n.do(t, "show peers"))
	}
	t.Fatalf("%s: the tables differ, or there are not %d words", when, words)
}

// wordsOf is how many words a number of changes leaves.
func wordsOf(changes int) int { return 1 + 3*changes }

// TestPeersSync has HAProxy and two gohaps share their tables: what one enters, all
// have, also those that were away.
func TestPeersSync(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	nodes := newSyncNodes(t, []string{ref, bin, bin}, nil)
	a, b, c := nodes[0], nodes[1], nodes[2]
	a.start(t)
	b.start(t)
	a.change(t, 1)
	b.change(t, 2)
	agree(t, "two processes", wordsOf(2), a, b)
	c.start(t)
	agree(t, "a third joins", wordsOf(2), a, b, c)
	c.change(t, 3)
	agree(t, "the third has changes", wordsOf(3), a, b, c)
	b.kill(t)
	a.change(t, 4)
	c.change(t, 5)
	agree(t, "one is away", wordsOf(5), a, c)
	b.start(t)
	agree(t, "it is back", wordsOf(5), a, b, c)
	a.kill(t)
	b.change(t, 6)
	a.start(t)
	agree(t, "HAProxy was away", wordsOf(6), a, b, c)
	for _, n := range nodes {
		if lines := n.table(t, "sticky"); len(lines) == 0 || !strings.Contains(lines[0], "server_key=s") {
			t.Errorf("%s: %q", n.name, lines)
		}
		if text := n.do(t, "show table mypeers/words"); !strings.Contains(text, " exp=35") {
			t.Errorf("%s: entries do not expire within the hour:\n%s", n.name, text)
		}
	}
	// An entry that expires or is removed stays with the others for as long as it lives.
	b.do(t, "clear table mypeers/none")
	if n := len(b.table(t, "mypeers/none")); n != 0 {
		t.Errorf("%d entries left", n)
	}
	if n := len(a.table(t, "mypeers/none")); n == 0 {
		t.Error("the others' entries are gone")
	}
	b.do(t, "set table short key x data.gpc0 1")
	eventually(t, 5*time.Second, "a short entry comes", func() bool { return len(a.table(t, "short"))*len(c.table(t, "short")) == 1 })
	eventually(t, 5*time.Second, "a short entry expires", func() bool { return len(a.table(t, "short"))+len(c.table(t, "short")) == 0 })
}

// TestPeersReload has a process of either kind teach the one that takes its place.
func TestPeersReload(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	for _, c := range []struct{ name, old, new string }{
		{"gohap-gohap", bin, bin}, {"haproxy-gohap", ref, bin}, {"gohap-haproxy", bin, ref},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			nodes := newSyncNodes(t, []string{c.old, ref}, nil) // the other never starts
			n := nodes[0]
			n.start(t)
			n.change(t, 1)
			for i := range 500 {
				n.do(t, fmt.Sprintf("set table mypeers/words key many%d data.gpc0 %d", i, i))
			}
			before, old := n.tables(t), n.proc
			if c.old == ref {
				// It does not teach before it knows that there is nobody to learn from.
				eventually(t, 20*time.Second, "HAProxy gives up learning", func() bool {
					return strings.Contains(n.do(t, "show peers"), "resync_timeout=<PAST>")
				})
			}
			n.bin = c.new
			n.start(t, "-sf", strconv.Itoa(old.pid()))
			if rc := old.wait(t, 20*time.Second); rc != 0 {
				t.Errorf("the old process exits with %d", rc)
			}
			if after := n.tables(t); after != before {
				t.Errorf("before\n%safter\n%s", tail(before), tail(after))
			}
		})
	}
}

// TestPeersTLS has the peers encrypt what they say.
func TestPeersTLS(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	dir := publicDir(t)
	if err := testpki.Write(dir); err != nil {
		t.Fatal(err)
	}
	nodes := newSyncNodes(t, []string{ref, bin, bin}, func(me int, all []*syncNode) string {
		text := "    bind " + all[me].peerAddress + " ssl crt " + dir + "/site.pem\n    default-server ssl verify none\n"
		for i, n := range all {
			if text += "    server " + n.name; i != me {
				text += " " + n.peerAddress
			}
			text += "\n"
		}
		return text
	})
	for i, n := range nodes {
		n.start(t)
		n.change(t, i+1)
	}
	agree(t, "over TLS", wordsOf(3), nodes...)
}
