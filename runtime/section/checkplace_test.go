package section_test

import (
	"testing"

	"gohap/health"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section/proxy"
)

// TestFetchesInChecks evaluates all fetches that checks may use on the stream of a
// check, which lacks much of what other streams have.
func TestFetchesInChecks(t *testing.T) {
	p := backend(t, "    option httpchk\n    server s 127.0.0.1:80 check")
	p.Servers[0].Proxy = p
	begin := proxy.CheckMemory(p.Servers[0])
	n := 0
	for _, f := range registry.Fetches.All() {
		if f.At&registry.CheckPlace == 0 || f.Min > 0 {
			continue
		}
		run, err := f.Compile(&registry.Compiler{Graph: core.NewGraph(), Proxy: p}, make([]registry.Arg, len(f.Args)))
		if err != nil {
			continue
		}
		n++
		func() {
			defer func() {
				if r := recover(); r != nil {
					t.Errorf("%s: %v", f.Name, r)
				}
			}()
			var v core.Sample
			run(begin().(*core.Stream), &v)
		}()
	}
	if n < 50 {
		t.Errorf("only %d fetches", n)
	}
}

func TestCheckFormats(t *testing.T) {
	p := backend(t, `
    option httpchk
    http-check set-var(check.n) int(7)
    http-check set-var-fmt(check.path) "/%[srv_name]/%[var(check.n)]"
    http-check send uri-lf %[var(check.path)] body-lf "%[be_name]" hdr x-n %[var(check.n)]
    http-check unset-var(check.n)
    server s 127.0.0.1:80 check`)
	p.Servers[0].Proxy = p
	a := &health.Attempt{Memory: proxy.CheckMemory(p.Servers[0])()}
	var got []string
	for _, step := range p.Check.HTTP {
		switch x := step.(type) {
		case health.Do:
			x(a)
		case *health.Request:
			got = append(got, x.BuildURI(a), x.BuildBody(a), x.Headers[0].Build(a))
		}
	}
	if len(got) != 3 || got[0] != "/s/7" || got[1] != "b" || got[2] != "7" {
		t.Errorf("built %q", got)
	}
}

func TestCheckExpectations(t *testing.T) {
	p := backend(t, `
    mode tcp
    option tcp-check
    tcp-check set-var(check.n) int(7)
    tcp-check expect string-lf "n%[var(check.n)]" on-success "saw %[var(check.n)]" on-error "no" status-code var(check.n),add(1)
    server s 127.0.0.1:80 check`)
	p.Servers[0].Proxy = p
	a := &health.Attempt{Memory: proxy.CheckMemory(p.Servers[0])()}
	p.Check.TCP[0].(health.Do)(a)
	x := p.Check.TCP[1].(*health.Expect).Bind(a)
	if x.Match.Find([]byte("an7")) != health.Match || x.Match.Find([]byte("n8")) != health.NoMatch {
		t.Error("the text looked for is wrong")
	}
	if info, code := x.Succeed(nil); info != "saw 7" || code != 8 {
		t.Errorf("success is %q, %d", info, code)
	}
}
