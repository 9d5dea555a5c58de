package pattern

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// list returns a list of patterns and an expression over it.
func list(t testing.TB, k Kind, fold bool, patterns ...string) (*Ref, *Expr) {
	t.Helper()
	r := NewSet().Line("test")
	for _, p := range patterns {
		r.Append(p, "value of "+p, 0)
	}
	x, _, err := r.Expr(k, fold, NoOutput, false)
	if err != nil {
		t.Fatal(err)
	}
	return r, x
}

func find(x *Expr, text string) string {
	if e := lookup(x, text); e != nil {
		return e.Pattern
	}
	return "-"
}

func lookup(x *Expr, text string) *Entry {
	in := Input{Bytes: []byte(text)}
	switch x.Kind {
	case Int, Dotted:
		fmt.Sscan(text, &in.Int)
	case Len:
		in.Int = int64(len(text))
	case IP:
		in.Addr = netip.MustParseAddr(text)
	}
	return x.Find(in)
}

func TestFind(t *testing.T) {
	for _, c := range []struct {
		kind     Kind
		patterns string
		finds    map[string]string
	}{
		{Str, "ab abc a abd b ab", map[string]string{"ab": "ab", "a": "a", "abd": "abd", "abe": "-", "": "-", "abcd": "-", "c": "-"}},
		{Beg, "ab abcd b", map[string]string{"abx": "ab", "ab": "ab", "abcde": "abcd", "abc": "ab", "a": "-", "": "-", "bb": "b"}},
		{End, "com a.com .com x", map[string]string{"a.com": "com", "ax": "x", "co": "-", "": "-", "m": "-"}},
		{Sub, "bc b", map[string]string{"abcd": "bc", "ab": "b", "c": "-"}},
		{Dir, "a /b/ c/d x", map[string]string{"/a/b": "a", "/b": "/b/", "b?x": "/b/", "/c/d?": "c/d", "/c/": "-", "/ab": "-", "": "-", "/y/x": "x"}},
		{Dom, "a.b c", map[string]string{"x.a.b.y": "a.b", "c": "c", "c.d:80": "c", "cc": "-", "aa.b": "-", "x.c": "c"}},
		{Int, "3 5:7 :0 1 100: 20-30", map[string]string{"3": "3", "25": "20-30", "-1": ":0", "5": "5:7", "7": "5:7", "-9": ":0", "2": "-", "1": "1", "1000": "100:"}},
		{Len, "3 5:7", map[string]string{"abc": "3", "abcdef": "5:7", "a": "-"}},
		{Dotted, "3.1 1:2.3", map[string]string{"196609": "3.1", "196608": "-", "65536": "1:2.3", "131075": "1:2.3"}},
		{Reg, "^a b$ ^(?!c)", map[string]string{"ab": "^a", "cb": "b$", "d": "^(?!c)", "c": "-"}},
		{Bin, "6162 61", map[string]string{"ab": "6162", "a": "61", "b": "-"}},
		{IP, "10.0.0.0/8 10.1.0.0/16 1.2.3.4 2001:db8::/32 ::ffff:9.9.0.0/112 8.8.8.8/255.0.255.255 20.1/16 017.256", map[string]string{
			"10.1.2.3": "10.1.0.0/16", "10.2.2.3": "10.0.0.0/8", "1.2.3.4": "1.2.3.4", "1.2.3.5": "-", "2001:db8::1": "2001:db8::/32",
			"::ffff:1.2.3.4": "1.2.3.4", "::1.2.3.4": "1.2.3.4", "2002:102:304::": "1.2.3.4", "64:ff9b::102:304": "-",
			"9.9.9.9": "::ffff:9.9.0.0/112", "8.1.8.8": "8.8.8.8/255.0.255.255", "20.0.0.9": "20.1/16", "20.1.0.0": "-", "15.0.1.0": "017.256"}},
		{Found, "a", map[string]string{"a": "-"}},
	} {
		_, x := list(t, c.kind, false, strings.Fields(c.patterns)...)
		for v, want := range c.finds {
			if got := find(x, v); got != want {
				t.Errorf("%s %q in %q: %s, want %s", c.kind, v, c.patterns, got, want)
			}
		}
	}
}

func TestWrongPatterns(t *testing.T) {
	for _, c := range []struct {
		kind          Kind
		pattern, want string
	}{
		{Int, "a", "'a' is not a number"}, {Int, "5:3", "'5:3' is not a valid number range"}, {Int, ":", "':' is not a valid number range"},
		{Int, "+5", "'+5' is not a number"}, {Int, "-5:3", "'-5:3' is not a valid number range"}, {Int, "a:3", "'a:3' is not a valid number range"}, {Dotted, "3.x", "'3.x' is not a dotted number"},
		{IP, "x", "'x' is not a valid IPv4 or IPv6 address"}, {IP, "1.2.3.4/33", "'1.2.3.4/33' is not a valid IPv4 or IPv6 address"},
		{IP, "1.2.3.", "'1.2.3.' is not a valid IPv4 or IPv6 address"}, {IP, "1.2.3.300", "'1.2.3.300' is not a valid IPv4 or IPv6 address"},
		{IP, "::1/129", "'::1/129' is not a valid IPv4 or IPv6 address"}, {Bin, "0", "an even number of hex digit is expected"},
		{Bin, "0g", "an hex digit is expected (found 'g')"}, {Reg, "(", "regex '(' is invalid (error=missing closing parenthesis, erroffset=1)"},
	} {
		r := NewSet().Line("test")
		r.Append(c.pattern, "", 0)
		if _, _, err := r.Expr(c.kind, false, NoOutput, false); err == nil || err.Error() != c.want {
			t.Errorf("%s %s: %v, want %s", c.kind, c.pattern, err, c.want)
		}
	}
}

func TestFold(t *testing.T) {
	for _, k := range []Kind{Str, Beg, End, Sub, Dir, Dom} {
		if _, x := list(t, k, true, "AbC"); find(x, "abc") != "AbC" {
			t.Errorf("%s: not found", k)
		}
	}
}

// TestChanges makes random changes and compares with a plain list.
func TestChanges(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		b := make([]byte, 1+rnd.IntN(4))
		for i := range b {
			b[i] = "ab"[rnd.IntN(2)]
		}
		return string(b)
	}
	for _, k := range []Kind{Str, Beg, End, Sub, Dir, Reg} {
		r, x := list(t, k, false)
		var plain []string
		for range 3000 {
			w := word()
			switch rnd.IntN(4) {
			case 0, 1:
				if err := r.Add(w, ""); err != nil {
					t.Fatal(err)
				}
				plain = append(plain, w)
			case 2:
				var rest []string
				for _, p := range plain {
					if p != w {
						rest = append(rest, p)
					}
				}
				if r.Delete(w) != (len(rest) < len(plain)) {
					t.Fatalf("%s: delete %s", k, w)
				}
				plain = rest
			}
			v := word()
			if got, want := find(x, v), slow(k, plain, v); got != want {
				t.Fatalf("%s: %s in %q finds %s, want %s", k, v, plain, got, want)
			}
		}
	}
}

func slow(k Kind, patterns []string, v string) string {
	best := "-"
	for _, p := range patterns {
		switch k {
		case Str, Dir:
			if v == p {
				return p
			}
		case Beg:
			if strings.HasPrefix(v, p) && (best == "-" || len(p) > len(best)) {
				best = p
			}
		case End:
			if strings.HasSuffix(v, p) {
				return p
			}
		default:
			if strings.Contains(v, p) {
				return p
			}
		}
	}
	return best
}

func TestVersions(t *testing.T) {
	r, x := list(t, Str, false, "old")
	v := r.Prepare()
	if err := r.AddTo(v, "new", ""); err != nil {
		t.Fatal(err)
	}
	if err := r.AddTo(v+1, "no", ""); err != ErrVersion {
		t.Errorf("version in the future: %v", err)
	}
	if find(x, "new") != "-" || find(x, "old") != "old" || r.Has("new") {
		t.Error("an unfinished version can be seen")
	}
	if r.Commit(v+1) || !r.Commit(v) || r.Commit(v) {
		t.Error("what may be committed is wrong")
	}
	if find(x, "new") != "new" || find(x, "old") != "-" || r.Len() != 1 {
		t.Error("the version is not there")
	}
	r.Clear(v)
	if find(x, "new") != "-" || len(r.Page(v, 0, 10)) != 0 {
		t.Error("something is left")
	}
}

func TestValues(t *testing.T) {
	r := NewSet().Line("test")
	r.Append("a", "7", 0)
	x, _, err := r.Expr(Str, false, IntOutput, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Put("b", "x"); err != ErrValue {
		t.Errorf("a wrong value gives %v", err)
	}
	if err := r.Put("a", "8"); err != nil {
		t.Fatal(err)
	}
	if err := r.Put("b", "9"); err != nil {
		t.Fatal(err)
	}
	if a, b := lookup(x, "a").Value().Int, lookup(x, "b").Value().Int; a != 8 || b != 9 {
		t.Errorf("values %d and %d", a, b)
	}
	ref := lookup(x, "b").Reference()
	if found, err := r.SetEntry(ref, "10"); !found || err != nil || lookup(x, "b").Value().Int != 10 {
		t.Error("set by reference")
	}
	if !r.DeleteEntry(ref) || r.DeleteEntry(ref) || lookup(x, "b") != nil {
		t.Error("delete by reference")
	}
	r.Append("c", "z", 5)
	if _, bad, err := r.Expr(Str, false, AddrOutput, false); err != ErrValue || bad.Pattern != "a" {
		t.Errorf("values that are no addresses: %v %v", bad, err)
	}
}

// TestTogether looks values up while others change the list.
func TestTogether(t *testing.T) {
	r, x := list(t, Str, false, "always")
	var wait sync.WaitGroup
	for n := range 4 {
		wait.Go(func() {
			for i := range 500 {
				key := fmt.Sprint("k", n, ".", i%50)
				r.Put(key, "v")
				if find(x, key) != key || find(x, "always") != "always" {
					t.Errorf("%s is not there", key)
					return
				}
				r.Delete(key)
			}
		})
	}
	wait.Wait()
	if r.Len() != 1 {
		t.Errorf("%d left", r.Len())
	}
}

const many = 100_000

// big returns a file of many patterns.
func big(t testing.TB, line func(i int) string) string {
	var b strings.Builder
	for i := range many {
		b.WriteString(line(i) + "\n")
	}
	name := filepath.Join(t.TempDir(), "big")
	if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func load(t testing.TB, name string, k Kind, out Output) *Expr {
	r, err := NewSet().Load(name, out != NoOutput, "test")
	if err != nil {
		t.Fatal(err)
	}
	x, _, err := r.Expr(k, false, out, false)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func network(i int) string { return fmt.Sprintf("%d.%d.%d.0/24", 1+i>>16, i>>8&255, i&255) }

func TestBigFiles(t *testing.T) {
	for _, c := range []struct {
		kind Kind
		out  Output
		line func(int) string
		find string
	}{
		{Str, StringOutput, func(i int) string { return fmt.Sprintf("www.host-%d.example.com value%d", i, i) }, "www.host-77777.example.com"},
		{Beg, StringOutput, func(i int) string { return fmt.Sprintf("/dir%d/ value%d", i, i) }, "/dir77777/x"},
		{End, StringOutput, func(i int) string { return fmt.Sprintf(".host-%d.example.com value%d", i, i) }, "a.host-77777.example.com"},
		{Dom, StringOutput, func(i int) string { return fmt.Sprintf("host-%d.example value%d", i, i) }, "www.host-77777.example.com"},
		{Int, IntOutput, func(i int) string { return fmt.Sprintf("%d %d", i, i) }, "77777"},
		{IP, NoOutput, network, "2.47.209.9"},
	} {
		begin := time.Now()
		x := load(t, big(t, c.line), c.kind, c.out)
		if d := time.Since(begin); d > 10*time.Second {
			t.Errorf("%s: loading takes %v", c.kind, d)
		} else {
			t.Logf("%s: written and loaded in %v", c.kind, d)
		}
		if find(x, c.find) == "-" || find(x, "9.9.9.9") != "-" && c.kind != Int {
			t.Errorf("%s: wrong", c.kind)
		}
		in := Input{Bytes: []byte(c.find), Int: 77777, Addr: netip.MustParseAddr("2.47.209.9")}
		if n := testing.AllocsPerRun(100, func() { x.Find(in) }); n != 0 {
			t.Errorf("%s: %v allocations", c.kind, n)
		}
	}
}

// BenchmarkLoad loads large maps and lists.
//
// To compare two versions, run this in both, and then benchstat
// (golang.org/x/perf/cmd/benchstat) on old.txt and new.txt:
//
//	go test -run '^$' -bench . -count 10 ./runtime/pattern | tee new.txt
func BenchmarkLoad(b *testing.B) {
	hosts := big(b, func(i int) string { return fmt.Sprintf("www.host-%d.example.com value%d", i, i) })
	networks := big(b, network)
	b.Run("map", func(b *testing.B) {
		for b.Loop() {
			load(b, hosts, Str, StringOutput)
		}
	})
	b.Run("networks", func(b *testing.B) {
		for b.Loop() {
			load(b, networks, IP, NoOutput)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	run := func(name string, x *Expr, in Input) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				x.Find(in)
			}
		})
	}
	host := Input{Bytes: []byte("www.host-77777.example.com")}
	hosts := big(b, func(i int) string { return fmt.Sprintf("www.host-%d.example.com value%d", i, i) })
	run("str", load(b, hosts, Str, StringOutput), host)
	run("beg", load(b, hosts, Beg, StringOutput), host)
	run("end", load(b, hosts, End, StringOutput), host)
	run("dom", load(b, hosts, Dom, StringOutput), host)
	run("ip", load(b, big(b, network), IP, NoOutput), Input{Addr: netip.MustParseAddr("2.47.209.9")})
	_, few := list(b, Str, false, "www.host-1.example.com", "www.host-77777.example.com", "x")
	run("few", few, host)
}
