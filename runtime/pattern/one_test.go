package pattern

import "testing"

// TestOnlyPattern compares the short way of lists with one pattern with their
// indexes, which grow and shrink.
func TestOnlyPattern(t *testing.T) {
	texts := []string{"", "a", "A", "ab", "aba", "ba", "abab", "b", "aab", "a\x00b"}
	for _, k := range []Kind{Str, Bin, Beg, End, Sub, Dir, Dom} {
		for _, p := range []string{"", "a", "ab", "aba"} {
			pattern := p
			if k == Bin {
				pattern = map[string]string{"": "", "a": "61", "ab": "6162", "aba": "616261"}[p]
			}
			r, x := list(t, k, false, pattern)
			check := func(when string) {
				t.Helper()
				for _, v := range texts {
					want := x.now.Load().index.find(Input{Bytes: []byte(v)})
					if got := x.FindBytes([]byte(v)); got != want {
						t.Errorf("%s %q %s: %q gives %v, not %v", k, p, when, v, got, want)
					}
					if got := x.Find(Input{Bytes: []byte(v)}); got != want {
						t.Errorf("%s %q %s: %q gives %v, not %v", k, p, when, v, got, want)
					}
				}
			}
			check("alone")
			if err := r.Add("6261", ""); err != nil {
				t.Fatal(err)
			}
			check("and another")
			r.Delete(pattern)
			check("removed")
			r.Delete("6261")
			check("of none")
		}
	}
}
