package diag

import "sort"

// SortByPlace brings the diagnostics into the order in which HAProxy meets
// them: files in the order given, lines within a file in their order, what
// concerns no place behind all that does. Equal places keep their order.
func (l *List) SortByPlace(files []string) {
	rank := make(map[string]int, len(files))
	for i, f := range files {
		if _, ok := rank[f]; !ok {
			rank[f] = i
		}
	}
	key := func(d *Diagnostic) (int, int) {
		p := d.Pos
		if !d.Via.IsZero() {
			p = d.Via
		}
		if p.IsZero() {
			return len(files) + 1, 0
		}
		r, ok := rank[p.File]
		if !ok {
			r = len(files)
		}
		return r, p.Line
	}
	sort.SliceStable(l.All, func(i, j int) bool {
		fi, li := key(&l.All[i])
		fj, lj := key(&l.All[j])
		return fi < fj || fi == fj && li < lj
	})
}
