package balance

import (
	"sort"
	"sync/atomic"
)

// first takes the server with the lowest ID that has room.
type first struct {
	group group
	order atomic.Pointer[[]int32] // the usable servers by ID
}

func newFirst(g group) *first {
	f := &first{group: g}
	f.update(0)
	return f
}

func (f *first) pick(_ uint32, _ bool, avoid int) int {
	fallback := AllFull
	for _, n := range *f.order.Load() {
		i := int(n)
		if s := f.group.servers[i]; s.MaxConn() > 0 && s.Served() >= s.MaxConn() {
			continue
		}
		if i != avoid {
			return i
		}
		fallback = i
	}
	return fallback
}

func (f *first) update(int) {
	order := make([]int32, 0, len(f.group.servers))
	for i := range f.group.servers {
		if f.group.weight(i) > 0 {
			order = append(order, int32(i))
		}
	}
	sort.SliceStable(order, func(a, b int) bool {
		return f.group.servers[order[a]].ID() < f.group.servers[order[b]].ID()
	})
	f.order.Store(&order)
}

func (f *first) moved(int) {}
