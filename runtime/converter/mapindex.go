package converter

import (
	"cmp"
	"net/netip"
	"slices"

	"gohap/runtime/core"
	"gohap/runtime/match"
)

// longestPrefix finds the longest key that a string begins with: one look-up for
// each length that keys have.
func longestPrefix(entries []mapEntry) finder {
	byLength := map[int]map[string]int32{}
	for i := range entries {
		k := entries[i].key
		if byLength[len(k)] == nil {
			byLength[len(k)] = map[string]int32{}
		}
		if _, ok := byLength[len(k)][k]; !ok {
			byLength[len(k)][k] = int32(i)
		}
	}
	type step struct {
		length int
		keys   map[string]int32
	}
	var steps []step
	for n, keys := range byLength {
		steps = append(steps, step{n, keys})
	}
	slices.SortFunc(steps, func(a, b step) int { return cmp.Compare(b.length, a.length) })
	return func(_ *core.Stream, p *core.Sample) int {
		for _, s := range steps {
			if s.length > len(p.Bytes) {
				continue
			}
			if i, ok := s.keys[string(p.Bytes[:s.length])]; ok {
				return int(i)
			}
		}
		return -1
	}
}

// longestNetwork finds the smallest network that an address is in: one look-up
// for each length that networks have.
func longestNetwork(entries []mapEntry) (finder, error) {
	nets := map[netip.Prefix]int32{}
	var has [2][129]bool
	for i := range entries {
		prefixes, err := match.Networks(entries[i].key)
		if err != nil {
			return nil, err
		}
		for _, p := range prefixes {
			if _, ok := nets[p]; !ok {
				nets[p] = int32(i)
			}
			has[family(p.Addr())][p.Bits()] = true
		}
	}
	var lengths [2][]int
	for f := range has {
		for n := len(has[f]) - 1; n >= 0; n-- {
			if has[f][n] {
				lengths[f] = append(lengths[f], n)
			}
		}
	}
	return func(_ *core.Stream, p *core.Sample) int {
		ip := p.IP.Unmap().WithZone("")
		for _, n := range lengths[family(ip)] {
			prefix, err := ip.Prefix(n)
			if err != nil {
				continue
			}
			if i, ok := nets[prefix]; ok {
				return int(i)
			}
		}
		return -1
	}, nil
}

func family(a netip.Addr) int {
	if a.Is4() {
		return 0
	}
	return 1
}
