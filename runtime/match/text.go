package match

import (
	"bytes"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Matches.Add(
		&registry.Match{
			Keyword: registry.Keyword{Name: "str", Manual: "7.1.3", Doc: "The value is the pattern."},
			In:      core.Str, Compile: compileString,
		},
		part("beg", "The value begins with the pattern.", bytes.HasPrefix),
		part("end", "The value ends with the pattern.", bytes.HasSuffix),
		part("sub", "The value contains the pattern.", bytes.Contains),
		part("dir", "A part of the value between slashes is the pattern.", func(v, p []byte) bool { return within(v, p, "/?") }),
		part("dom", "A part of the value between dots is the pattern.", func(v, p []byte) bool { return within(v, p, "/?.:") }),
	)
}

// compileString makes a set of the patterns.
func compileString(_ *registry.Compiler, ps *registry.Patterns) (registry.Matcher, error) {
	set := make(map[string]struct{}, len(ps.Words))
	for _, w := range ps.Words {
		set[fold(w.Text, ps.CaseInsensitive)] = struct{}{}
	}
	if !ps.CaseInsensitive {
		return func(_ *core.Stream, p *core.Sample) bool {
			_, ok := set[string(p.Bytes)]
			return ok
		}, nil
	}
	return func(s *core.Stream, p *core.Sample) bool {
		_, ok := set[string(lower(s, p.Bytes))]
		return ok
	}, nil
}

func part(name, doc string, holds func(value, pattern []byte) bool) *registry.Match {
	return &registry.Match{
		Keyword: registry.Keyword{Name: name, Manual: "7.1.3", Doc: doc},
		In:      core.Str,
		Compile: func(_ *registry.Compiler, ps *registry.Patterns) (registry.Matcher, error) {
			patterns := make([][]byte, len(ps.Words))
			for i, w := range ps.Words {
				patterns[i] = []byte(fold(w.Text, ps.CaseInsensitive))
			}
			return func(s *core.Stream, p *core.Sample) bool {
				v := p.Bytes
				if ps.CaseInsensitive {
					v = lower(s, v)
				}
				for _, pattern := range patterns {
					if holds(v, pattern) {
						return true
					}
				}
				return false
			}, nil
		},
	}
}

func fold(s string, insensitive bool) string {
	if insensitive {
		return strings.ToLower(s)
	}
	return s
}

// lower returns b in lower case, in the stream's scratch area if that changes
// anything.
func lower(s *core.Stream, b []byte) []byte {
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			n := s.Scratch(len(b))
			copy(n, b[:i])
			for ; i < len(b); i++ {
				c := b[i]
				if c >= 'A' && c <= 'Z' {
					c += 'a' - 'A'
				}
				n[i] = c
			}
			return n
		}
	}
	return b
}

// within reports whether p, delimiters at its ends aside, stands in v between
// two delimiters or ends.
func within(v, p []byte, delimiters string) bool {
	p = bytes.Trim(p, delimiters)
	if len(p) == 0 {
		return false
	}
	for from := 0; ; {
		i := bytes.Index(v[from:], p)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(p)
		if (i == 0 || strings.IndexByte(delimiters, v[i-1]) >= 0) &&
			(end == len(v) || strings.IndexByte(delimiters, v[end]) >= 0) {
			return true
		}
		from = i + 1
	}
}
