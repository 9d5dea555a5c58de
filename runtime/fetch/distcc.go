package fetch

import (
	"fmt"
	"strconv"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(
		distcc("distcc_param", "The number behind a token of a distcc message.", core.Sint, func(p *core.Sample, t *distccToken) bool {
			p.SetInt(t.param)
			return true
		}),
		distcc("distcc_body", "The data behind a token of a distcc message.", core.Bin, func(p *core.Sample, t *distccToken) bool {
			p.SetBin(t.body)
			return t.whole
		}),
	)
}

// distccToken is one part of a distcc message: four letters, a number in eight
// hexadecimal digits, and as many bytes where the token has data.
type distccToken struct {
	param int64
	body  []byte
	whole bool
}

// distccBare are the tokens whose number is no length.
var distccBare = map[string]bool{"DIST": true, "ARGC": true, "NFIL": true, "STAT": true, "DONE": true}

// findDistcc returns the n-th of the tokens of that name. It reports false when
// there is none yet.
func findDistcc(b []byte, name string, n int64) (t distccToken, ok bool) {
	const head = 12
	for len(b) >= head {
		param, err := strconv.ParseUint(string(b[4:head]), 16, 32)
		if err != nil {
			return t, false
		}
		found := string(b[:4]) == name
		t = distccToken{param: int64(param)}
		if bare := distccBare[string(b[:4])]; bare {
			b = b[head:]
		} else {
			t.whole = uint64(len(b)-head) >= param
			t.body = b[head : head+int(min(param, uint64(len(b)-head)))]
			b = b[head+len(t.body):]
		}
		if found {
			if n--; n <= 0 {
				return t, true
			}
		}
	}
	return t, false
}

func distcc(name, doc string, out core.Type, set func(*core.Sample, *distccToken) bool) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.5", Usage: "(<token>[,<occ>])", Doc: doc,
			OK: []string{name + "(DOTI) -m found", name + "(ARGV,2) -m found"}, Bad: []string{name + " -m found", name + "(DOT) -m found"},
		},
		Out: out, At: eitherSide.places(), Needs: eitherSide.buffer(), Min: 1,
		Args: []registry.ArgSpec{{Kind: registry.ArgString, Name: "token"}, {Kind: registry.ArgInt, Name: "occ"}},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
			token, n := a[0].Text, a[1].Int
			if len(token) != 4 {
				return nil, fmt.Errorf("token name must be exactly 4 characters")
			}
			return func(s *core.Stream, p *core.Sample) bool {
				b, ok := eitherSide.raw(s)
				if !ok {
					return false
				}
				t, ok := findDistcc(b, token, n)
				if !ok || !set(p, &t) {
					s.NeedMore()
					return false
				}
				return true
			}, nil
		},
	}
}
