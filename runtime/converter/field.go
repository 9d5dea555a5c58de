package converter

import (
	"fmt"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Converters.Add(
		split("field", "The string's part number <index> between delimiters, counted from its end if negative; parts may be empty.", false),
		split("word", "The string's part number <index> between delimiters, counted from its end if negative; delimiters in a row are one.", true),
	)
}

// split makes a converter that takes a part of a string.
func split(name, doc string, words bool) *registry.Converter {
	return &registry.Converter{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.1", Usage: "(<index>,<delimiters>[,<count>])", Doc: doc,
			OK:  []string{"str(a-b-c)," + name + "(2,-)", "str(a-b-c)," + name + "(-1,-)", "str(a-b-c)," + name + "(1,-,2)"},
			Bad: []string{"str(a)," + name + "(2)", "str(a)," + name + "(0,-)", "str(a)," + name + "(x,-)"},
		},
		In: core.Str, Out: core.Str, Min: 2,
		Args: []registry.ArgSpec{argument(registry.ArgInt, "index"), argument(registry.ArgString, "delimiters"), argument(registry.ArgInt, "count")},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
			index, delims, count := int(a[0].Int), a[1].Text, 1
			if index == 0 {
				return nil, fmt.Errorf("Unexpected value 0 for index")
			}
			if delims == "" {
				return nil, fmt.Errorf("Empty separators list")
			}
			if a[2].Given {
				count = int(a[2].Int)
			}
			cut := cutter{delims: delims, words: words, count: count}
			return func(_ *core.Stream, p *core.Sample) bool {
				var ok bool
				if index > 0 {
					p.Bytes, ok = cut.first(p.Bytes, index)
				} else {
					p.Bytes, ok = cut.last(p.Bytes, -index)
				}
				return ok
			}, nil
		},
	}
}

// cutter takes parts of strings.
type cutter struct {
	delims string
	words  bool // delimiters in a row are one
	count  int  // parts to take, 0 for all
}

func (c *cutter) is(b byte) bool { return strings.IndexByte(c.delims, b) >= 0 }

// first takes parts from number n on, counted from the start.
func (c *cutter) first(v []byte, n int) ([]byte, bool) {
	i := 0
	for {
		for c.words && i < len(v) && c.is(v[i]) {
			i++
		}
		if n--; n == 0 {
			break
		}
		for i < len(v) && !c.is(v[i]) {
			i++
		}
		if i >= len(v) {
			return nil, false
		}
		i++
	}
	if i >= len(v) && c.words {
		return nil, false
	}
	end := i
	for left := c.count; ; end++ {
		for end < len(v) && !c.is(v[end]) {
			end++
		}
		if left--; end >= len(v) || left == 0 {
			return v[i:min(end, len(v))], true
		}
		for c.words && end+1 < len(v) && c.is(v[end+1]) {
			end++
		}
	}
}

// last takes parts up to number n, counted from the end.
func (c *cutter) last(v []byte, n int) ([]byte, bool) {
	end := len(v)
	for {
		for c.words && end > 0 && c.is(v[end-1]) {
			end--
		}
		if n--; n == 0 {
			break
		}
		for end > 0 && !c.is(v[end-1]) {
			end--
		}
		if end == 0 {
			return nil, false
		}
		end--
	}
	if end == 0 && c.words {
		return nil, false
	}
	start := end
	for left := c.count; ; start-- {
		for start > 0 && !c.is(v[start-1]) {
			start--
		}
		if left--; start == 0 || left == 0 {
			return v[start:end], true
		}
		for c.words && start > 1 && c.is(v[start-2]) {
			start--
		}
	}
}
