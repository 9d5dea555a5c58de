package regex

import (
	"sync"
	"time"

	"github.com/dlclark/regexp2"
)

// maxTime bounds one search of the backtracking engine; a search that takes
// longer finds nothing.
const maxTime = 20 * time.Millisecond

func init() { regexp2.SetTimeoutCheckPeriod(maxTime / 4) }

// backtracker runs an expression on bytes: each byte is one character, so that
// positions in the text are positions in the bytes.
type backtracker struct{ re *regexp2.Regexp }

// newBacktracker returns nil where the engine does not know the expression
// either.
func newBacktracker(text string, insensitive bool) *backtracker {
	options := regexp2.RegexOptions(regexp2.None)
	if insensitive {
		options |= regexp2.IgnoreCase
	}
	re, err := regexp2.Compile(string(widen(nil, []byte(text))), options)
	if err != nil {
		return nil
	}
	re.MatchTimeout = maxTime
	return &backtracker{re}
}

// texts keeps the buffers of searches.
var texts = sync.Pool{New: func() any { return new([]rune) }}

// find returns the first match in b from an offset on.
func (t *backtracker) find(b []byte, from int) []int {
	buf := texts.Get().(*[]rune)
	defer texts.Put(buf)
	*buf = widen((*buf)[:0], b)
	m, err := t.re.FindRunesMatchStartingAt(*buf, from)
	if err != nil || m == nil {
		return nil
	}
	groups := m.Groups()
	loc := make([]int, 0, 2*len(groups))
	for i := range groups {
		if g := &groups[i]; len(g.Captures) == 0 {
			loc = append(loc, -1, -1)
		} else {
			loc = append(loc, g.Index, g.Index+g.Length)
		}
	}
	return loc
}

// widen appends the bytes of b as characters.
func widen(dst []rune, b []byte) []rune {
	for _, c := range b {
		dst = append(dst, rune(c))
	}
	return dst
}
